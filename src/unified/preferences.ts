/**
 * The `provider` object: what the client wants of routing (https://openrouter.ai/docs/features/provider-routing, read
 * 2026-08-22), and what is ours: `allow_adjustments`, `hedge_after_ms`, `timeouts`, `resume`, `on_disconnect`. A closed object: a
 * misspelt wish must not pass for a granted one.
 */
import * as z from 'zod/mini';

const SLUGS = z.nullish(z.array(z.string().check(z.minLength(1))).check(z.maxLength(100)));
const PRICE = z.nullish(z.union([z.number().check(z.minimum(0)), z.string().check(z.regex(/^\d+(\.\d+)?$/))]));
const FLAG = z.nullish(z.boolean());

/** What a sort can go by. */
const SORT = z.enum(['price', 'throughput', 'latency', 'exacto']);

/** What a sort can go by: `exacto` is OpenRouter's word for quality. */
export type Sort = z.infer<typeof SORT>;

/** Weights that a host may run a model in, and `unknown` for those that do not say. */
const QUANTIZATIONS = ['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32', 'unknown'] as const;

const MEASURE = z.nullish(z.number().check(z.minimum(0)));

/** A bound on a measured percentile: a number is one on the median. */
const CUTOFF = z.nullish(
  z.union([z.number().check(z.minimum(0)), z.strictObject({ p50: MEASURE, p75: MEASURE, p90: MEASURE, p99: MEASURE })]),
);

/** The longest deadline: an hour. */
const DEADLINE_MS = z.nullish(z.int().check(z.minimum(1), z.maximum(3_600_000)));

/** The shape of `provider`. */
export const PREFERENCES = z.strictObject({
  order: SLUGS,
  only: SLUGS,
  ignore: SLUGS,
  allow_fallbacks: FLAG,
  require_parameters: FLAG,
  allow_adjustments: FLAG,
  data_collection: z.nullish(z.enum(['allow', 'deny'])),
  zdr: FLAG,
  enforce_distillable_text: FLAG,
  quantizations: z.nullish(z.array(z.enum(QUANTIZATIONS))),
  sort: z.nullish(z.union([SORT, z.strictObject({ by: z.nullish(SORT), partition: z.nullish(z.enum(['model', 'none'])) })])),
  max_price: z.nullish(z.strictObject({ prompt: PRICE, completion: PRICE, image: PRICE, audio: PRICE, request: PRICE })),
  preferred_min_throughput: CUTOFF,
  preferred_max_latency: CUTOFF,
  hedge_after_ms: z.nullish(z.int().check(z.minimum(1), z.maximum(600_000))),
  timeouts: z.nullish(z.strictObject({ first_content_ms: DEADLINE_MS, idle_ms: DEADLINE_MS, total_ms: DEADLINE_MS })),
  resume: FLAG,
  on_disconnect: z.nullish(z.enum(['cancel', 'drain'])),
});

/** The client's routing preferences; every field may be absent or null. */
export type Preferences = z.infer<typeof PREFERENCES>;

/** What to sort by, whichever way it is written; null = not said. */
export function sortOf({ sort }: Preferences): Sort | null {
  return (typeof sort === 'object' ? sort?.by : sort) ?? null;
}

/** Whether the endpoints of all models are one list, instead of one list after the other. */
export function mixesModels({ sort }: Preferences): boolean {
  return typeof sort === 'object' && sort?.partition === 'none';
}
