/** One cell of the matrix: the rule, its reason, and what the provider's file says about it. */
import { cellText } from '../../parts/rule-text.ts';
import type { UnifiedParameter } from '../../../http/unified-parameters.ts';
import { callText } from '../../api.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Load } from '../../parts/notice.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import { rowTitle, ruleFor, type MatrixRow } from './matrix.ts';
import { sourcePath } from './provider-detail.ts';
import { RuleFacts } from './rule-facts.tsx';
import { findExcerpts } from './source-excerpt.ts';

/** @param parameter its unified name. @param unified null = a field of the provider's own. */
export function CellDialog({
  row,
  parameter,
  unified,
  onClose,
}: {
  row: MatrixRow;
  parameter: string;
  unified: UnifiedParameter | null;
  onClose: () => void;
}) {
  const { slug } = row.provider;
  const source = useLoad((signal) => callText(sourcePath(slug), signal), [slug]);
  const rule = ruleFor(row.provider.rules, parameter);
  return (
    <Dialog title={`${parameter} at ${rowTitle(row.provider)}`} onClose={onClose}>
      <p>
        <strong>{cellText(rule)}</strong>
        {unified?.expected === undefined ? null : <span class="soft"> · a request may have: {unified.expected}</span>}
      </p>
      <RuleFacts rule={rule} />
      {row.provider.varies?.includes(parameter) === true ? (
        <p>
          Some models have another rule: <a href={routeHref('providers', { provider: slug })}>all rules of {row.provider.name}</a>.
        </p>
      ) : null}
      <h3>In providers/{slug}.jsonc</h3>
      <Load of={source}>{(text) => <Excerpts text={text} parameter={parameter} />}</Load>
    </Dialog>
  );
}

function Excerpts({ text, parameter }: { text: string; parameter: string }) {
  const found = findExcerpts(text, parameter);
  if (found.length === 0)
    return (
      <p class="soft">The file does not name this parameter: the rule is that of the wire format, or of what is known of the model.</p>
    );
  return (
    <div class="stack">
      {found.map(({ line, text: lines }) => (
        <figure key={line}>
          <figcaption class="soft">Line {line}</figcaption>
          <pre>{lines}</pre>
        </figure>
      ))}
    </div>
  );
}
