import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toChatLogprobs, toLegacyLogprobs } from '../../../../src/dialects/openai-common/client/logprobs.ts';
import { decodeLogprobs, decodeRefusalLogprobs } from '../../../../src/dialects/openai-common/upstream/logprobs.ts';
import type { TokenLogprob } from '../../../../src/unified/response/event.ts';

const number = fc.double({ min: -20, max: 0, noNaN: true }).map((value) => value + 0); // no -0: JSON has none
const top = fc.uniqueArray(fc.record({ token: fc.string({ minLength: 1, unit: 'grapheme' }), logprob: number }), {
  selector: ({ token }) => token,
  maxLength: 3,
});
const tokens = fc.array(fc.record({ token: fc.string({ unit: 'grapheme' }), logprob: number, top }), { minLength: 1, maxLength: 5 });

/** Without bytes, because the legacy format has none. */
const plain = (given: { token: string; logprob: number; top: { token: string; logprob: number }[] }[]): TokenLogprob[] =>
  given.map(({ token, logprob, top: others }) => ({
    token,
    logprob,
    bytes: null,
    top: others.map((entry) => ({ ...entry, bytes: null })),
  }));

describe('log probabilities', () => {
  it('survive the chat shape, and gain the bytes of their tokens', () => {
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(tokens, (given) => {
        const read = decodeLogprobs({ content: toChatLogprobs(plain(given)), refusal: null }) ?? [];
        expect(read.map(({ bytes }) => bytes)).toEqual(given.map(({ token }) => [...encoder.encode(token)]));
        expect(plain(read as Parameters<typeof plain>[0])).toEqual(plain(given));
      }),
    );
  });

  it('survive the legacy shape', () => {
    fc.assert(
      fc.property(tokens, fc.nat({ max: 100 }), (given, offset) => {
        const written: unknown = JSON.parse(JSON.stringify(toLegacyLogprobs(plain(given), offset)));
        const byName = (list: TokenLogprob[]) =>
          list.map(({ offset: _offset, ...entry }) => ({
            ...entry,
            top: entry.top.toSorted((one, other) => (one.token < other.token ? -1 : 1)),
          }));
        expect(byName(decodeLogprobs(written) ?? [])).toEqual(byName(plain(given)));
      }),
    );
  });

  it('in the legacy shape say where each token begins', () => {
    const given = plain(['He', 'llo', '🌊', '!'].map((token) => ({ token, logprob: -1, top: [] })));
    expect(toLegacyLogprobs(given, 10)['text_offset']).toEqual([10, 12, 15, 17]);
  });

  it('in the legacy shape keep the offsets that they came with', () => {
    const legacy = { tokens: ['a', 'b', 'c'], token_logprobs: [-1, -1, -1], text_offset: [7, 8, 10] };
    expect(toLegacyLogprobs(decodeLogprobs(legacy) ?? [], 0)['text_offset']).toEqual([7, 8, 10]);
  });

  it.each([undefined, null, [], ['x', null]])('in the legacy shape get the offsets that are missing: %j', (text_offset) => {
    const legacy = { tokens: ['a', 'bc', 'd'], token_logprobs: [-1, -1, -1], text_offset };
    expect(toLegacyLogprobs(decodeLogprobs(legacy) ?? [], 3)['text_offset']).toEqual([3, 4, 6]);
  });

  it('of a first prompt token, which has none, stay null', () => {
    const legacy = { tokens: ['a'], token_logprobs: [null], top_logprobs: [null] };
    const [first] = decodeLogprobs(legacy) ?? [];
    expect(first).toEqual({ token: 'a', logprob: null, bytes: null, top: [] });
    expect(toLegacyLogprobs(first === undefined ? [] : [first], 0)).toMatchObject({ token_logprobs: [null], top_logprobs: [null] });
  });

  it.each([null, undefined, {}, [], 'x', { content: null }, { content: [] }, { tokens: [] }])('%j are none', (raw) => {
    expect(decodeLogprobs(raw)).toBeUndefined();
    expect(decodeRefusalLogprobs(raw)).toBeUndefined();
  });

  it('with broken entries are no crash', () => {
    expect(decodeLogprobs({ content: [null, 7, { token: 'a' }] })).toHaveLength(3);
    expect(decodeLogprobs({ tokens: ['a', 'b'], token_logprobs: [-1], top_logprobs: [{ a: 'x' }] })).toMatchObject([
      { logprob: -1 },
      { logprob: null },
    ]);
  });
});
