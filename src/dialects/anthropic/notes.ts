/** The report of what rendering changed: each kind of change once, however often it was made. Decides nothing. */
import type { Adjustment } from '../../unified/adjustment.ts';

/** Takes notes. */
export type Notes = {
  readonly adjustments: Adjustment[];
  add(param: string, action: Adjustment['action'], reason: string, more?: Pick<Adjustment, 'from' | 'to'>): void;
};

export function createNotes(): Notes {
  const adjustments: Adjustment[] = [];
  return {
    adjustments,
    add(param, action, reason, more = {}) {
      if (adjustments.some((one) => one.param === param && one.action === action && one.reason === reason)) return;
      adjustments.push({ param, action, ...more, reason });
    },
  };
}
