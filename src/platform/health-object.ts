/**
 * Health of endpoints that all isolates share, as a Durable Object, and the access to it when the operator has bound one as `HEALTH`. It
 * is kept in the object's memory alone: it is five minutes old at most, every isolate has a copy of what it was told, and a write for each
 * exchange would cost more than the few minutes that a restart forgets.
 */
import { DurableObject } from 'cloudflare:workers';
import { createHealthTracker, type HealthSnapshot } from '../state/circuit-breaker.ts';
import type { HealthTracker } from '../unified/endpoint-health.ts';
import { systemBackground } from './background.ts';
import type { Env } from './env.ts';
import { createSharedHealth, MAX_WAITING, type HealthReport, type HealthStub } from './shared-health.ts';
import { systemClock } from './system.ts';

/** The shared book. Bounded like every book: `MAX_ENDPOINTS`, and `MAX_WAITING` reports at a time. */
export class HealthObject extends DurableObject {
  readonly #book = createHealthTracker(systemClock);

  /** Takes what one isolate has seen, and tells it what has changed since a time (milliseconds since 1970). */
  exchange(reports: readonly HealthReport[], sinceMs: number): HealthSnapshot {
    for (const { endpoint, outcome } of reports.slice(0, MAX_WAITING)) {
      if (outcome === null) this.#book.claimProbe(endpoint);
      else this.#book.report(endpoint, outcome);
    }
    return this.#book.snapshot(sinceMs);
  }
}

/** What we use of a binding to a Durable Object. */
type Namespace = { idFromName(name: string): unknown; get(id: unknown): HealthStub };

const isNamespace = (bound: unknown): bound is Namespace =>
  typeof bound === 'object' && bound !== null && typeof (bound as { idFromName?: unknown }).idFromName === 'function';

/** There is one book for all. */
const NAME = 'endpoints';

/** This isolate's book; in step with the shared one where `HEALTH` is bound. */
export function createHealthPort(env: Env): HealthTracker {
  const own = createHealthTracker(systemClock);
  const bound = Object.hasOwn(env, 'HEALTH') ? env['HEALTH'] : undefined;
  return isNamespace(bound)
    ? createSharedHealth(own, { connect: () => bound.get(bound.idFromName(NAME)), clock: systemClock, waitUntil: systemBackground })
    : own;
}
