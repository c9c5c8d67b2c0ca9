/**
 * Result of each field that the documents of a format name in an answer: it is carried, it is dropped and reported, or it is left out
 * because it has no use for a client. A {@link FieldTable} lists them; the suite puts each into an answer, streamed and whole.
 */
import { describe, expect, it } from 'vitest';
import type { UpstreamDialect } from '../../../src/dialects/dialect.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

/** What stands in the fields that are looked for. */
export const MARK = 'marked';
/** The same of counts. */
export const COUNT = 4711;

/** `carried`: the mark is in the events. `dropped`: reported by that name. `own`: left out without a report, and why. */
export type Becomes = 'carried' | { dropped: string } | { own: string };

/**
 * One field: where it stands in a whole answer, where in the payloads of a stream (null = only one of them has it), what stands there, and
 * what becomes of it. A path is names and places with dots between; what is missing on the way is made.
 */
export type Row = readonly [whole: string | null, stream: string | null, value: unknown, becomes: Becomes];

export type FieldTable = {
  dialect: UpstreamDialect;
  /** The documents, and when they were read. */
  source: string;
  /** An answer that says "Hello". */
  whole: JsonObject;
  stream: readonly JsonObject[];
  rows: readonly Row[];
};

/** A copy of a document with a value at a path. */
function withAt(document: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(document);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let place = copy as JsonObject;
  for (const [step, name] of names.entries()) {
    const next = names[step + 1] ?? last;
    if (typeof place[name] !== 'object' || place[name] === null) place[name] = /^\d+$/.test(next) ? [] : {};
    place = place[name] as JsonObject;
  }
  place[last] = value;
  return copy;
}

type DecodedAnswer = { events: StreamEvent[]; dropped: string[] };

function readWhole(dialect: UpstreamDialect, body: unknown): DecodedAnswer {
  const dropped: string[] = [];
  return { events: dialect.decodeBody(body, { quirks: [], dropped: (field, why) => why !== '' && dropped.push(field) }), dropped };
}

function readStream(dialect: UpstreamDialect, payloads: unknown): DecodedAnswer {
  const dropped: string[] = [];
  const decoder = dialect.createDecoder({ quirks: [], dropped: (field, why) => why !== '' && dropped.push(field) });
  const given = payloads as readonly unknown[];
  return { events: given.flatMap((payload) => decoder.push(typeof payload === 'string' ? payload : JSON.stringify(payload))), dropped };
}

const textOf = ({ events }: DecodedAnswer) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');

/** What became of the field that makes an answer differ from the plain one. */
function verdictOf(told: DecodedAnswer, plain: DecodedAnswer): string {
  const { events, dropped } = told;
  const said = JSON.stringify(events);
  if (events.some(({ type }) => type === 'error')) return said;
  if (dropped.length > 0) return `dropped as ${[...new Set(dropped)].join()}${textOf(told).includes('Hello') ? '' : ', with the text'}`;
  if (said.includes(MARK) || said.includes(String(COUNT))) return 'carried';
  return said === JSON.stringify(plain.events) ? 'left out without a word' : said;
}

function expectationOf(becomes: Becomes): string {
  if (becomes === 'carried') return 'carried';
  return 'dropped' in becomes ? `dropped as ${becomes.dropped}` : 'left out without a word';
}

/** Runs the suite for one format. */
export function describeFields({ dialect, source, whole, stream, rows }: FieldTable): void {
  describe(`fields of an answer of ${dialect.name} (${source})`, () => {
    it('are not reported where they are absent', () => {
      for (const plain of [readWhole(dialect, whole), readStream(dialect, stream)]) {
        expect([textOf(plain), plain.dropped]).toEqual(['Hello', []]);
        expect(JSON.stringify(plain.events)).not.toMatch(new RegExp(`${MARK}|${COUNT}`));
      }
    });

    it('become what the table lists in a whole answer', () => {
      const plain = readWhole(dialect, whole);
      const verdictAt = (path: string, value: unknown) => verdictOf(readWhole(dialect, withAt(whole, path, value)), plain);
      const listed = rows.flatMap(([path, , value, becomes]) => (path === null ? [] : [{ path, value, becomes }]));
      expect(listed.map(({ path, value }) => [path, value, verdictAt(path, value)])).toEqual(
        listed.map(({ path, value, becomes }) => [path, value, expectationOf(becomes)]),
      );
    });

    it('become what the table lists in a stream', () => {
      const plain = readStream(dialect, stream);
      const verdictAt = (path: string, value: unknown) => verdictOf(readStream(dialect, withAt(stream, path, value)), plain);
      const listed = rows.flatMap(([, path, value, becomes]) => (path === null ? [] : [{ path, value, becomes }]));
      expect(listed.map(({ path, value }) => [path, value, verdictAt(path, value)])).toEqual(
        listed.map(({ path, value, becomes }) => [path, value, expectationOf(becomes)]),
      );
    });
  });
}
