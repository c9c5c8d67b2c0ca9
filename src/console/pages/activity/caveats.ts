/** What the sums of the router leave out or round, in sentences. Pure. */
import { formatCount, formatTime } from '../../format.ts';
import type { ActivitySums, Sums } from './sums.ts';

/** Everything about sums that a reader must know. Empty = they are exact and whole. */
export function caveatsOf({ precision, truncated, complete_from: completeFrom, accounts_left_out: leftOut }: ActivitySums): string[] {
  return [
    ...(precision === 'hour'
      ? ['The ends of the time are rounded outwards to whole hours or days (UTC): single answers of that age are no longer kept.']
      : []),
    ...(completeFrom === null
      ? []
      : [`Sums by session, status or tag need single answers: those before ${formatTime(completeFrom)} are missing.`]),
    ...(truncated ? ['There are more than 10,000 groups: the newest and dearest are in the charts. The numbers on top count all.'] : []),
    ...(leftOut > 0 ? [`At least ${formatCount(leftOut)} keys are not in the sums: bind LEDGER (D1) to count all.`] : []),
  ];
}

/** What money does not count, and what is an estimate. */
export function costNotes({ unpriced, estimated, byok_usage_inference: byok }: Sums, formatUsd: (usd: number) => string): string[] {
  return [
    ...(byok > 0 ? [`${formatUsd(byok)} with callers' own provider keys`] : []),
    ...(unpriced > 0 ? [`${formatCount(unpriced)} unpriced, not in the sum`] : []),
    ...(estimated > 0 ? [`${formatCount(estimated)} with estimates`] : []),
  ];
}
