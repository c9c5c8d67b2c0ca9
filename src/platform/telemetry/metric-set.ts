/** Counters and histograms by name and labels. The number of label sets is bounded: what comes beyond it is counted in one set. */

/** Labels in a fixed order for each metric. */
export type Labels = Readonly<Record<string, string>>;

/** A counter or a histogram with one set of labels. */
export type Series = Readonly<{ name: string; labels: Labels }> & (Counter | Histogram);

/** What has been counted. */
type Counter = { value: number };

/** What has been measured. `buckets`: how many values were at most each bound and above the one before; the last one has no bound. */
type Histogram = { count: number; sum: number; buckets: number[] };

/** Bounds of all histograms in seconds, as the GenAI conventions have them: 10 ms to 82 s, each twice the one before. */
export const BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, index) => (10 * 2 ** index) / 1000);

/** Labels of what is counted beyond the bound (https://opentelemetry.io/docs/specs/otel/metrics/sdk/#overflow-attribute, read 2026-12-01). */
const OVERFLOW: Labels = { overflow: 'true' };

/** Metrics that are being counted. */
export class MetricSet {
  readonly #maxSeries: number;
  readonly #boundsOf: (name: string) => readonly number[];
  #series = new Map<string, Series>();

  /** @param maxSeries most sets of labels, all metrics together; each metric may have one more, with {@link OVERFLOW}. @param boundsOf bounds of a histogram. */
  constructor(maxSeries: number, boundsOf: (name: string) => readonly number[] = () => BOUNDS) {
    this.#maxSeries = maxSeries;
    this.#boundsOf = boundsOf;
  }

  get size(): number {
    return this.#series.size;
  }

  /** Adds to a counter. @param value not below 0. */
  add(name: string, labels: Labels, value: number): void {
    this.#merge({ name, labels, value });
  }

  /** Adds a value to a histogram. */
  record(name: string, labels: Labels, value: number): void {
    const bounds = this.#boundsOf(name);
    const buckets = Array.from({ length: bounds.length + 1 }, () => 0);
    const found = bounds.findIndex((bound) => value <= bound);
    buckets[found === -1 ? bounds.length : found] = 1;
    this.#merge({ name, labels, count: 1, sum: value, buckets });
  }

  /** Adds what another set has counted. */
  merge(all: readonly Series[]): void {
    for (const one of all) this.#merge(one);
  }

  /** All series, in the order in which they began. */
  all(): Series[] {
    return [...this.#series.values()];
  }

  /** Removes and returns all series. */
  take(): Series[] {
    const taken = this.all();
    this.#series = new Map();
    return taken;
  }

  #merge(one: Series): void {
    const key = keyOf(one);
    const known = this.#series.get(key);
    if (known === undefined && this.#series.size >= this.#maxSeries && !isOverflow(one.labels))
      return this.#merge({ ...one, labels: OVERFLOW });
    this.#series.set(known === undefined ? key : keyOf(known), known === undefined ? copyOf(one) : sumOf(known, one));
  }
}

/** Whether these are {@link OVERFLOW}, which may have come from another isolate. */
export const isOverflow = (labels: Labels): boolean => 'overflow' in labels;

const keyOf = ({ name, labels }: Series): string => JSON.stringify([name, ...Object.entries(labels).flat()]);

const copyOf = (one: Series): Series => ('value' in one ? { ...one } : { ...one, buckets: [...one.buckets] });

function sumOf(one: Series, other: Series): Series {
  if ('value' in one) return 'value' in other ? { ...one, value: one.value + other.value } : one;
  if ('value' in other) return one;
  const buckets = one.buckets.map((count, index) => count + (other.buckets[index] ?? 0));
  return { ...one, count: one.count + other.count, sum: one.sum + other.sum, buckets };
}
