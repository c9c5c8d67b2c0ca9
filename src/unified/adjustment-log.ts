/** The report of what rendering changed: each kind of change once, however often it was made. Decides nothing. */
import type { Adjustment } from './adjustment.ts';

/** Takes notes. */
export type AdjustmentLog = {
  readonly adjustments: Adjustment[];
  add(adjustment: Adjustment): void;
};

/** Most changes of one rendering that are remembered one by one; names that a client makes up may be hundreds of thousands. */
const MAX_ADJUSTMENTS = 1000;

/**
 * @param adjustments where the changes go.
 * @param isByValue changes of different values are different ones.
 */
export function createAdjustmentLog(adjustments: Adjustment[] = [], isByValue = false): AdjustmentLog {
  const known = new Set<string>();
  return {
    adjustments,
    add(adjustment) {
      const { param, action, reason, from } = adjustment;
      const key = [param, action, reason, isByValue ? String(from) : ''].join('\n');
      if (known.has(key) || known.size > MAX_ADJUSTMENTS) return;
      known.add(key);
      const rest = { param: param.split('.')[0] ?? param, action, reason: `there are more changes like it: ${reason}` };
      adjustments.push(known.size > MAX_ADJUSTMENTS ? rest : adjustment);
    },
  };
}
