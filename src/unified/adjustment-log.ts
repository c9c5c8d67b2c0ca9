/** Collects the adjustments made while rendering. Each kind of change is reported once, however often it was made. */
import type { Adjustment } from './adjustment.ts';

/** Collects adjustments. */
export type AdjustmentLog = {
  readonly adjustments: Adjustment[];
  add(adjustment: Adjustment): void;
};

/** Most different changes recorded per rendering. Clients can invent hundreds of thousands of field names. */
const MAX_ADJUSTMENTS = 1000;

/**
 * @param adjustments list that the changes are added to.
 * @param isByValue true = changes of different values are reported separately.
 */
export function createAdjustmentLog(adjustments: Adjustment[] = [], isByValue = false): AdjustmentLog {
  const known = new Set<string>();
  return {
    adjustments,
    add(adjustment) {
      const { param, action, reason, from } = adjustment;
      const key = [param, action, reason, isByValue ? (JSON.stringify(from) ?? '') : ''].join('\n');
      if (known.has(key) || known.size > MAX_ADJUSTMENTS) return;
      known.add(key);
      const rest = { param: param.split('.')[0] ?? param, action, reason: `there are more changes like it: ${reason}` };
      adjustments.push(known.size > MAX_ADJUSTMENTS ? rest : adjustment);
    },
  };
}
