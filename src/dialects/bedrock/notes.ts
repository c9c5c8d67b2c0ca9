/** The report of what rendering changed: each change once, however often it was made. Decides nothing. */
import type { Adjustment } from '../../unified/adjustment.ts';

/** Takes notes. */
export type Notes = {
  readonly adjustments: Adjustment[];
  add(param: string, action: Adjustment['action'], reason: string, more?: FromTo): void;
};

type FromTo = Pick<Adjustment, 'from' | 'to'>;

export function createNotes(): Notes {
  const adjustments: Adjustment[] = [];
  return {
    adjustments,
    add(param, action, reason, more = {}) {
      const known = adjustments.some((one) => one.param === param && one.action === action && one.reason === reason);
      if (!known) adjustments.push({ param, action, ...more, reason });
    },
  };
}
