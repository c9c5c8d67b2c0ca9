/**
 * Counts generations as metrics of OTLP, with delta temporality: an isolate exists for a short time, and each export has what came since the
 * last one. Names as in `spans.ts`, and docs/gen-ai/gen-ai-token-metrics.md there. The model of a metric is the one that was resolved: names
 * that clients make up would each begin a series. `time_per_output_chunk` is left out: it would need work for each chunk.
 */
import type { ObservedGeneration, Refusal } from '../../accounts/telemetry.ts';
import { attributesOf, serverOf, toNanos, type KeyValue } from './otlp-json.ts';
import { BOUNDS, isOverflow, MetricSet, type Labels, type Series } from './metric-set.ts';
import type { Batch, SignalQueue } from './otlp-exporter.ts';
import { OPERATIONS } from './spans.ts';

/** Most sets of labels between two exports. */
const MAX_SERIES = 1000;

/** Sets of labels with which an export starts at once. */
const FULL_SERIES = 500;

/** The old histogram of tokens, and its bounds: powers of 4. */
const TOKEN_USAGE = 'gen_ai.client.token.usage';
const TOKEN_BOUNDS: readonly number[] = Array.from({ length: 14 }, (_, index) => 4 ** index);

const boundsOf = (name: string): readonly number[] => (name === TOKEN_USAGE ? TOKEN_BOUNDS : BOUNDS);

/** Unit of each metric. */
const UNITS: Readonly<Record<string, string>> = {
  'gen_ai.client.inference.duration': 's',
  'gen_ai.client.inference.time_to_first_chunk': 's',
  'gen_ai.client.embeddings.duration': 's',
  'gen_ai.client.operation.duration': 's',
  'tributary.cost': '{USD}',
  'tributary.attempts': '{attempt}',
  'tributary.refusals': '{request}',
  'tributary.spans.dropped': '{span}',
};

/** What waits of metrics. */
export class MetricQueue implements SignalQueue {
  readonly #set = new MetricSet(MAX_SERIES, boundsOf);
  readonly #hasOldNames: boolean;
  readonly #write: (metrics: readonly object[]) => string;
  readonly #nowMs: () => number;
  /** When the first of what waits was counted. */
  #startMs: number | null = null;

  constructor(options: { hasOldNames: boolean; write: (metrics: readonly object[]) => string; nowMs: () => number }) {
    this.#hasOldNames = options.hasOldNames;
    this.#write = options.write;
    this.#nowMs = options.nowMs;
  }

  isEmpty(): boolean {
    return this.#set.size === 0;
  }

  isFull(): boolean {
    return this.#set.size >= FULL_SERIES;
  }

