/** Reads `thread`, which only Anthropic has. */
import type { JsonObject } from '../../../lib/json.ts';
import { refusalOfThread } from '../only-anthropic.ts';
import { readObject, wrongValue, type ReadReport } from './report.ts';

/** Reports a thread. */
export function reportThread({ thread }: JsonObject, { nativeOnly }: ReadReport): void {
  if (thread === undefined || thread === null) return;
  const given = readObject(thread, 'thread');
  const refusal = refusalOfThread(given);
  if (refusal === null) throw wrongValue('thread.type', given['type'], '"create" or "continue"');
  nativeOnly.push({ param: 'thread', otherwise: 'refuse', ...refusal });
}
