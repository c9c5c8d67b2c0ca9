/**
 * Adds what an isolate has counted to the counters of all isolates: in the background, at most once in 10 seconds. What could not be added is
 * lost, since it may have arrived: losing a count is better than counting it twice.
 */
import type { ObservedGeneration, Refusal } from '../../accounts/telemetry.ts';
import type { Clock } from '../../lib/clock.ts';
import { RouterError } from '../../unified/error.ts';
import { DelayedWork } from '../delayed-work.ts';
import { MetricSet, type Series } from './metric-set.ts';
import { countGeneration, countRefusal, expositionOf } from './prometheus.ts';

/** Time until what was counted is added, in milliseconds. */
const FLUSH_MS = 10_000;

/** Most sets of labels of one isolate between two flushes. */
const MAX_SERIES = 1000;

/** The counters of all isolates: `platform/metrics-object.ts`. */
export interface MetricsStub {
  /** Adds series, and returns all where they are read. */
  exchange(request: { series: readonly Series[]; isRead: boolean }): Promise<{ series: Series[] }>;
}

/** What the counters use of the platform. */
export type SharedMetricsPorts = {
  clock: Clock;
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
  /** Connects to the counters of all isolates. Called for every exchange, because a request must not use another request's connection. */
  connect: () => MetricsStub;
};

/** The counters of one isolate. */
export class SharedMetrics {
  readonly #set = new MetricSet(MAX_SERIES);
  readonly #ports: SharedMetricsPorts;
  readonly #delayed: DelayedWork;

  constructor(ports: SharedMetricsPorts) {
    this.#ports = ports;
    this.#delayed = new DelayedWork({ ...ports, work: () => this.#flush() });
  }

  generation(one: ObservedGeneration): void {
    countGeneration(this.#set, one);
    this.#delayed.plan(FLUSH_MS);
  }

  refusal(refusal: Refusal): void {
    countRefusal(this.#set, refusal);
    this.#delayed.plan(FLUSH_MS);
  }

  /** The counters of all isolates, in the text format of Prometheus. @throws RouterError where they cannot be reached. */
  async exposition(): Promise<string> {
    try {
      const { series } = await this.#ports.connect().exchange({ series: this.#set.take(), isRead: true });
      return expositionOf(series);
    } catch {
      throw new RouterError('provider_overloaded', 'The Durable Object METRICS cannot be reached. Send the request again.');
    }
  }

  async #flush(): Promise<void> {
    const series = this.#set.take();
    if (series.length === 0) return;
    try {
      await this.#ports.connect().exchange({ series, isRead: false });
    } catch {
      this.#ports.log('metrics: the Durable Object METRICS cannot be reached; counts of up to 10 seconds are lost');
    }
  }
}
