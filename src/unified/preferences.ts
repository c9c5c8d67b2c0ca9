/**
 * The `provider` object: what the client wants of routing (https://openrouter.ai/docs/features/provider-routing, read
 * 2026-08-22), and `allow_adjustments` and `hedge_after_ms`, which are ours. A closed object: a misspelt wish must not pass for a granted one.
 */
import * as z from 'zod/mini';

const SLUGS = z.nullish(z.array(z.string().check(z.minLength(1))).check(z.maxLength(100)));
const PRICE = z.nullish(z.union([z.number().check(z.minimum(0)), z.string().check(z.regex(/^\d+(\.\d+)?$/))]));
const CUTOFF = z.nullish(z.union([z.number(), z.record(z.string(), z.number())]));
const SORT = z.enum(['price', 'throughput', 'latency', 'exacto']);
const FLAG = z.nullish(z.boolean());

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
  quantizations: z.nullish(z.array(z.string())),
  sort: z.nullish(z.union([SORT, z.looseObject({ by: SORT })])),
  max_price: z.nullish(z.strictObject({ prompt: PRICE, completion: PRICE, image: PRICE, audio: PRICE, request: PRICE })),
  preferred_min_throughput: CUTOFF,
  preferred_max_latency: CUTOFF,
  hedge_after_ms: z.nullish(z.int().check(z.minimum(1), z.maximum(600_000))),
});

/** The client's routing preferences; every field may be absent or null. */
export type Preferences = z.infer<typeof PREFERENCES>;
