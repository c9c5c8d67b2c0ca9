/** The join between an answer that broke off and its continuation: no text twice, no text lost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrefillFilter, createRepeatFilter, Mismatch, type ContinuationFilter } from '../../src/attempts/continuation-filter.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';

const text = (value: string): StreamEvent => ({ type: 'text-delta', choice: 0, text: value });
const END: StreamEvent = { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: 'stop' };
const START: StreamEvent = { type: 'start', model: 'm', systemFingerprint: null, serviceTier: null };
const joined = (events: readonly StreamEvent[]) => events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
const through = (filter: ContinuationFilter, ...events: StreamEvent[]) => events.flatMap((event) => filter.push([event]));

/** A text in pieces of any size. */
const pieces = fc.array(fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }), { maxLength: 8 });

describe('continuation filter: an answer made anew', () => {
  it('is passed on from where the reader is, wherever it is cut', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (parts, cut) => {
        const whole = parts.join('');
        const shown = whole.slice(0, cut % (whole.length + 1));
        const filter = createRepeatFilter(shown);
        const events = through(filter, START, ...parts.map(text), END);
        expect(shown + joined(events)).toBe(whole);
        expect(events.at(-1)).toEqual(END);
        expect(filter.closed()).toBe(true);
        expect(events.filter(({ type }) => type === 'start')).toEqual([]);
      }),
    );
  });

  it.each<[string, StreamEvent[]]>([
    ['other words', [text('The brook')]],
    ['the same words and then others', [text('The riv'), text('al')]],
    ['fewer words', [text('The'), END]],
    ['a tool', [text('The'), { type: 'tool-call-delta', choice: 0, index: 0, id: 'c', name: 'f', arguments: '' }]],
  ])('is no answer when it says %s', (_, events) => {
    expect(() => through(createRepeatFilter('The river'), ...events)).toThrow(Mismatch);
  });

  it('does not think aloud a second time, and may fail', () => {
    const filter = createRepeatFilter('The');
    const error: StreamEvent = { type: 'error', error: new Mismatch(), usage: null, openChoices: [0] };
    expect(through(filter, { type: 'reasoning-delta', choice: 0, text: 'hm' }, error)).toEqual([error]);
    expect(filter.closed()).toBe(false);
  });
});

describe('continuation filter: an answer that was begun with the text', () => {
  it('is passed on as it is', () => {
    expect(joined(through(createPrefillFilter(''), START, text(' river'), END))).toBe(' river');
  });

  it.each([
    [' ', ' river', 'river'],
    [' ', 'river', 'river'],
    ['\n\n', '\nriver', 'river'],
    ['\n\n', '\n\nriver', 'river'],
    [' ', '  river', ' river'],
  ])('after %j that was left out says %j, of which %j is shown', (omitted, said, shown) => {
    expect(joined(through(createPrefillFilter(omitted), text(said)))).toBe(shown);
    expect(joined(through(createPrefillFilter(omitted), ...[...said].map(text)))).toBe(shown);
  });
});
