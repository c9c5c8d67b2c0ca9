/** What all parts of writing a request share: the habits of the model and the report, each change once. */
import type { Adjustment } from '../../unified/adjustment.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';

/** The work on one request. */
export type Writing = {
  readonly quirks: readonly string[];
  readonly adjustments: Adjustment[];
  readonly log: AdjustmentLog;
  /** Reports a change, unless it is reported already. */
  note(adjustment: Adjustment): void;
};

export function createWriting(quirks: readonly string[]): Writing {
  const adjustments: Adjustment[] = [];

  const report = createAdjustmentLog(adjustments, true);

  function note({ param, action, reason, ...values }: Adjustment): void {
    report.add({ param, action, ...values, reason });
  }

  return { quirks, adjustments, note, log: report };
}
