/** Reads the usage and the log probabilities of an answer. */
import type { TokenLogprob } from '../../unified/response/event.ts';
import { arrayOf, countOf, numberOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { knownParts } from '../../unified/response/usage-parts.ts';
import { usageOf, type Usage } from '../../unified/response/usage.ts';

/**
 * The provider sends two counts: `tokens` is the model's input, including a hidden preamble of some hundred tokens; `billed_units` is what is
 * paid for. The billed counts are reported, because tokens times price is then the cost. `cached_tokens` belongs to `tokens` (it can exceed
 * the billed count), so it is left out. Whether reasoning is part of output_tokens is not certain; nothing is added.
 */
export function decodeUsage(raw: unknown): Usage | null {
  if (!isObject(raw)) return null;
  const families = [raw.billed_units, raw.tokens].filter(isObject);
  const counts = families.find(({ input_tokens: input, output_tokens: output }) => numberOf(input) !== null || numberOf(output) !== null);
  if (counts === undefined) return null;
  return usageOf({
    promptTokens: countOf(counts.input_tokens) ?? 0,
    completionTokens: countOf(counts.output_tokens) ?? 0,
    parts: knownParts({ searchUnits: countOf(counts.search_units) }),
    ...((countOf(counts.search_units) ?? 0) > 0 ? { isUnpriced: true } : {}),
  });
}

/**
 * Reads log probabilities: `{text, token_ids, logprobs}`, one in a stream, a list in a document. The boundaries of several tokens in one text
 * are unknown, so the text becomes one token with the sum.
 */
export function decodeLogprobs(raw: unknown): TokenLogprob[] | undefined {
  const items = (Array.isArray(raw) ? arrayOf(raw) : [raw]).filter(isObject).flatMap(readItem);
  return items.length === 0 ? undefined : items;
}

function readItem({ text, logprobs }: WireObject): TokenLogprob[] {
  const each = arrayOf(logprobs).filter((value) => numberOf(value) !== null) as number[];
  if (typeof text !== 'string' || each.length === 0) return [];
  return [{ token: text, logprob: each.reduce((sum, value) => sum + value, 0), bytes: null, top: [] }];
}
