/** The place of one request in the response cache: finds, joins and stores its answer. What an answer consists of is up to the caller. */
import type { RequestContext } from '../calls/context.ts';
import type { ReportedEndpoint } from '../calls/prepare.ts';
import type { ClientFormat } from '../dialects/client-dialect.ts';
import { echoesBodies } from '../fitting/parameters/debug.ts';
import type { ResponseCache } from '../ports.ts';
import type { RoutePlan } from '../routing/plan.ts';
import { findFlight, flightsOf, lead, waitForFlight, type AnswersInFlight, type Flight, type Leader } from '../state/answers-in-flight.ts';
import type { CacheWish } from '../unified/request/cache-wish.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { cacheKey } from './canonical-request.ts';
import { readStored, writeStored, type StoredAnswer } from './cached-answer.ts';

/** How the cache was used. */
export type CacheStatus = 'hit' | 'joined' | 'miss';

/** Whether the answer of a request can be repeated at all: not where an upstream is to keep it, or an object of the router makes it for a client that may return. */
export function isRepeatable({ parameters, native, stream, askAll }: UnifiedRequest, { onAccepted }: RequestContext): boolean {
  const isPlain = !askAll && native?.subPath === undefined && native?.needs === undefined && !echoesBodies({ stream, parameters });
  return isPlain && onAccepted == null && parameters['store'] !== true && native?.body['store'] !== true;
}

/** The place of a request. `Content`: what is stored of its answer. */
export class CacheSlot<Content> {
  readonly #key: string;
  readonly #store: ResponseCache;
  readonly #wish: CacheWish;
  readonly #context: RequestContext;
  readonly #flights: AnswersInFlight;

  private constructor(key: string, { store, wish, context }: { store: ResponseCache; wish: CacheWish; context: RequestContext }) {
    this.#key = key;
    this.#store = store;
    this.#wish = wish;
    this.#context = context;
    this.#flights = flightsOf(store);
  }

  /** Null for a request that does not use the cache, or is too long for it. */
  static async of<Content>(
    request: UnifiedRequest,
    client: ClientFormat,
    { context, plans }: { context: RequestContext; plans: readonly RoutePlan[] },
  ): Promise<CacheSlot<Content> | null> {
    const { responseCache: store } = context.ports;
    const { cache: wish, caller, catalog, simulatorHeaders } = context;
    if (store === null || wish == null) return null;
    const scope = { account: caller.account, catalogVersion: catalog.version, plans, simulatorHeaders };
    const key = await cacheKey(request, client, scope);
    return key === null ? null : new CacheSlot<Content>(key, { store, wish, context });
  }

  get store(): Pick<ResponseCache, 'maxCharacters' | 'keepsToolCalls'> {
    return this.#store;
  }

  /** Returns the stored answer; removes it where the client requests that. Null = there is none that may be used. */
  async find(): Promise<StoredAnswer<Content> | null> {
    if (this.#wish.mustClear) {
      await this.#store.remove(this.#key);
      return null;
    }
    if (!this.#wish.mayRead) return null;
    const text = await this.#store.find(this.#key);
    return text === null ? null : this.#read(text);
  }

  /** Returns the same answer that is being made for another request. Null = none is, or the client requests a new one. */
  findFlight(): Flight | null {
    const { mayRead, mustClear } = this.#wish;
    return mayRead && !mustClear ? findFlight(this.#flights, this.#key, this.#context.ports.clock.nowMs()) : null;
  }

  /** Waits for it. Null = it cannot be repeated. */
  async waitFor(flight: Flight): Promise<StoredAnswer<Content> | null> {
    const { ports, client } = this.#context;
    const text = await waitForFlight(flight, ports.clock, () => client.signal.aborted);
    return text === null ? null : this.#read(text);
  }

  /** The answer is made now. Others can wait for it, until it is {@link keep kept} or given up. */
  begin(): Leader {
    const leader = lead(this.#flights, this.#key, this.#context.ports.clock);
    if (leader === null) return { setWorking: () => undefined, finish: () => undefined };
    this.#context.client.signal.addEventListener('abort', () => leader.finish(null));
    return leader;
  }

  /** Stores an answer, and gives it to those who wait for it. */
  keep(content: Content, servedBy: readonly ReportedEndpoint[], leader: Leader): void {
    const storedMs = this.#context.ports.clock.nowMs();
    const { ttlSeconds } = this.#wish;
    const text = writeStored(content, { servedBy, storedMs, ttlSeconds });
    const entry = text.length <= this.#store.maxCharacters ? text : null;
    leader.finish(entry);
    if (entry !== null) this.#store.store(this.#key, entry, ttlSeconds);
  }

  /** Headers for the client. @param stored the answer that is repeated; null = it is a new one. */
  headers(status: CacheStatus, stored: StoredAnswer<Content> | null): Record<string, string> {
    const used = { 'x-tributary-cache': status };
    if (stored === null) return used;
    const ageSeconds = Math.max(0, Math.floor((this.#context.ports.clock.nowMs() - stored.storedMs) / 1000));
    return { ...used, age: String(ageSeconds), 'x-tributary-attempts': '0' };
  }

  #read(text: string): StoredAnswer<Content> | null {
    return readStored(text, this.#context.ports.clock.nowMs(), this.#wish.ttlSeconds);
  }
}
