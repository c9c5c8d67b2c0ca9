/**
 * The whole reading side on bytes, cut in any way: framer, decoder, finish, guard, collector. Tests of dialects say what an upstream sends
 * and look at what comes out.
 */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createFinishStage } from '../../src/stream/stages/finish.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import type { RouterError } from '../../src/unified/error.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { groupResult, type GroupedResult } from './grouped.ts';
import { createFramer } from '../../src/upstream/framing/index.ts';
import type { Framing } from '../../src/dialects/dialect.ts';

/** What came out. `error` is the one that ended the answer, or null; `defaulted` the finish reason that its upstream did not give. */
export type Outcome = { events: StreamEvent[]; result: GroupedResult; error: RouterError | null; defaulted: string | null };

/** No fixture has an event near this. */
const MAX_EVENT_CHARACTERS = 1_000_000;

const utf8 = new TextEncoder();

/** Text as bytes. */
export const bytesOf = (text: string): Uint8Array => utf8.encode(text);

/** One SSE event. A string is sent as it is, an object as JSON. */
export const event = (payload: JsonObject | string): string =>
  `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`;

/** The guarded events of batches, and the answer they make. */
export function gather(batches: Iterable<readonly StreamEvent[]>): Outcome {
  let defaulted: string | null = null;
  const finish = createFinishStage((reason) => (defaulted = reason));
  const guard = createGuard('gen-test', 1);
  const collector = createCollector();
  const events: StreamEvent[] = [];
  function keep(guarded: StreamEvent[]): void {
    events.push(...guarded);
    collector.push(guarded);
  }
  for (const batch of batches) keep(guard.push(finish.push(batch)));
  keep(guard.push(finish.end()));
  return { events, result: groupResult(collector.result()), error: collector.error(), defaulted };
}

/** A stream, its bytes in these pieces. */
export function replay(dialect: UpstreamDialect, pieces: Iterable<Uint8Array>, quirks: readonly string[] = []): Outcome {
  const decoder = dialect.createDecoder({ quirks });
  return gather(payloadsOf(pieces, dialect.framing).map((payload) => decoder.push(payload)));
}

/** A stream of these events, in one piece. */
export function replayEvents(
  dialect: UpstreamDialect,
  payloads: readonly (JsonObject | string)[],
  quirks: readonly string[] = [],
): Outcome {
  return replay(dialect, [bytesOf(payloads.map(event).join(''))], quirks);
}

/** A whole answer. */
export function replayBody(dialect: UpstreamDialect, body: unknown, quirks: readonly string[] = []): Outcome {
  return gather([dialect.decodeBody(body, { quirks })]);
}

/** The payloads that the framer finds. */
export function payloadsOf(pieces: Iterable<Uint8Array>, framing: Framing = 'sse'): string[] {
  const framer = createFramer(framing, MAX_EVENT_CHARACTERS);
  const payloads: string[] = [];
  for (const piece of pieces) payloads.push(...framer.push(piece));
  return [...payloads, ...framer.end()];
}

/**
 * Fails unless the bytes are one and the same answer however they are cut: in two at every byte, and in pieces of each size. A decoder
 * sees payloads alone ({@link replay}), so a cut in two that gives the same payloads gives the same answer.
 */
export function expectSameWhenCut(
  dialect: UpstreamDialect,
  bytes: Uint8Array,
  sizes: readonly number[],
  quirks: readonly string[] = [],
): void {
  expect(differingCuts(bytes, dialect.framing)).toEqual([]);
  expectSameInPieces(dialect, bytes, sizes, quirks);
}

/** Fails unless the bytes are one and the same answer in pieces of each size. */
export function expectSameInPieces(
  dialect: UpstreamDialect,
  bytes: Uint8Array,
  sizes: readonly number[],
  quirks: readonly string[] = [],
): void {
  const whole = replay(dialect, [bytes], quirks);
  for (const size of sizes) {
    const outcome = replay(dialect, piecesOf(bytes, size), quirks);
    if (!isDeepStrictEqual(outcome, whole)) expect(outcome, `in pieces of ${size} bytes`).toEqual(whole); // `toEqual` alone is slow
  }
}

/** The cuts in two at which a framer finds other payloads than in the whole bytes. */
export function differingCuts(bytes: Uint8Array, framing: Framing = 'sse'): string[] {
  const whole = payloadsOf([bytes], framing);
  const differing = [...cutInTwo(bytes)].filter((pieces) => !isSameList(payloadsOf(pieces, framing), whole));
  return differing.map(([first]) => `after byte ${first.length}`);
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((entry, index) => entry === other[index]);

/** Every way to cut the bytes in two. */
export function* cutInTwo(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  for (let position = 0; position <= bytes.length; position++) yield [bytes.subarray(0, position), bytes.subarray(position)];
}

/** The bytes in pieces of one size. */
export function* piecesOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let position = 0; position < bytes.length; position += size) yield bytes.subarray(position, position + size);
}
