/** Reads the facts of a request that are not in its body: from its headers and its path. */
import type { RequestFacts } from '../calls/context.ts';
import { readHops } from '../upstream/loop.ts';
import { BASES } from './client-paths.ts';
import type { Deps } from './deps.ts';

/** An address below OpenRouter's base URL. */
const OPENROUTER_PATH = /^\w+:\/\/[^/]*\/api\//;

/** @throws RouterError `loop_detected` when the request has passed too many routers. */
export function readRequestFacts(request: Request, { catalog, ports }: Deps, generationId: string): RequestFacts {
  const fault = request.headers.get('x-simulator-fault');
  return {
    catalog,
    ports,
    generationId,
    signal: request.signal,
    base: OPENROUTER_PATH.test(request.url) ? BASES[1] : BASES[0],
    hops: readHops(request.headers),
    wantsMetadata: request.headers.get('x-openrouter-metadata')?.toLowerCase() === 'enabled',
    simulatorHeaders: fault === null ? {} : { 'x-simulator-fault': fault },
  };
}
