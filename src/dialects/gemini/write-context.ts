/** Context shared by all parts that write a request: the quirks of the model, and the report. */
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';

/** Context for writing one request. */
export type WriteContext = { readonly quirks: readonly string[]; readonly log: AdjustmentLog };

/** Creates the context. Changes of different values are reported separately. */
export const createWriteContext = (quirks: readonly string[]): WriteContext => ({ quirks, log: createAdjustmentLog([], true) });
