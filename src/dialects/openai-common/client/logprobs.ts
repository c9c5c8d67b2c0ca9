/** Writes log probabilities in the form of chat completions and in the legacy form. */
import type { JsonObject } from '../../../lib/json.ts';
import type { TokenLogprob } from '../../../unified/response/event.ts';
import { withOffsets } from '../../../unified/response/token-offsets.ts';

const encoder = new TextEncoder();

/** Writes the chat form. Missing bytes are the UTF-8 of the token. */
export function toChatLogprobs(tokens: readonly TokenLogprob[]): JsonObject[] {
  return tokens.map(({ token, logprob, bytes, top }) => ({
    token,
    logprob,
    bytes: bytes ?? [...encoder.encode(token)],
    top_logprobs: top.map((entry) => ({
      token: entry.token,
      logprob: entry.logprob,
      bytes: entry.bytes ?? [...encoder.encode(entry.token)],
    })),
  }));
}

/** Writes the legacy form. `start` is the offset of the first token in the choice's text, in UTF-16 units, unless the token has one. */
export function toLegacyLogprobs(tokens: readonly TokenLogprob[], start: number): JsonObject {
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ logprob, top }) =>
      logprob === null ? null : Object.fromEntries(top.map((entry) => [entry.token, entry.logprob])),
    ),
    text_offset: withOffsets(tokens, start).map(({ offset }) => offset),
  };
}
