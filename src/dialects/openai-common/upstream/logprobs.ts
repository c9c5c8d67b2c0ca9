/**
 * Reads the two forms of log probabilities: chat (`content: [{token, logprob, bytes, top_logprobs}]`) and legacy (parallel arrays).
 * Providers mix them (Together sends the legacy one on chat), so both are accepted everywhere. Pure.
 */
import { arrayOf, numberOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';
import type { TokenLogprob, TopLogprob } from '../../../unified/response/event.ts';
import { scalarText } from '../../../lib/exact-json.ts';

/** Reads log probabilities in either form; undefined when there are none. */
export function decodeLogprobs(raw: unknown): TokenLogprob[] | undefined {
  if (!isObject(raw)) return undefined;
  const tokens = Array.isArray(raw.tokens) ? fromLegacy(raw) : arrayOf(raw.content).map(fromChat);
  return tokens.length > 0 ? tokens : undefined;
}

/** Log probabilities of a refusal, which only the chat shape has. */
export function decodeRefusalLogprobs(raw: unknown): TokenLogprob[] | undefined {
  const tokens = isObject(raw) ? arrayOf(raw.refusal).map(fromChat) : [];
  return tokens.length > 0 ? tokens : undefined;
}

function fromChat(raw: unknown): TokenLogprob {
  const entry = isObject(raw) ? raw : {};
  return {
    ...toTop(entry),
    logprob: numberOf(entry.logprob),
    top: arrayOf(entry.top_logprobs).map((top) => toTop(isObject(top) ? top : {})),
  };
}

function toTop(entry: WireObject): TopLogprob {
  const token = scalarText(entry.token) ?? '';
  // Every provider sends a number; -9999 is OpenAI's value for a probability that is too small.
  return { token, logprob: numberOf(entry.logprob) ?? -9999, bytes: Array.isArray(entry.bytes) ? (entry.bytes as number[]) : null };
}

function fromLegacy(raw: WireObject): TokenLogprob[] {
  const logprobs = arrayOf(raw.token_logprobs);
  const tops = arrayOf(raw.top_logprobs);
  const offsets = arrayOf(raw.text_offset);
  return arrayOf(raw.tokens).map((token, position) => {
    const top = tops[position];
    const offset = numberOf(offsets[position]);
    return {
      token: scalarText(token) ?? '',
      logprob: numberOf(logprobs[position]),
      bytes: null,
      top: isObject(top)
        ? Object.entries(top).map(([name, value]) => ({ token: name, logprob: numberOf(value) ?? -9999, bytes: null }))
        : [],
      ...(offset === null ? {} : { offset }),
    };
  });
}
