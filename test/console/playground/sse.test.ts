/** Server-sent events from bytes that are cut anywhere. */
import { createParser } from 'eventsource-parser';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CHARACTERS, MAX_EVENTS, RawEvents } from '../../../src/console/pages/playground/raw-events.ts';
import { createSseReader } from '../../../src/console/pages/playground/sse.ts';

/** What a reader finds in bytes that are cut at some places. */
function readCut(bytes: Uint8Array, cuts: readonly number[]): string[] {
  const reader = createSseReader();
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((one, other) => one - other), bytes.length];
  const found = places.slice(1).flatMap((end, index) => reader.push(bytes.subarray(places[index], end)));
  return [...found, ...reader.end()];
}

describe('createSseReader', () => {
  it('finds the same payloads wherever the bytes are cut', () => {
    const payloads = fc.array(fc.string({ minLength: 1, unit: 'binary' }).map((text) => JSON.stringify(text.toWellFormed())));
    fc.assert(
      fc.property(payloads, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(), { maxLength: 20 }), (texts, newline, cuts) => {
        const stream = texts.map((text) => `: comment${newline}data: ${text}${newline}${newline}`).join('');
        expect(readCut(new TextEncoder().encode(stream), cuts)).toEqual(texts);
      }),
      { numRuns: 500 },
    );
  });

  it('finds what eventsource-parser finds in any lines', () => {
    const line = fc.constantFrom(
      'data: a',
      'data:b',
      'data:  c',
      'data',
      'data:',
      'datax: d',
      ': data',
      'event: e',
      'id: 1',
      '',
      '',
      'data: é😀',
      ' data: f',
    );
    const newline = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, newline)), fc.array(fc.nat(), { maxLength: 10 }), (lines, cuts) => {
        const text = `${lines.map((pair) => pair.join('')).join('')}\n\n`;
        const expected: string[] = [];
        const parser = createParser({ onEvent: ({ data }) => void expected.push(data) });
        parser.feed(text);
        expect(readCut(new TextEncoder().encode(text), cuts)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads every byte by itself, characters of four bytes too', () => {
    const bytes = new TextEncoder().encode('data: 😀é\n\ndata: [DONE]\n\n');
    expect(readCut(bytes, [...bytes.keys()])).toEqual(['😀é', '[DONE]']);
  });

  it('reads an event that lacks its empty line when the stream ends', () => {
    expect(readCut(new TextEncoder().encode('data: a\n\ndata: b'), [])).toEqual(['a', 'b']);
  });
});

describe('RawEvents', () => {
  it('keeps the last events, and counts all', () => {
    const events = new RawEvents();
    for (let index = 0; index < MAX_EVENTS + 20; index++) events.push(`event ${index}`, index);
    expect([events.count, events.list().length, events.list()[0]?.text, events.list()[0]?.number]).toEqual([
      MAX_EVENTS + 20,
      MAX_EVENTS,
      'event 20',
      21,
    ]);
  });

  it('keeps so many characters, and cuts one event that is longer with a remark', () => {
    const events = new RawEvents();
    events.push('a', 0);
    events.push('b'.repeat(MAX_CHARACTERS), 0);
    expect(events.list().map(({ number }) => number)).toEqual([2]);
    events.push('c'.repeat(MAX_CHARACTERS + 5), 0);
    expect(events.list().map(({ text }) => text.slice(-33))).toEqual(['c… 5 more characters are not kept']);
  });
});
