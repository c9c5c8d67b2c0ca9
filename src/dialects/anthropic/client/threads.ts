/** Reads `thread`, which only Anthropic has. */
import type { JsonObject } from '../../../lib/json.ts';
import { refusalOfThread } from '../only-anthropic.ts';
import { readObject } from '../../shared/read-fields.ts';
import { refuseUnknown, type ReadReport } from './report.ts';

/** Reports a thread. */
export function reportThread({ thread }: JsonObject, report: ReadReport): void {
  if (thread === undefined || thread === null) return;
  const given = readObject(thread, 'thread');
  const refusal = refusalOfThread(given);
  if (refusal === null) refuseUnknown(report, { value: given['type'], path: 'thread.type' }, '"create" or "continue"');
  else report.nativeOnly.push({ param: 'thread', otherwise: 'refuse', ...refusal });
}
