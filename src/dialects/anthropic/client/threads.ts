/**
 * Refuses message threads (beta message-threads-2026-08-12) in the form after which the SDK sends the whole conversation: `toolRunner()` of
 * @anthropic-ai/sdk 1.14 opens a thread at any base URL, and its next requests hold only the results of tools (measured 2026-11-30).
 */
import type { JsonObject } from '../../../lib/json.ts';
import { readObject, wrongValue, type ReadReport } from './report.ts';

/** Code of the refusal of a new thread; the SDK goes on without one. */
export const THREAD_UNSUPPORTED = 'thread_unsupported_request';
/** Code of the refusal to continue a thread; the SDK repeats the whole conversation. */
const THREAD_NOT_FOUND = 'thread_not_found';

/** Reports a thread. */
export function reportThread({ thread }: JsonObject, { nativeOnly }: ReadReport): void {
  if (thread === undefined || thread === null) return;
  const { type } = readObject(thread, 'thread');
  const refusal = { param: 'thread', otherwise: 'refuse' } as const;
  if (type === 'create')
    nativeOnly.push({ ...refusal, reason: 'only Anthropic keeps threads; send the conversation without it', code: THREAD_UNSUPPORTED });
  else if (type === 'continue')
    nativeOnly.push({
      ...refusal,
      reason: 'this thread is not known; send the whole conversation',
      code: THREAD_NOT_FOUND,
      type: 'not_found',
    });
  else throw wrongValue('thread.type', type, '"create" or "continue"');
}
