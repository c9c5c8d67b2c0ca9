/** Lists why endpoints are left out. */
import type { ReasonGroup } from './explanation.ts';

/** @param groups in the order in which they are listed. */
export const ReasonList = ({ groups }: { groups: readonly ReasonGroup[] }) => (
  <ul>
    {groups.map(({ reason, names }) => (
      <li key={reason}>
        {names.join(', ')}: {reason}.
      </li>
    ))}
  </ul>
);
