/** Reasoning that a client keeps and sends back. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinReasoningDetails } from '../../../src/unified/request/reasoning.ts';

const piece = (index: number, fields: object) => ({ type: 'reasoning.text', format: 'f', index, ...fields });

describe('joinReasoningDetails', () => {
  it('joins pieces of one index, with their signature', () => {
    expect(joinReasoningDetails([piece(0, { text: 'Let ' }), piece(0, { text: 'me.' }), piece(0, { text: '', signature: 'S' })])).toEqual([
      piece(0, { text: 'Let me.', signature: 'S' }),
    ]);
  });

  it('starts a block for another index, type or id', () => {
    const blocks = [
      piece(0, { text: 'a' }),
      piece(1, { text: 'b' }),
      { type: 'reasoning.encrypted', data: 'X', index: 1 },
      piece(2, { text: 'c', id: 'r1' }),
      piece(2, { text: 'd', id: 'r2' }),
    ];
    expect(joinReasoningDetails(blocks)).toEqual(blocks);
  });

  it('keeps pieces without an index separate', () => {
    const blocks = [
      { type: 'reasoning.text', text: 'a' },
      { type: 'reasoning.text', text: 'b' },
    ];
    expect(joinReasoningDetails(blocks)).toEqual(blocks);
  });

  it('ignores invalid pieces', () => {
    expect(joinReasoningDetails([null, 7, 'x', [], {}, { type: 5 }])).toEqual([]);
  });

  it('returns the same blocks however they are cut, and keeps complete blocks', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), { maxLength: 4 }), (texts) => {
        const pieces = texts.flatMap((parts, index) => parts.map((text) => piece(index, { text })));
        const whole = texts.map((parts, index) => piece(index, { text: parts.join('') }));
        expect(joinReasoningDetails(pieces)).toEqual(whole);
        expect(joinReasoningDetails(whole)).toEqual(whole);
      }),
    );
  });
});
