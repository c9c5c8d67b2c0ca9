/**
 * What refusals of upstreams taught one tenant: parameters that an endpoint does not know, and names that it takes instead, for an hour,
 * in this isolate's memory. Planning reads it, so that the next request is right at once; the lasting cure is a line in the provider
 * file, which the log names. Reads no error: that is `calls/read-refusal.ts`.
 */
import type { RefusedParameters, KnownRefusals } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { isListed } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';

/** How long a lesson is remembered: models are mended, and a wrong guess must not last. */
export const REMEMBERED_MS = 60 * 60 * 1000;

/** Most listed endpoints remembered, and as many again that no provider file lists. */
export const MAX_ENDPOINTS = 250;

/** Most parameters of one endpoint; a longer name is none that an endpoint has. */
const MAX_PARAMETERS = 32;
const MAX_NAME_CHARACTERS = 300;

const NOTHING: KnownRefusals = new Map();

/** An empty memory. */
export function createRefusedParameters(clock: Pick<Clock, 'nowMs'>): RefusedParameters {
  type Kept = Map<string, { wireName: string | null; untilMs: number }>;
  const [listed, unlisted] = [new Map<string, Kept>(), new Map<string, Kept>()];
  const shelfOf = (endpoint: string) => (isListed(endpoint) ? listed : unlisted);

  return {
    refusalsOf(endpoint) {
      const kept = shelfOf(endpoint).get(endpoint);
      if (kept === undefined) return NOTHING;
      return new Map([...kept].filter(([, { untilMs }]) => untilMs > clock.nowMs()).map(([param, { wireName }]) => [param, wireName]));
    },
    remember(endpoint, param, wireName) {
      if (endpoint.length + param.length > MAX_NAME_CHARACTERS) return;
      const shelf = shelfOf(endpoint);
      const kept: Kept = shelf.get(endpoint) ?? new Map();
      putLast(kept, param, { wireName, untilMs: clock.nowMs() + REMEMBERED_MS }, MAX_PARAMETERS);
      putLast(shelf, endpoint, kept, MAX_ENDPOINTS);
    },
  };
}
