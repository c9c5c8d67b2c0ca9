/**
 * Counts generations for Prometheus, and writes its text format (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4,
 * read 2026-12-01). Labels name models, providers and results, never callers or their users.
 */
import type { ObservedGeneration, Refusal } from '../../accounts/telemetry.ts';
import { toPrintable } from '../../lib/printable.ts';
import { BOUNDS, type MetricSet, type Series } from './metric-set.ts';

/** Longest value of a label, in characters. */
const MAX_LABEL = 100;

/** Every metric, with its text for `HELP`. A name without `_total` is a histogram. */
const HELP: Readonly<Record<string, string>> = {
  tributary_requests_total: 'Answers that have ended, by the HTTP status that the client got.',
  tributary_failures_total: 'Attempts at a provider that failed, by type of error.',
  tributary_refusals_total: 'Requests that were refused before anything was sent.',
  tributary_tokens_total: 'Tokens of all answers. Cached and reasoning tokens are parts of input and output.',
  tributary_spend_usd_total: 'Cost of all answers in USD, as far as it is known.',
  tributary_cache_total: 'Requests that asked for the response cache, by what it did.',
  tributary_request_latency_seconds: 'Time from the request to the end of the answer.',
  tributary_time_to_first_token_seconds: 'Time from the request to the first content of a stream.',
};

/** Counts a generation. */
export function countGeneration(set: MetricSet, { record, attempts }: ObservedGeneration): void {
  const { usage, provider } = record;
  const labels = { model: toPrintable(record.model, MAX_LABEL), provider };
  set.add('tributary_requests_total', { ...labels, format: record.format, status: String(record.status) }, 1);
  for (const attempt of attempts) {
    if (attempt.errorType !== null) set.add('tributary_failures_total', { provider: attempt.slug, error_type: attempt.errorType }, 1);
  }
  if (record.cache !== undefined) set.add('tributary_cache_total', { result: record.cache }, 1);
  const tokens = {
    input: usage?.promptTokens,
    output: usage?.completionTokens,
    cached: usage?.cachedTokens,
    reasoning: usage?.reasoningTokens,
  };
  for (const [kind, count] of Object.entries(tokens)) if (count != null) set.add('tributary_tokens_total', { ...labels, kind }, count);
  if (usage !== null && usage.costUsd !== null) set.add('tributary_spend_usd_total', labels, Math.max(0, usage.costUsd));
  set.record('tributary_request_latency_seconds', labels, record.durationMs / 1000);
  if (record.streamed && record.latencyMs !== null) set.record('tributary_time_to_first_token_seconds', labels, record.latencyMs / 1000);
}

/** Counts a refused request. */
export function countRefusal(set: MetricSet, { status, errorType }: Refusal): void {
  set.add('tributary_refusals_total', { status: String(status), error_type: errorType }, 1);
}

/** Writes series. Those of a metric without a text for `HELP` are left out: another version of the Worker counted them. */
export function expositionOf(series: readonly Series[]): string {
  const byName = Map.groupBy(series, ({ name }) => name);
  return Object.entries(HELP)
    .flatMap(([name, help]) => {
      const all = byName.get(name) ?? [];
      const type = name.endsWith('_total') ? 'counter' : 'histogram';
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...all.flatMap(samplesOf)].map((line) => `${line}\n`);
    })
    .join('');
}

function samplesOf(one: Series): string[] {
  const { name, labels } = one;
  if ('value' in one) return [`${name}${labelsOf(labels)} ${one.value}`];
  let count = 0;
  const buckets = one.buckets.map((inBucket, index) => {
    count += inBucket;
    const bound = BOUNDS[index];
    return `${name}_bucket${labelsOf({ ...labels, le: bound === undefined ? '+Inf' : String(bound) })} ${count}`;
  });
  return [...buckets, `${name}_sum${labelsOf(labels)} ${one.sum}`, `${name}_count${labelsOf(labels)} ${one.count}`];
}

const labelsOf = (labels: Series['labels']): string =>
  Object.keys(labels).length === 0
    ? ''
    : `{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (one) => (one === '\n' ? String.raw`\n` : `\\${one}`))}"`)
        .join(',')}}`;
