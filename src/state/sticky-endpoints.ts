/**
 * Which endpoint last served a conversation of one tenant, so that the next turn finds its cache warm: in this isolate's memory, for ten
 * minutes. Only remembers: `attempts/outcome.ts` decides when, `routing/evaluate.ts` whether it counts.
 */
import type { Sticky } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { hashText } from '../lib/hash.ts';
import { contentText } from '../unified/request/message.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { putLast } from '../lib/lru-map.ts';

/** How long an endpoint is remembered after its last success (OpenRouter's prompt caching page, read 2026-08-22). */
export const STICKY_MS = 10 * 60 * 1000;

/** Most conversations of a tenant remembered; the one that was served longest ago is forgotten first. */
export const MAX_CONVERSATIONS = 5000;

/** An empty memory. */
export function createSticky(clock: Pick<Clock, 'nowMs'>): Sticky {
  const served = new Map<string, { endpoint: string; untilMs: number }>();
  return {
    endpointFor(key) {
      const known = served.get(key);
      return known === undefined || known.untilMs <= clock.nowMs() ? null : known.endpoint;
    },
    remember(key, endpoint) {
      putLast(served, key, { endpoint, untilMs: clock.nowMs() + STICKY_MS }, MAX_CONVERSATIONS);
    },
  };
}

/** What a conversation is known by. */
export type StickyKey = {
  key: string;
  /** The client names the session, so any success counts. Otherwise only one that was served from a cache (`cachedTokens` above 0). */
  isSession: boolean;
};

/**
 * The conversation that a request belongs to: by `session_id`, else by `prompt_cache_key`, else by its first messages. Null where
 * nothing says so.
 */
export function stickyKey({ models, input, parameters }: UnifiedRequest): StickyKey | null {
  const { session_id: session, prompt_cache_key: cacheKey } = parameters;
  const keyOf = (kind: string, parts: readonly string[]) => hashText(JSON.stringify([kind, models, parts]));
  if (typeof session === 'string' && session !== '') return { key: keyOf('session', [session]), isSession: true };
  if (typeof cacheKey === 'string' && cacheKey !== '') return { key: keyOf('cache', [cacheKey]), isSession: false };
  if (input.kind !== 'messages') return null;
  const isSystem = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const first = [input.messages.find(isSystem), input.messages.find((message) => !isSystem(message))];
  return { key: keyOf('prefix', first.map(opening)), isSession: false };
}

/** So much of a message is looked at; its length tells apart what begins alike. */
const OPENING_CHARACTERS = 4096;

function opening(message: Parameters<typeof textOf>[0] | undefined): string {
  if (message === undefined) return '';
  const text = textOf(message);
  return `${text.length} ${text.slice(0, OPENING_CHARACTERS)}`;
}

const textOf = ({ content }: { content?: Parameters<typeof contentText>[0] }) => contentText(content);
