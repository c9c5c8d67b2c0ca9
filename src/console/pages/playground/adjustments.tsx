/** Lists what was changed in a request or an answer. */
import { shortJson, type AdjustmentEntry } from './explanation.ts';

/** @param entries in the order of the router. */
export function Adjustments({ entries }: { entries: readonly AdjustmentEntry[] }) {
  if (entries.length === 0) return <p class="good">Nothing is changed.</p>;
  return (
    <ul class="changes">
      {entries.map(({ param, action, from, to, reason }, index) => (
        <li key={index}>
          <code>{param}</code> <span class="tag warn">{action}</span>
          {from === undefined ? null : (
            <>
              {' '}
              from <code>{shortJson(from)}</code>
            </>
          )}
          {to === undefined ? null : (
            <>
              {' '}
              to <code>{shortJson(to)}</code>
            </>
          )}
          {reason === undefined ? null : <span class="soft"> {reason}</span>}
        </li>
      ))}
    </ul>
  );
}
