/**
 * Remembers for ten minutes, in this isolate's memory, which endpoint served a conversation of one tenant, so that the next turn can use
 * its prompt cache. `attempts/attempt.ts` decides when to store; `routing/evaluate.ts` decides whether to use it.
 */
import type { Sticky } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { hashText } from '../lib/hash.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { putLast } from '../lib/lru-map.ts';

/** How long an endpoint is remembered after its last success (OpenRouter's prompt caching page, read 2026-08-22). */
export const STICKY_MS = 10 * 60 * 1000;

/** Most conversations remembered per tenant. The one served longest ago is removed first. */
export const MAX_CONVERSATIONS = 5000;

/** Creates an empty store. */
export function createSticky(clock: Pick<Clock, 'nowMs'>): Sticky {
  const served = new Map<string, { endpoint: string; untilMs: number }>();
  return {
    endpointFor(key) {
      const known = served.get(key);
      return known === undefined || known.untilMs <= clock.nowMs() ? null : known.endpoint;
    },
    remember(key, endpoint) {
      putLast(served, { key, value: { endpoint, untilMs: clock.nowMs() + STICKY_MS }, max: MAX_CONVERSATIONS });
    },
  };
}

/** True when the client names the session: any success is remembered. Else only a success with `cachedTokens` above 0 is. */
export const namesSession = ({ parameters: { session_id: session }, session: named }: UnifiedRequest): boolean =>
  named !== null || (typeof session === 'string' && session !== '');

/**
 * Returns the key of the conversation that a request belongs to: from the session that the client names, else from the first messages. Null
 * for input without messages.
 */
export function stickyKey({ models, input, parameters, session: named }: UnifiedRequest): string | null {
  const { session_id: session, prompt_cache_key: cacheKey } = parameters;
  const keyOf = (kind: string, parts: readonly string[]) => hashText(JSON.stringify([kind, models, parts]));
  if (named !== null) return keyOf('named', [named]);
  if (typeof session === 'string' && session !== '') return keyOf('session', [session]);
  if (typeof cacheKey === 'string' && cacheKey !== '') return keyOf('cache', [cacheKey]);
  if (input.kind !== 'messages') return null;
  return keyOf('prefix', input.conversation.openingTexts().map(describeText));
}

/** Characters of a message that are hashed. Its length is hashed too, to separate messages with equal beginnings. */
const PREFIX_CHARACTERS = 4096;

const describeText = (text: string): string => `${text.length} ${text.slice(0, PREFIX_CHARACTERS)}`;
