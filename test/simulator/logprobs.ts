// Deterministic log probabilities in the two shapes upstreams use: the chat one and the legacy one.
// Pure; the same piece at the same place always has the same probability, streamed or not.

import type { Fields } from './checks.ts';
import { hash } from './prose.ts';

const encoder = new TextEncoder();

interface Candidate {
  readonly token: string;
  readonly logprob: number;
}

/** The piece itself first, then less likely ones. */
export function rank(piece: string, position: number, count: number): [Candidate, ...Candidate[]] {
  const logprob = -((hash(`${piece}|${position}`) % 900) + 1) / 1000;
  const others = Array.from({ length: Math.max(0, count - 1) }, (_, place) => ({
    token: `${piece}~${place + 1}`,
    logprob: logprob - 1 - place,
  }));
  return [{ token: piece, logprob }, ...others];
}

/** The log probability of a piece at a place. */
function logprobOf(piece: string, position: number): number {
  return rank(piece, position, 1)[0].logprob;
}

/** The mean log probability of pieces that begin an answer; one without any comes last. */
export function meanLogprob(pieces: readonly string[]): number {
  return pieces.length === 0 ? -Infinity : pieces.reduce((sum, piece, place) => sum + logprobOf(piece, place), 0) / pieces.length;
}

function withBytes(candidate: Candidate): Fields {
  return { ...candidate, bytes: [...encoder.encode(candidate.token)] };
}

/** `choices[].logprobs` of a chat answer for pieces that begin at `start`. */
export function chatLogprobs(pieces: readonly string[], top: number, start = 0): Fields {
  const content = pieces.map((piece, place) => {
    const candidates = rank(piece, start + place, top);
    return { ...withBytes(candidates[0]), top_logprobs: candidates.slice(0, top).map(withBytes) };
  });
  return { content, refusal: null };
}

/** `choices[].logprobs` of a legacy completion; `offset` is where the first piece stands in the text. */
export function legacyLogprobs(pieces: readonly string[], top: number, start = 0, offset = 0): Fields {
  const ranked = pieces.map((piece, place) => rank(piece, start + place, top));
  let next = offset;
  const offsets = pieces.map((piece) => {
    const here = next;
    next += piece.length;
    return here;
  });
  return {
    tokens: pieces,
    token_logprobs: ranked.map(([chosen]) => chosen.logprob),
    top_logprobs:
      top === 0 ? null : ranked.map((candidates) => Object.fromEntries(candidates.map(({ token, logprob }) => [token, logprob]))),
    text_offset: offsets,
  };
}
