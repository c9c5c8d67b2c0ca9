/** Counts of an answer: its usage and its log probabilities. Counts only; prices are not known here. */
import type { TokenLogprob } from '../../unified/response/event.ts';
import { arrayOf, countOf, numberOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { knownParts } from '../../unified/response/usage-parts.ts';
import { usageOf, type Usage } from '../../unified/response/usage.ts';

/**
 * The provider counts twice: `tokens` is what the model read, a hidden preamble of some hundred tokens included, `billed_units` what is
 * paid for. The billed ones are told: they are what the client's text comes to, and tokens times price is then the bill.
 * `cached_tokens` belongs to the first family (it can be more than all that is billed), so it is no part of these totals and is left
 * out. Whether thinking is counted in output_tokens is not certain; nothing is added.
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
 * Log probabilities: `{text, token_ids, logprobs}`, one in a stream, a list in a document. Where a text is made of several tokens it is
 * not said where one ends, so it stands as one, with the probability of them all.
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
