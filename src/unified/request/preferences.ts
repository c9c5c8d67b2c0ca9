/**
 * Schema of the `provider` object, the client's routing preferences (https://openrouter.ai/docs/features/provider-routing, read 2026-08-22).
 * Additions: `allow_adjustments`, `hedge_after_ms`, `timeouts`, `resume`, `on_disconnect`. Unknown fields are rejected, because a misspelt
 * preference must not be ignored.
 */
import * as z from 'zod/mini';
import { listOf } from './list.ts';
import { once } from '../../lib/memoize.ts';

/** Most entries of a list of names. */
const MAX_NAMES = 100;

const slugs = () => z.nullish(listOf(() => z.string().check(z.minLength(1)), { most: MAX_NAMES }));
const price = () => z.nullish(z.union([z.number().check(z.minimum(0)), z.string().check(z.regex(/^\d+(\.\d+)?$/))]));
const flag = () => z.nullish(z.boolean());

/** Sort criteria. */
const sort = () => z.enum(['price', 'throughput', 'latency', 'exacto']);

/** A sort criterion. `exacto` is OpenRouter's name for quality. */
export type Sort = z.infer<ReturnType<typeof sort>>;

/** Weight formats; `unknown` for providers that do not state theirs. */
const QUANTIZATIONS = ['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32', 'unknown'] as const;

const measure = () => z.nullish(z.number().check(z.minimum(0)));

/** A bound on measured percentiles; a number is a bound on the median. */
const cutoff = () =>
  z.nullish(z.union([z.number().check(z.minimum(0)), z.strictObject({ p50: measure(), p75: measure(), p90: measure(), p99: measure() })]));

/** A deadline, at most one hour. */
const deadlineMs = () => z.nullish(z.int().check(z.minimum(1), z.maximum(3_600_000)));

/** Schema of `provider`. */
export const PREFERENCES = once(() =>
  z.strictObject({
    order: slugs(),
    only: slugs(),
    ignore: slugs(),
    allow_fallbacks: flag(),
    require_parameters: flag(),
    allow_adjustments: flag(),
    data_collection: z.nullish(z.enum(['allow', 'deny'])),
    zdr: flag(),
    enforce_distillable_text: flag(),
    quantizations: z.nullish(listOf(() => z.enum(QUANTIZATIONS), { most: MAX_NAMES })),
    sort: z.nullish(z.union([sort(), z.strictObject({ by: z.nullish(sort()), partition: z.nullish(z.enum(['model', 'none'])) })])),
    max_price: z.nullish(z.strictObject({ prompt: price(), completion: price(), image: price(), audio: price(), request: price() })),
    preferred_min_throughput: cutoff(),
    preferred_max_latency: cutoff(),
    hedge_after_ms: z.nullish(z.int().check(z.minimum(1), z.maximum(600_000))),
    timeouts: z.nullish(z.strictObject({ first_content_ms: deadlineMs(), idle_ms: deadlineMs(), total_ms: deadlineMs() })),
    resume: flag(),
    on_disconnect: z.nullish(z.enum(['cancel', 'drain'])),
    count_tokens: z.nullish(z.enum(['estimate', 'provider'])),
  }),
);

/** The client's routing preferences; every field may be absent or null. */
export type Preferences = z.infer<ReturnType<typeof PREFERENCES>>;

/** Returns the sort criterion in either form; null = not set. */
export function sortOf({ sort }: Preferences): Sort | null {
  return (typeof sort === 'object' ? sort?.by : sort) ?? null;
}

/** True when the endpoints of all models form one list instead of one list per model. */
export function mixesModels({ sort }: Preferences): boolean {
  return typeof sort === 'object' && sort?.partition === 'none';
}
