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

/** Facts that are known before. */
type Known = { identity: Identity } & Pick<RequestFacts, 'idempotencyKey' | 'onAccepted' | 'commonHeaders'>;

/** @throws RouterError `loop_detected` when the request has passed too many routers. */
export function readRequestFacts(
  request: Request,
  { catalog, ports, hasCallerKeys }: Deps,
  { identity: { caller, generationId, trace }, idempotencyKey, onAccepted, commonHeaders }: Known,
): RequestFacts {
  const { headers } = request;
  const fault = headers.get('x-simulator-fault');
  return {
    catalog,
    ports,
    hasCallerKeys: hasCallerKeys === true,
    caller,
    generationId,
    trace,
    idempotencyKey,
    onAccepted,
    commonHeaders,
    signal: request.signal,
    base: OPENROUTER_PATH.test(request.url) ? BASES[1] : BASES[0],
    // An answer that the caller pays for itself is made with every key that it brings.
    cache:
      ports.responseCache === null || hasCallerKeys === true
        ? null
        : readCacheWish((name) => headers.get(name), caller.key?.cacheSeconds ?? null),
    hops: readHops(headers),
    wantsMetadata: headers.get('x-openrouter-metadata')?.toLowerCase() === 'enabled',
    simulatorHeaders: fault === null ? {} : { 'x-simulator-fault': fault },
  };
}
