/**
 * Counts the requests and tokens of the keys of providers in the last minute, in the memory of one isolate, and holds them to the limits that
 * the operator has set. Pure except for the clock.
 */
import type { Clock } from '../lib/clock.ts';
import type { KeyDemand, KeyRates } from '../ports.ts';

/** A minute is counted in pieces. A piece counts until the whole of it is over a minute old, so no minute ever has more than the limit. */
const PIECE_MS = 5000;
const PIECES = 60_000 / PIECE_MS + 1;

type Piece = { startMs: number; requests: number; tokens: number };

/** Creates the counter. Only keys with limits are counted, so it is bounded by the keys of the operator. */
export function createKeyRates(clock: Pick<Clock, 'nowMs'>): KeyRates {
  const counted = new Map<string, Piece[]>();

  /** The pieces of the last minute, oldest first. */
  function piecesOf({ provider, key }: KeyDemand): Piece[] {
    const name = `${provider} ${key}`;
    const oldestMs = pieceAt(clock.nowMs()) - (PIECES - 1) * PIECE_MS;
    const pieces = (counted.get(name) ?? []).filter(({ startMs }) => startMs >= oldestMs);
    counted.set(name, pieces);
    return pieces;
  }

  return {
    waitMs(demand) {
      const { requestsPerMinute, tokensPerMinute } = demand.limits;
      if (demand.tokens > (tokensPerMinute ?? Infinity)) return Infinity;
      const pieces = piecesOf(demand);
      let requests = 1 + sum(pieces, 'requests');
      let tokens = demand.tokens + sum(pieces, 'tokens');
      let waitMs = 0;
      for (const piece of pieces) {
        if (requests <= (requestsPerMinute ?? Infinity) && tokens <= (tokensPerMinute ?? Infinity)) break;
        requests -= piece.requests;
        tokens -= piece.tokens;
        waitMs = piece.startMs + PIECES * PIECE_MS - clock.nowMs();
      }
      return waitMs;
    },
    take(demand) {
      const pieces = piecesOf(demand);
      const startMs = pieceAt(clock.nowMs());
      const last = pieces.at(-1);
      const piece = last?.startMs === startMs ? last : { startMs, requests: 0, tokens: 0 };
      if (piece !== last) pieces.push(piece);
      piece.requests++;
      piece.tokens += demand.tokens;
      let expected: number | null = demand.tokens;
      return (tokens) => {
        if (expected === null) return;
        piece.tokens += tokens - expected;
        expected = null;
      };
    },
  };
}

const pieceAt = (ms: number): number => ms - (ms % PIECE_MS);

const sum = (pieces: readonly Piece[], field: 'requests' | 'tokens'): number => pieces.reduce((total, piece) => total + piece[field], 0);
