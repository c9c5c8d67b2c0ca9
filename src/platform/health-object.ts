/**
 * Durable Object with the endpoint health that all isolates share, used when the operator has bound it as `HEALTH`. The state is only in the
 * object's memory: it covers five minutes, every isolate has a copy of what it reported, and a storage write per exchange would cost more
 * than losing it in a restart.
 */
import { DurableObject } from 'cloudflare:workers';
import { createHealthTracker, type HealthSnapshot } from '../state/circuit-breaker.ts';
import type { HealthTracker } from '../unified/endpoint-health.ts';
import { systemBackground } from './background.ts';
import { objectsOf } from './bindings.ts';
import type { Env } from './env.ts';
import { createSharedHealth, MAX_WAITING, type HealthReport, type HealthStub } from './shared-health.ts';
import { systemClock } from './system.ts';

/** The shared health tracker. Bounded by `MAX_ENDPOINTS`, and by `MAX_WAITING` reports per exchange. */
export class HealthObject extends DurableObject {
  readonly #tracker = createHealthTracker(systemClock);

  /** Records the reports of one isolate, and returns what has changed since a time (milliseconds since 1970). */
  exchange(reports: readonly HealthReport[], sinceMs: number): HealthSnapshot {
    for (const { endpoint, outcome = null } of reports.slice(0, MAX_WAITING)) {
      if (outcome === null) this.#tracker.claimProbe(endpoint);
      else this.#tracker.report(endpoint, outcome);
    }
    return this.#tracker.snapshot(sinceMs);
  }
}

/** Name of the single object. */
const NAME = 'endpoints';

/** Creates this isolate's health tracker, synchronized with the shared one if `HEALTH` is bound. */
export function createHealthPort(env: Env): HealthTracker {
  const own = createHealthTracker(systemClock);
  const objects = objectsOf<HealthStub>(env, 'HEALTH');
  return objects === null
    ? own
    : createSharedHealth(own, { connect: () => objects(NAME), clock: systemClock, background: systemBackground });
}
