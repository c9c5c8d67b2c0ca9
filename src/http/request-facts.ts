/** Reads the facts of a request that are not in its body: from its headers and its path. */
import type { Caller } from '../accounts/caller.ts';
import type { RequestFacts } from '../calls/context.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import { readCacheWish } from '../unified/request/cache-wish.ts';
import { readHops } from '../upstream/loop.ts';
import { BASES } from './client-paths.ts';
import type { Deps } from './deps.ts';

/** An address below OpenRouter's base URL. */
const OPENROUTER_PATH = /^\w+:\/\/[^/]*\/api\//;

/** The caller of a request, the id of its answer, and its trace (absent = none). */
export type Identity = { caller: Caller; generationId: string; trace?: RequestTrace };

/** @throws RouterError `loop_detected` when the request has passed too many routers. */
export function readRequestFacts(
  request: Request,
  { catalog, ports, hasCallerKeys }: Deps,
  { caller, generationId, trace }: Identity,
): RequestFacts {
  const fault = request.headers.get('x-simulator-fault');
  return {
    catalog,
    ports,
    hasCallerKeys: hasCallerKeys === true,
    caller,
    generationId,
    ...(trace === undefined ? {} : { trace }),
    signal: request.signal,
    base: OPENROUTER_PATH.test(request.url) ? BASES[1] : BASES[0],
    // An answer that the caller pays for itself is made with every key that it brings.
    cache:
      ports.responseCache === null || hasCallerKeys === true
        ? null
        : readCacheWish((name) => request.headers.get(name), caller.key?.cacheSeconds ?? null),
    hops: readHops(request.headers),
    wantsMetadata: request.headers.get('x-openrouter-metadata')?.toLowerCase() === 'enabled',
    simulatorHeaders: fault === null ? {} : { 'x-simulator-fault': fault },
  };
}
