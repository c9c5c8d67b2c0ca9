/** Limits whose soft part has been passed: each is reported once, with the next settlement. */
import { stateOf, type CountedLimit } from './counters.ts';
import type { LimitCount, SoftAlert } from './lease.ts';

/** Most alerts that wait for the next settlement. */
const MAX_ALERTS = 100;

/** Alerts that wait. */
export class SoftAlerts {
  readonly #alerts: SoftAlert[] = [];

  /** Observes a change of limits. @param softAt null = the key has no soft part. */
  observe(limits: readonly CountedLimit[], softAt: number | null, change: () => void): void {
    const below = softAt === null ? [] : limits.filter((limit) => !isPassed(stateOf(limit), softAt));
    change();
    if (softAt === null || this.#alerts.length >= MAX_ALERTS) return;
    const passed = below.map(stateOf).filter((limit) => isPassed(limit, softAt));
    this.#alerts.push(...passed.map((limit) => ({ limit, softAt })));
  }

  /** Returns the alerts since the last call. */
  take(): SoftAlert[] {
    return this.#alerts.splice(0);
  }
}

/** The part of a limit that is used up: at least `softAt` of it. */
const isPassed = ({ max, used, resource }: LimitCount, softAt: number): boolean => resource !== 'concurrent' && used >= softAt * max;
