/** Shows an error of the router: its sentence, its field, the endpoints that it lists, and all of it on demand. */
import type { ApiError } from '../../api.ts';
import { Notice } from '../../parts/notice.tsx';
import { JsonView } from '../../parts/json-view.tsx';
import { isObject } from '../../../lib/json.ts';
import { groupByReason, NOT_CHOSEN, type LeftOut } from './explanation.ts';
import { ReasonList } from './reason-list.tsx';

/** @param error of a request. */
export function ErrorNotice({ error }: { error: ApiError }) {
  const details = isObject(error.body) && isObject(error.body['error']) ? error.body['error'] : {};
  const metadata = isObject(details['metadata']) ? details['metadata'] : {};
  const candidates = Array.isArray(metadata['candidates']) ? (metadata['candidates'] as LeftOut[]) : []; // our own router's error
  // The page itself restricts a column to one provider: the reasons of others say nothing.
  const groups = groupByReason(candidates, NOT_CHOSEN);
  const reasons = groups.length === 0 ? groupByReason(candidates) : groups;
  // The sentence of such an error repeats the list.
  const sentence = candidates.length > 1 ? 'No endpoint can serve this request.' : error.message;
  return (
    <Notice kind="bad">
      <p>
        {error.status === 0 ? null : <span class="tag bad">{error.status}</span>} {sentence}
      </p>
      {typeof details['param'] === 'string' ? (
        <p>
          Field: <code>{details['param']}</code>
        </p>
      ) : null}
      {candidates.length > 1 ? <ReasonList groups={reasons} /> : null}
      {isObject(error.body) ? (
        <details>
          <summary>The whole error</summary>
          <JsonView label="The whole error" document={error.body} />
        </details>
      ) : null}
    </Notice>
  );
}
