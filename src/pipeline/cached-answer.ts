/** Answers as the response cache stores them: events, from which any client format is written. */
import type { Run } from '../attempts/fan-out.ts';
import type { PreparedEndpoint, ReportedEndpoint } from '../calls/prepare.ts';
import { hasLongNumbers, parseLongNumbers } from '../lib/exact-json.ts';
import { isObject, parseJson, type JsonObject } from '../lib/json.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import type { Usage } from '../unified/response/usage.ts';

/** Version of what is stored. Another one is not read. */
const VERSION = 1;

/** One endpoint that made a stored answer. */
type StoredEndpoint = {
  /** As `endpointOf` names it. */
  endpoint: string;
  /** What was reported of the answer, in addition to what planning reports. */
  learned: readonly Adjustment[];
};

/** A stored answer. `Content`: what was answered. */
export type StoredAnswer<Content> = {
  version: typeof VERSION;
  /** Milliseconds since 1970. */
  storedMs: number;
  /** Seconds that it may be used. */
  ttlSeconds: number;
  endpoints: readonly StoredEndpoint[];
  content: Content;
};

/** Writes an answer for the store. */
export function writeStored<Content>(
  content: Content,
  { servedBy, storedMs, ttlSeconds }: { servedBy: readonly ReportedEndpoint[]; storedMs: number; ttlSeconds: number },
): string {
  const endpoints = servedBy.map(({ planned, learned }) => ({ endpoint: endpointOf(planned.candidate), learned }));
  return JSON.stringify({ version: VERSION, storedMs, ttlSeconds, endpoints, content } satisfies StoredAnswer<Content>);
}

/** Reads a stored answer. Null = it has expired, or another version of the router wrote it. @param maxAgeSeconds the oldest that is accepted. */
export function readStored<Content>(text: string, nowMs: number, maxAgeSeconds: number): StoredAnswer<Content> | null {
  const value = hasLongNumbers(text) ? parseLongNumbers(text) : parseJson(text);
  if (!isObject(value) || value['version'] !== VERSION) return null;
  const stored = value as StoredAnswer<Content>; // written by this version of `writeStored`, under a key with the same version
  const ageMs = nowMs - stored.storedMs;
  return ageMs < 1000 * Math.min(stored.ttlSeconds, maxAgeSeconds) ? stored : null;
}

/** The usage of an answer that cost nothing: no tokens, as OpenRouter counts a hit, and what the stored answer took. */
export function savedUsage(usage: Usage | null): Usage | null {
  if (usage === null) return null;
  const { promptTokens, completionTokens, costUsd } = usage;
  return {
    promptTokens: 0,
    completionTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    costUsd: 0,
    estimated: [],
    calls: 0,
    saved: { promptTokens, completionTokens, costUsd },
  };
}

/** The events of a stored answer as those of a new one. @param id of the new answer, in the client's format. */
export function replayEvents(events: readonly StreamEvent[], id: string): StreamEvent[] {
  return events.flatMap((event): StreamEvent[] => {
    if (event.type === 'usage') return [];
    const fresh = event.type === 'end' ? { ...event, usage: savedUsage(event.usage) } : event;
    if (!('original' in fresh) || fresh.original === undefined) return [fresh];
    return [{ ...fresh, original: { ...fresh.original, payload: freshPayload(fresh.original.payload, id) } }];
  });
}

/** The upstream's own payload with the id and without the counts of the answer, which is in it or is the whole of it. */
function freshPayload(payload: JsonObject, id: string): JsonObject {
  const fresh = { ...payload };
  for (const field of ['message', 'response']) {
    const answer = payload[field];
    if (isObject(answer)) fresh[field] = freshAnswer(answer, id);
  }
  return freshAnswer(fresh, id);
}

/** Only answers have an id and their kind beside it: an item's id is part of the content. */
function freshAnswer(answer: JsonObject, id: string): JsonObject {
  const isAnswer = answer['type'] === 'message' || answer['object'] === 'response';
  const { usage } = answer;
  return {
    ...answer,
    ...(isAnswer && typeof answer['id'] === 'string' ? { id } : {}),
    ...(isObject(usage) ? { usage: withoutCounts(usage) } : {}),
  };
}

/** The same fields, each count 0. */
const withoutCounts = (usage: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(usage).map(([name, value]) => [name, typeof value === 'number' ? 0 : isObject(value) ? withoutCounts(value) : value]),
  );

/** An answer that calls no upstream. */
export class ReplayedRun implements Run {
  readonly #endpoints: readonly PreparedEndpoint[];
  readonly #events: readonly StreamEvent[];

  constructor(endpoints: readonly PreparedEndpoint[], events: readonly StreamEvent[] = []) {
    this.#endpoints = endpoints;
    this.#events = events;
  }

  open(): Promise<EventSource> {
    return Promise.resolve(sourceOf(this.#events));
  }

  servedBy(): readonly PreparedEndpoint[] {
    return this.#endpoints;
  }

  continuedBy(): null {
    return null;
  }

  attempts(): readonly [] {
    return [];
  }
}

/** All events in one batch. */
function sourceOf(events: readonly StreamEvent[]): EventSource {
  let left: StreamEvent[] | null = [...events];
  return {
    read: () => {
      const batch = left;
      left = null;
      return Promise.resolve(batch);
    },
    cancel: () => void (left = null),
  };
}
