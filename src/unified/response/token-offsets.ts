/** Computes where tokens begin in the text of their choice, for upstreams that do not send offsets. */
import type { TokenLogprob } from './event.ts';

/** Adds an offset to each token without one. @param start offset of the first token, in UTF-16 units. */
export function withOffsets(tokens: readonly TokenLogprob[], start: number): TokenLogprob[] {
  let next = start;
  return tokens.map((token) => {
    const { offset = next } = token;
    next = offset + token.token.length;
    return token.offset === undefined ? { ...token, offset } : token;
  });
}

/** Adds an offset to the first token if its text does not begin at `expected`, the end of the token before. */
export function anchorTokens(tokens: readonly TokenLogprob[], start: number, expected: number): readonly TokenLogprob[] {
  const [first, ...more] = tokens;
  return first === undefined || first.offset !== undefined || start === expected ? tokens : [{ ...first, offset: start }, ...more];
}

/** Returns the end of the last token. @param start offset of the first token. */
export const endOfTokens = (tokens: readonly TokenLogprob[], start: number): number =>
  tokens.reduce((end, { token, offset = end }) => offset + token.length, start);