  /** Counts a generation. */
  generation(one: ObservedGeneration): void {
    const { record, attempts } = one;
    this.#startMs ??= record.createdMs;
    const labels = labelsOf(one);
    const failed: Labels = record.errorType === null ? labels : { ...labels, 'error.type': record.errorType };
    const seconds = record.durationMs / 1000;
    if (record.operation === 'embeddings') this.#set.record('gen_ai.client.embeddings.duration', failed, seconds);
    else this.#inference(one, failed);
    if (this.#hasOldNames) this.#oldNames(one, failed);
    const cost = record.usage?.costUsd ?? null;
    if (cost !== null) this.#set.add('tributary.cost', labels, Math.max(0, cost));
    for (const attempt of attempts) {
      const result: Labels = attempt.errorType === null ? {} : { 'error.type': attempt.errorType };
      this.#set.add('tributary.attempts', { 'gen_ai.provider.name': attempt.provider, ...result }, 1);
    }
  }

  /** Counts a refused request. */
  refusal({ status, errorType }: Refusal): void {
    this.#startMs ??= this.#nowMs();
    this.#set.add('tributary.refusals', { 'http.response.status_code': String(status), 'error.type': errorType }, 1);
  }

  /** Counts spans that were dropped. */
  droppedSpans(count: number): void {
    this.#startMs ??= this.#nowMs();
    this.#set.add('tributary.spans.dropped', {}, count);
  }

  take(): Batch {
    const series = this.#set.take();
    const startMs = this.#startMs ?? this.#nowMs();
    const endMs = Math.max(startMs, this.#nowMs());
    this.#startMs = null;
    return {
      body: () => this.#write(metricsOf(series, startMs, endMs)),
      putBack: () => {
        const later = this.#set.take();
        this.#set.merge([...series, ...later]);
        this.#startMs = startMs;
      },
      drop: () => undefined,
    };
  }

  /** Metrics of v1.36 to v1.41 of the conventions. */
  #oldNames({ record, provider }: ObservedGeneration, failed: Labels): void {
    const { 'error.type': _, ...labels } = failed;
    this.#set.record('gen_ai.client.operation.duration', { ...failed, 'gen_ai.system': provider }, record.durationMs / 1000);
    if (record.usage === null) return;
    const { promptTokens: input, completionTokens: output } = record.usage;
    for (const [type, count] of Object.entries({ input, output })) {
      const typed = { ...labels, 'gen_ai.system': provider, 'gen_ai.token.type': type };
      this.#set.record(TOKEN_USAGE, typed, count);
    }
  }

  #inference({ record }: ObservedGeneration, failed: Labels): void {
    const { 'error.type': _, ...labels } = failed;
    this.#set.record('gen_ai.client.inference.duration', failed, record.durationMs / 1000);
    if (record.streamed && record.latencyMs !== null)
      this.#set.record('gen_ai.client.inference.time_to_first_chunk', labels, record.latencyMs / 1000);
    // Also for a failed answer, with 0 where its usage is not known.
    const { usage } = record;
    const token: Labels = { ...labels, 'gen_ai.token.modality': 'unknown' };
    const counts = {
      input_tokens: usage?.promptTokens ?? 0,
      output_tokens: usage?.completionTokens ?? 0,
      'cache_read.input_tokens': usage?.cachedTokens,
      'cache_write.input_tokens': usage?.cacheWriteTokens,
      'reasoning.output_tokens': usage?.reasoningTokens,
    };
    for (const [kind, count] of Object.entries(counts))
      if (count != null) this.#set.add(`gen_ai.client.inference.usage.${kind}`, token, count);
  }
}

function labelsOf({ record, provider, baseUrl }: ObservedGeneration): Labels {
  const { address, port } = serverOf(baseUrl);
  return {
    'gen_ai.operation.name': OPERATIONS[record.operation],
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': record.model,
    'gen_ai.response.model': record.model,
    ...(address === null || port === null ? {} : { 'server.address': address, 'server.port': String(port) }),
  };
}

/** Metrics in JSON, one for each name. 1 = delta. */
function metricsOf(series: readonly Series[], startMs: number, endMs: number): object[] {
  const times = { startTimeUnixNano: toNanos(startMs), timeUnixNano: toNanos(endMs) };
  return [...Map.groupBy(series, ({ name }) => name)].map(([name, points]) => {
    const dataPoints = points.map((point) => ({ attributes: pointAttributes(point.labels), ...times, ...valueOf(point) }));
    const [first] = points;
    const isSum = first !== undefined && 'value' in first;
    const data = isSum
      ? { sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints } }
      : { histogram: { aggregationTemporality: 1, dataPoints } };
    return { name, unit: UNITS[name] ?? '{token}', ...data };
  });
}

function pointAttributes(labels: Labels): KeyValue[] {
  if (isOverflow(labels)) return attributesOf({ 'otel.metric.overflow': true });
  return attributesOf(Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, NUMBERS.has(key) ? Number(value) : value])));
}

/** Attributes that are numbers. */
const NUMBERS = new Set(['server.port', 'http.response.status_code']);

/** Counts are 64-bit integers, which JSON has as text; money is a double. */
function valueOf(series: Series): object {
  if (!('value' in series)) {
    return {
      count: String(series.count),
      sum: series.sum,
      bucketCounts: series.buckets.map(String),
      explicitBounds: boundsOf(series.name),
    };
  }
  return Number.isSafeInteger(series.value) && series.name !== 'tributary.cost'
    ? { asInt: String(series.value) }
    : { asDouble: series.value };
}
