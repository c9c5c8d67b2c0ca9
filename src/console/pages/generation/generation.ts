/** What `GET /generation` has of an answer, as far as the console shows it, and what follows from it. Pure. */
import { UNKNOWN } from '../../format.ts';
import type { Span } from '../../parts/chart/scale.ts';
import { changedQuery } from '../../route.ts';

/** One attempt. Times in milliseconds: `started_ms` from the request, the others from the start of the attempt. Null = not known, or none. */
export type GenerationAttempt = {
  readonly provider: string | null;
  readonly provider_name: string;
  readonly model: string;
  readonly status: number | null;
  readonly error_type: string | null;
  readonly started_ms: number | null;
  readonly first_content_ms: number | null;
  readonly duration_ms: number | null;
  readonly calls: number;
  readonly cancelled: boolean;
};

/** One change of the request. `from` and `to` are kept of numbers and booleans only. */
type GenerationChange = {
  readonly param: string;
  readonly action: string;
  readonly from: number | boolean | null;
  readonly to: number | boolean | null;
};

/** An answer. Times in milliseconds, cost in USD. */
export type Generation = {
  readonly id: string;
  readonly upstream_id: string | null;
  readonly created_at: string;
  readonly key: string;
  readonly operation: string;
  readonly format: string;
  readonly model: string;
  readonly model_asked: string;
  readonly provider: string;
  readonly provider_name: string;
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly total_cost: number | null;
  readonly estimated: readonly string[];
  readonly is_byok: boolean;
  readonly streamed: boolean;
  readonly cancelled: boolean;
  readonly status: number;
  readonly error: string | null;
  readonly finish_reason: string | null;
  readonly native_finish_reason: string | null;
  readonly service_tier: string | null;
  readonly cache: string | null;
  readonly latency: number | null;
  readonly generation_time: number | null;
  readonly duration_ms: number;
  readonly tokens_prompt: number | null;
  readonly tokens_completion: number | null;
  readonly native_tokens_cached: number | null;
  readonly native_tokens_cache_write: number | null;
  readonly native_tokens_reasoning: number | null;
  readonly native_tokens_completion_images: number | null;
  readonly attempt_count: number;
  readonly attempts: readonly GenerationAttempt[];
  readonly adjustment_count: number;
  readonly adjustments: readonly GenerationChange[];
};

/** Attempts as bars on one time line. One whose end is not known lasts until the end of the answer. */
export function spansOf({ attempts, duration_ms: totalMs }: Generation): Span[] {
  return attempts.map((attempt) => {
    const { started_ms: started, first_content_ms: first, duration_ms: duration } = attempt;
    const from = started ?? 0;
    return {
      name: `${attempt.provider_name} ${attempt.model}`,
      outcome: describeOutcome(attempt),
      isGood: attempt.error_type === null && !attempt.cancelled,
      from,
      content: first === null ? null : from + first,
      to: duration === null ? Math.max(from, totalMs) : from + duration,
      isExact: started !== null && duration !== null,
    };
  });
}

/** How an attempt ended. */
function describeOutcome({ status, error_type: error, cancelled }: GenerationAttempt): string {
  const code = status === null ? 'no status' : `status ${status}`;
  if (cancelled) return `${code}, cancelled: another attempt took its place`;
  return error === null ? code : `${code}, ${error}`;
}

/** Tokens of the answer a second, while it was written. Null = not known. */
export function tokensPerSecond({ tokens_completion: tokens, generation_time: timeMs }: Generation): number | null {
  return tokens === null || timeMs === null || timeMs <= 0 ? null : tokens / (timeMs / 1000);
}

/** A kind of tokens. Parts are within the total above them. */
export type TokenKind = { readonly name: string; readonly count: number | null; readonly isPart: boolean; readonly isEstimate: boolean };

/** Tokens by kind. Parts that were not reported are left out. */
export function tokenKinds(generation: Generation): TokenKind[] {
  const isEstimate = (field: string) => generation.estimated.includes(field);
  const part = (name: string, count: number | null): TokenKind[] =>
    count === null ? [] : [{ name, count, isPart: true, isEstimate: false }];
  return [
    { name: 'Prompt', count: generation.tokens_prompt, isPart: false, isEstimate: isEstimate('prompt_tokens') },
    ...part('read from the cache of the provider', generation.native_tokens_cached),
    ...part('written to the cache of the provider', generation.native_tokens_cache_write),
    { name: 'Answer', count: generation.tokens_completion, isPart: false, isEstimate: isEstimate('completion_tokens') },
    ...part('reasoning', generation.native_tokens_reasoning),
    ...part('images', generation.native_tokens_completion_images),
  ];
}

/** A value of a change. */
export const formatChanged = (value: number | boolean | null): string => (value === null ? UNKNOWN : String(value));

/**
 * State of the playground for a replay.
 *
 * @param recalled the state that led to the answer, where this tab has it; null = the example of the playground takes its place.
 * @param provider slug; null = the router chooses.
 */
export const replayQuery = (recalled: string | null, model: string, provider: string | null): URLSearchParams =>
  changedQuery(new URLSearchParams(recalled ?? ''), { model, provider });
