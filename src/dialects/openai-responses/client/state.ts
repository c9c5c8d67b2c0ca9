/** Refuses what refers to answers and conversations that the router has not kept. Each error names the way out. */
import type { JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { show } from '../../../unified/request/explain-issue.ts';

/** What to send instead of a reference to what is stored. */
const WAY_OUT = 'Send the whole conversation in `input` with `store: false`.';

/** Why an answer may be missing. */
const NOT_KEPT =
  'Only answers with `store: true` are kept, for a limited time and for the same key, where the router has the Durable Object RESPONSES.';

/** @throws RouterError naming the field. A kept answer has been resolved (`resolve.ts`). */
export function refuseState(body: JsonObject): void {
  const { previous_response_id: previous, conversation } = body;
  if (previous != null) {
    const found = typeof previous === 'string' ? `'${previous}'` : show(previous);
    throw new RouterError('invalid_request', `Previous response with id ${found} not found. ${NOT_KEPT} ${WAY_OUT}`, {
      param: 'previous_response_id',
      clientCode: 'previous_response_not_found',
    });
  }
  if (conversation != null) throw unsupported('conversation', `conversation: this router keeps no conversations. ${WAY_OUT}`);
}

/** The error for `/responses/{id}`, and for paths below it. */
export function missingResponse(path: string): RouterError | null {
  const id = /^\/responses\/([^/]+)/.exec(path)?.[1];
  if (id === undefined) return null;
  return new RouterError('not_found', `Response with id '${id}' not found. ${NOT_KEPT} ${WAY_OUT}`);
}

const unsupported = (param: string, message: string): RouterError =>
  new RouterError('invalid_request', message, { param, clientCode: 'unsupported_parameter' });
