/** Log probabilities as clients read them, in the shape of chat completions and in the legacy one. */
import type { JsonObject } from '../../../lib/json.ts';
import type { TokenLogprob } from '../../../unified/response/event.ts';
import { withOffsets } from '../../../unified/response/token-offsets.ts';

const encoder = new TextEncoder();

/** The chat shape. Bytes that the upstream did not send are the UTF-8 of the token. */
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

/** The legacy shape. `start` is where the first token begins in the choice's text, in UTF-16 units, unless it has an offset. */
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
