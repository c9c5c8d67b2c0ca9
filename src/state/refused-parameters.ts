/**
 * Remembers for one hour, in this isolate's memory, which parameters endpoints rejected for one tenant, and which names they accept
 * instead. Planning reads it, so the next request needs no second try. The permanent fix is a line in the provider file, which the log
 * names. `calls/read-refusal.ts` reads the errors.
 */
import type { RefusedParameters, KnownRefusals } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { isListed } from '../unified/endpoint-health.ts';
import { putLast } from '../lib/lru-map.ts';

/** How long a rejection is remembered. Limited, because providers fix their models and a wrong guess must not last. */
export const REMEMBERED_MS = 60 * 60 * 1000;

/** Most listed endpoints remembered; the same number again of unlisted ones. */
export const MAX_ENDPOINTS = 250;

/** Most parameters of one endpoint. */
const MAX_PARAMETERS = 32;
const MAX_NAME_CHARACTERS = 300;

const NO_REFUSALS: KnownRefusals = new Map();

/** Creates an empty store. */
export function createRefusedParameters(clock: Pick<Clock, 'nowMs'>): RefusedParameters {
  type Refusals = Map<string, { wireName: string | null; untilMs: number }>;
  const [listed, unlisted] = [new Map<string, Refusals>(), new Map<string, Refusals>()];
  const mapFor = (endpoint: string) => (isListed(endpoint) ? listed : unlisted);

  return {
    refusalsOf(endpoint) {
      const refusals = mapFor(endpoint).get(endpoint);
      if (refusals === undefined) return NO_REFUSALS;
      return new Map([...refusals].filter(([, { untilMs }]) => untilMs > clock.nowMs()).map(([param, { wireName }]) => [param, wireName]));
    },
    remember(endpoint, param, wireName) {
      if (endpoint.length + param.length > MAX_NAME_CHARACTERS) return;
      const endpoints = mapFor(endpoint);
      const refusals: Refusals = endpoints.get(endpoint) ?? new Map();
      const value = { wireName, untilMs: clock.nowMs() + REMEMBERED_MS };
      putLast(refusals, { key: param, value, max: MAX_PARAMETERS });
      putLast(endpoints, { key: endpoint, value: refusals, max: MAX_ENDPOINTS });
    },
  };
}
