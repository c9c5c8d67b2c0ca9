/** Where tokens begin in the text of their choice, for upstreams that do not say. */
import type { TokenLogprob } from './event.ts';

/** The same tokens, each with its offset: its own where it has one. @param start of the first one, in UTF-16 units. */
export function withOffsets(tokens: readonly TokenLogprob[], start: number): TokenLogprob[] {
  let next = start;
  return tokens.map((token) => {
    const { offset = next } = token;
    next = offset + token.token.length;
    return token.offset === undefined ? { ...token, offset } : token;
  });
}

/** Tokens of a text that begins at `start`; the first one says so where that is not `expected`, the end of the one before. */
export function anchored(tokens: readonly TokenLogprob[], start: number, expected: number): readonly TokenLogprob[] {
  const [first, ...more] = tokens;
  return first === undefined || first.offset !== undefined || start === expected ? tokens : [{ ...first, offset: start }, ...more];
}

/** Where the last token ends. @param start of the first one. */
export const endOfTokens = (tokens: readonly TokenLogprob[], start: number): number =>
  tokens.reduce((end, { token, offset = end }) => offset + token.length, start);
