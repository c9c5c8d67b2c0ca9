/**
 * What Anthropic's own API has and no other provider of its models, neither in other formats nor at Amazon and Google: threads, and the header of
 * Claude Code in the system text.
 */
import { isObject, type JsonObject } from '../../lib/json.ts';
import type { ErrorType } from '../../unified/error-type.ts';

/**
 * The first text of Claude Code's system prompt. It changes with each request, and only Anthropic reads it: elsewhere it would end the cached
 * prefix, and no two requests would be of one conversation (Claude Code 2.1.332, measured 2026-11-30).
 */
export const BILLING_HEADER = /^\s*x-anthropic-billing-header:[^\n]*\n*/;

/** `system` of a body without {@link BILLING_HEADER}; undefined where nothing is left. The value itself where it has none. */
export function withoutBillingHeader(system: unknown): unknown {
  if (typeof system === 'string') return BILLING_HEADER.test(system) ? system.replace(BILLING_HEADER, '') || undefined : system;
  if (!Array.isArray(system)) return system;
  const [first, ...more] = system as readonly unknown[];
  const isHeader = isObject(first) && typeof first['text'] === 'string' && BILLING_HEADER.test(first['text']);
  if (!isHeader) return system;
  const text = String(first['text']).replace(BILLING_HEADER, '');
  const rest = text === '' ? more : [{ ...first, text }, ...more];
  return rest.length === 0 ? undefined : rest;
}

/** Code of the refusal of a new thread; the SDK goes on without one. */
export const THREAD_UNSUPPORTED = 'thread_unsupported_request';
/** Code of the refusal to continue a thread; the SDK repeats the whole conversation. */
const THREAD_NOT_FOUND = 'thread_not_found';

/** `reason`: a sentence without its end. `type`: absent = `invalid_request`. */
type ThreadRefusal = { reason: string; code: string; type?: ErrorType };

/**
 * How a thread is refused (beta message-threads-2026-08-12), so that the SDK then sends the whole conversation: `toolRunner()` of
 * @anthropic-ai/sdk 1.14 opens a thread at any base URL, and its next requests hold only the results of tools (measured 2026-11-30).
 *
 * @returns null for a type that does not exist.
 */
export function refusalOfThread({ type }: JsonObject): ThreadRefusal | null {
  if (type === 'create') return { reason: 'only Anthropic keeps threads; send the conversation without it', code: THREAD_UNSUPPORTED };
  if (type !== 'continue') return null;
  return { reason: 'this thread is not known; send the whole conversation', code: THREAD_NOT_FOUND, type: 'not_found' };
}
