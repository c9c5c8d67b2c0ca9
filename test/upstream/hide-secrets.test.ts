import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { createAnswerBudget } from '../../src/unified/response/answer-budget.ts';
import { fixedSpellings } from '../../src/upstream/secrets.ts';
import { createHideSecretsStage } from '../../src/upstream/hide-secrets.ts';

const KEY = 'sk-proj-0123456789abcdef';
const KINDS = ['text-delta', 'reasoning-delta', 'tool-call-delta'] as const;

function hide(events: readonly StreamEvent[], secrets = [KEY]): StreamEvent[] {
  const stage = createHideSecretsStage(secrets);
  return stage === null ? [...events] : events.flatMap((event) => stage.push([event]));
}

const delta = (type: (typeof KINDS)[number], text: string, choice = 0): StreamEvent =>
  type === 'tool-call-delta' ? { type, choice, index: 0, arguments: text } : { type, choice, text };

const textIn = (events: readonly StreamEvent[]) =>
  events.map((event) => ('text' in event ? event.text : event.type === 'tool-call-delta' ? event.arguments : '')).join('');

const END: StreamEvent[] = [
  { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: null },
  { type: 'end', usage: null },
];

describe('createHideSecretsStage', () => {
  it.each(KINDS)('shows at most five characters of a key that comes in pieces, and all other text (%s)', (kind) => {
    const words = fc.array(fc.constantFrom('sk-proj', ' so ', 'sk-proj-01234', 'x', KEY), { maxLength: 6 }).map((all) => all.join(''));
    fc.assert(
      fc.property(words, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (text, lengths) => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const length = lengths[turn % lengths.length] ?? 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        const shown = textIn(hide([...pieces.map((piece) => delta(kind, piece)), ...END]));
        expect(shown).not.toContain(KEY.slice(0, 16));
        expect(shown.replace(/(sk-pr?|sk?-?)?\*\*\*/g, KEY)).toBe(text);
      }),
    );
  });

  const SLASHED = 'sk-Pro/j01+23456=789abc_def';
  const inBase64 = (text: string) => Buffer.from(text).toString('base64');
  it.each([
    ['base64', inBase64(SLASHED)],
    ['base64 of a header', inBase64(`Bearer ${SLASHED}`)],
    ['base64 of a user and the key', inBase64(`u:${SLASHED}`)],
    ['base64url', Buffer.from(SLASHED).toString('base64url')],
    ['hexadecimal', Buffer.from(SLASHED).toString('hex')],
    ['percent-encoding', encodeURIComponent(SLASHED)],
    ['an escaped slash', SLASHED.replaceAll('/', String.raw`\/`)],
  ])('finds a key that comes one character at a time in %s', (_, spelling) => {
    const events = [...`so ${spelling} there`].map((text) => delta('text-delta', text));
    const shown = textIn(hide([...events, ...END], [SLASHED]));
    expect(shown).toMatch(/^so .{0,20}\*\*\*.{0,3} there$/);
  });

  const LONG = `sk-proj-${Array.from({ length: 52 }, (_, place) => ((place * 7919) % 997) + 1000)
    .join('')
    .slice(0, 156)}`;
  it.each([
    ['plain', LONG],
    ['base64', inBase64(LONG)],
    ['base64 of a header', inBase64(`Bearer ${LONG}`)],
    ['hexadecimal', Buffer.from(LONG).toString('hex')],
  ])('finds the whole of a long key, %s, in pieces of any size', (_, spelling) => {
    for (const size of [1, 7, 64, 70, 100, 163, 1000]) {
      const text = `so ${spelling} there`;
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, place) => text.slice(place * size, (place + 1) * size));
      const events = pieces.map((piece) => delta('text-delta', piece));
      // A short key beside it makes most deltas long enough for a whole key.
      for (const keys of [[LONG], [LONG, 'sk-12345']]) {
        expect(textIn(hide([...events, ...END], keys)), `pieces of ${size}`).toMatch(/^so .{0,20}\*\*\*.{0,3} there$/);
      }
    }
  });

  it.each([0, 1])('masks a long key that is cut off, with %i later deltas', (more) => {
    for (const size of [1, 10, 100]) {
      const text = LONG.slice(0, 150);
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, place) => text.slice(place * size, (place + 1) * size));
      const events = [...pieces, ...Array<string>(more).fill(' and on')].map((piece) => delta('text-delta', piece));
      expect(textIn(hide([...events, ...END], [LONG])), `pieces of ${size}`).toMatch(/^.{0,5}\*\*\*( and on)?$/);
    }
  });

  it.each([KEY, 'a key of four words', 'with"quotes"-12', 'with-\u0001-control-1', 'sk-/+=~_-0123456789'])(
    'masks each spelling of %j at any place of a long text, cut in two at any place in it or whole',
    (key) => {
      const prose = 'A river begins as rain on a hill. '.repeat(40);
      const spellings = fixedSpellings(key);
      const longest = Math.max(...spellings.map(({ length }) => length));
      const places = fc.record({ at: fc.nat(prose.length), spelling: fc.constantFrom(...spellings), cut: fc.nat(longest) });
      fc.assert(
        fc.property(places, ({ at, spelling, cut }) => {
          const text = prose.slice(0, at) + spelling + prose.slice(at);
          const pieces = [text.slice(0, at + cut), text.slice(at + cut)].map((piece) => delta('text-delta', piece));
          const shown = textIn(hide([...pieces, ...END], [key]));
          expect(shown).not.toContain(spelling);
          expect(shown).toContain('***');
        }),
      );
    },
  );

  it('returns the same event objects when there is nothing to mask', () => {
    const events: StreamEvent[] = [delta('text-delta', 'The quick'), delta('tool-call-delta', '{"a":1}'), ...END];
    const out = hide(events);
    expect(out).toHaveLength(events.length);
    for (const [index, event] of events.entries()) expect(out[index]).toBe(event);
  });

  it('masks every text of every event', () => {
    const events: StreamEvent[] = [
      { type: 'start', model: KEY, systemFingerprint: `fp ${KEY}`, serviceTier: KEY },
      { type: 'text-delta', choice: 0, text: KEY, logprobs: [{ token: KEY, logprob: -1, bytes: null, top: [] }] },
      { type: 'reasoning-delta', choice: 0, text: KEY, details: [{ type: 'reasoning.text', text: KEY, signature: btoa(KEY) }] },
      { type: 'tool-call-delta', choice: 0, index: 0, id: KEY, name: KEY, arguments: JSON.stringify({ [KEY]: KEY }) },
      { type: 'citation', choice: 0, citations: [{ url_citation: { url: `https://x.example/?k=${KEY}` } }] },
      { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: KEY },
      { type: 'end', usage: null },
    ];
    const out = hide(events);
    expect(out.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect(JSON.stringify(out)).not.toContain('0123456789');
  });

  it('releases held text when the answer ends or fails', () => {
    const held = [delta('text-delta', 'sk-proj-0'), delta('tool-call-delta', 'sk-proj-0', 1)];
    expect(textIn(hide(held))).toBe('');
    expect(textIn(hide([...held, { type: 'end', usage: null }]))).toBe('sk-proj-0sk-proj-0');
    expect(textIn(hide([...held, END[0] as StreamEvent]))).toBe('sk-proj-0');
  });

  it('does nothing for keys that may be ordinary words', () => {
    expect(createHideSecretsStage(['test', 'password', ''])).toBeNull();
  });

  it('keeps only texts in which a secret may have begun, within the budget', () => {
    const calls = (end: string) =>
      Array.from({ length: 10_000 }, (_, index): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index, arguments: `{}${end}` }));
    const open = () => createHideSecretsStage(['sk-0123456789abcdef'], createAnswerBudget(100_000));
    expect(open()?.push(calls('')).length).toBe(10_000);
    expect(() => open()?.push(calls('sk-01234'))).toThrow('MAX_ANSWER_BYTES');
  });
});
