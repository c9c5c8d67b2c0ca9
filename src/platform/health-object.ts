/**
 * Durable Object with the endpoint health that all isolates share, used when the operator has bound it as `HEALTH`. The state is only in the
 * object's memory: it covers five minutes, every isolate has a copy of what it reported, and a storage write per exchange would cost more
 * than losing it in a restart.
 */
import { DurableObject } from 'cloudflare:workers';
import { createHealthTracker, type HealthSnapshot } from '../state/circuit-breaker.ts';
import type { HealthTracker } from '../unified/endpoint-health.ts';
import { systemBackground } from './background.ts';
import type { Env } from './env.ts';
import { createSharedHealth, MAX_WAITING, type HealthReport, type HealthStub } from './shared-health.ts';
import { systemClock } from './system.ts';

/** The shared health tracker. Bounded by `MAX_ENDPOINTS`, and by `MAX_WAITING` reports per exchange. */
export class HealthObject extends DurableObject {
  readonly #tracker = createHealthTracker(systemClock);

  /** Records the reports of one isolate, and returns what has changed since a time (milliseconds since 1970). */
  exchange(reports: readonly HealthReport[], sinceMs: number): HealthSnapshot {
    for (const { endpoint, outcome } of reports.slice(0, MAX_WAITING)) {
      if (outcome === null) this.#tracker.claimProbe(endpoint);
      else this.#tracker.report(endpoint, outcome);
    }
    return this.#tracker.snapshot(sinceMs);
  }
}

/** The used part of a Durable Object namespace. */
type Namespace = { idFromName(name: string): unknown; get(id: unknown): HealthStub };

const isNamespace = (bound: unknown): bound is Namespace =>
  typeof bound === 'object' && bound !== null && typeof (bound as { idFromName?: unknown }).idFromName === 'function';

/** Name of the single object. */
const NAME = 'endpoints';

/** Creates this isolate's health tracker, synchronized with the shared one if `HEALTH` is bound. */
export function createHealthPort(env: Env): HealthTracker {
  const own = createHealthTracker(systemClock);
  const bound = Object.hasOwn(env, 'HEALTH') ? env['HEALTH'] : undefined;
  return isNamespace(bound)
    ? createSharedHealth(own, { connect: () => bound.get(bound.idFromName(NAME)), clock: systemClock, waitUntil: systemBackground })
    : own;
}
