import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceParent, readTraceState, writeTraceParent } from '../../src/lib/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

const hex = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((all) => all.join(''))
    .filter((text) => !/^0+$/.test(text));

describe('readTraceParent', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
        const parent = { traceId, spanId, isSampled };
        expect(readTraceParent(writeTraceParent(parent))).toEqual(parent);
      }),
    );
  });

  it('returns null or valid ids for any text', () => {
    const pieces = fc.constantFrom('00', 'ff', '-', TRACE, SPAN, '01', '0', 'A', ' ', 'x', '0'.repeat(32), '\n');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 9 }).map((all) => all.join('')),
        ),
        (text) => {
          const parent = readTraceParent(text);
          if (parent === null) return;
          expect(parent.traceId).toMatch(/^(?!0{32})[\da-f]{32}$/);
          expect(parent.spanId).toMatch(/^(?!0{16})[\da-f]{16}$/);
        },
      ),
    );
  });

  it.each([
    ['a version above 00 with further fields', `cc-${TRACE}-${SPAN}-01-what-the-future-holds`, true],
    ['blanks around it', ` 00-${TRACE}-${SPAN}-00 `, false],
    ['flags that are not known', `00-${TRACE}-${SPAN}-ff`, true],
  ])('accepts %s', (_, header, isSampled) => {
    expect(readTraceParent(header)).toEqual({ traceId: TRACE, spanId: SPAN, isSampled });
  });

  it.each([
    ['no header', null],
    ['an empty one', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with further fields', `00-${TRACE}-${SPAN}-01-more`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['two headers joined', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ])('returns null for %s', (_, header) => {
    expect(readTraceParent(header)).toBeNull();
  });
});

describe('readTraceState', () => {
  it.each([['rojo=00f067aa0ba902b7,congo=t61rcWkgMzE'], ['vendor@tenant=a b'], ['']])('keeps %j', (header) => {
    expect(readTraceState(header)).toBe(header);
  });

  it.each([
    ['a member without a value', 'rojo'],
    ['upper case in a key', 'Rojo=1'],
    ['a control character', 'rojo=1\u00002'],
    ['more than 512 characters', `rojo=${'1'.repeat(508)}`],
    ['more than 32 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
  ])('leaves out %s', (_, header) => {
    expect(readTraceState(header)).toBe('');
  });
});
