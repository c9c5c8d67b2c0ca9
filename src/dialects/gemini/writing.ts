/** What all parts of writing a request share: the quirks of the model, and the report. */
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';

/** Context for writing one request. */
export type Writing = { readonly quirks: readonly string[]; readonly log: AdjustmentLog };

/** Changes of different values are reported each. */
export const createWriting = (quirks: readonly string[]): Writing => ({ quirks, log: createAdjustmentLog([], true) });
