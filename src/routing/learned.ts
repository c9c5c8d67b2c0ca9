/**
 * What upstreams have refused: parameters by provider and model, for an hour, in this isolate's memory. Planning reads it, so that the
 * next request does without; the lasting cure is a line in the provider file, which the log names.
 */
import type { Clock, Learned } from '../ports.ts';

/** How long a refusal is remembered: models are mended, and a wrong guess must not last. */
export const REMEMBERED_MS = 60 * 60 * 1000;

/** Most endpoints remembered; the oldest is forgotten first. */
const MAX_ENDPOINTS = 1000;

export function createLearned(clock: Pick<Clock, 'nowMs'>): Learned {
  /** Endpoint to parameter to the time at which it is forgotten. */
  const endpoints = new Map<string, Map<string, number>>();
  const nothing: ReadonlySet<string> = new Set();
  const keyOf = (provider: string, modelId: string) => `${provider} ${modelId}`;

  return {
    refusedBy(provider, modelId) {
      const refused = endpoints.get(keyOf(provider, modelId));
      if (refused === undefined) return nothing;
      return new Set([...refused].filter(([, untilMs]) => untilMs > clock.nowMs()).map(([param]) => param));
    },
    remember(provider, modelId, param) {
      const key = keyOf(provider, modelId);
      const refused = endpoints.get(key) ?? new Map<string, number>();
      endpoints.delete(key); // to the end of the order in which they are forgotten
      endpoints.set(key, refused.set(param, clock.nowMs() + REMEMBERED_MS));
      const [oldest] = endpoints.keys();
      if (endpoints.size > MAX_ENDPOINTS && oldest !== undefined) endpoints.delete(oldest);
    },
  };
}
