import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLongNumbers } from '../../src/lib/exact-json.ts';
import { KeptLiteral } from '../../src/lib/kept-literal.ts';
import { respellJson } from '../support/respell-json.ts';

const LONG_TEXT = 'Two rivers, a "naïve" one, 川 and C:\\rivers/x.\n'.repeat(400);

const encode = (text: string) => new TextEncoder().encode(text);

/** What keeps the literal of a document. */
function keptOf(bytes: Uint8Array): KeptLiteral {
  const text = new TextDecoder().decode(bytes);
  const kept = new KeptLiteral();
  kept.keep(JSON.parse(text), { bytes, text });
  return kept;
}

function written(kept: KeptLiteral, value: unknown): { text: string; isBytes: boolean } {
  const sent = kept.write(value);
  return typeof sent === 'string'
    ? { text: sent, isBytes: false }
    : { text: new TextDecoder('utf-8', { fatal: true }).decode(sent), isBytes: true };
}

const leaves = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.double({ noNaN: true }), fc.constant(undefined));
const names = fc.constantFrom('content', 'a"b', 'ключ', 'toString', '', 'x\\y');
const values = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaves, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
})).value;

/** A value around a text. */
const around = (text: string) =>
  fc
    .array(fc.oneof(fc.tuple(fc.constant('list'), values, values), fc.tuple(fc.constant('object'), values, values)), { maxLength: 4 })
    .map((levels) =>
      levels.reduce<unknown>((inner, [kind, before, after]) => (kind === 'list' ? [before, inner, after] : { before, inner, after }), text),
    );

describe('KeptLiteral', () => {
  it('writes the same value as JSON.stringify, around a text in any spelling', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), values, around(''), fc.infiniteStream(fc.nat(1000)), (start, other, shape, numbers) => {
        const text = start + LONG_TEXT;
        const draw = () => Number(numbers.next().value);
        const document: unknown = JSON.parse(JSON.stringify({ other, inner: [text] }));
        const kept = keptOf(encode(respellJson(document, draw)));
        const value = put(shape, text);
        const { text: sent, isBytes } = written(kept, value);
        expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(isBytes).toBe(!JSON.stringify(document).includes('\ufffd'));
      }),
    );
  });

  it('writes the same text as JSON.stringify where the document was written by it', () => {
    fc.assert(
      fc.property(around(LONG_TEXT), values, (value, other) => {
        const kept = keptOf(encode(JSON.stringify({ other: other ?? null, content: LONG_TEXT })));
        expect(written(kept, value).text).toBe(JSON.stringify(value));
      }),
    );
  });

  const literal = JSON.stringify(LONG_TEXT);
  const content = { choices: [{ message: { content: LONG_TEXT } }] };

  it('copies the literal as it stands in the document', () => {
    const escaped = literal.replaceAll('o', '\\u006f');
    expect(written(keptOf(encode(`{"a": ${escaped} }`)), content)).toEqual({
      isBytes: true,
      text: `{"choices":[{"message":{"content":${escaped}}}]}`,
    });
  });

  it('copies no literal of a text that was changed, in whatever spelling the change was hidden', () => {
    const kept = keptOf(encode(`{"a":"\\u006bey ${literal.slice(1)}}`));
    for (const text of [`*** ${LONG_TEXT}`, LONG_TEXT, `key ${LONG_TEXT} `])
      expect(written(kept, { text })).toEqual({ isBytes: false, text: JSON.stringify({ text }) });
    expect(written(kept, { text: `key ${LONG_TEXT}` }).isBytes).toBe(true);
  });

  it.each([
    ['two long texts', `{"a":${literal},"b":${literal}}`],
    ['a long text that its object has no more', `{"a":${literal},"a":1}`],
    ['a long name', `{${literal}:${literal}}`],
    ['U+FFFD', `{"a":${literal},"b":"\ufffd"}`],
    ['a byte order mark', `\ufeff{"a":${literal}}`],
    ['more values than are looked at', `{"b":[${'0,'.repeat(2000)}0],"a":${literal}}`],
  ])('keeps nothing of a document with %s', (_, text) => {
    expect(written(keptOf(encode(text)), content)).toEqual({ isBytes: false, text: JSON.stringify(content) });
  });

  it('keeps nothing of bytes that are not UTF-8', () => {
    const bytes = encode(`{"b":"?","a":${literal}}`);
    bytes[bytes.indexOf(0x3f)] = 0xff;
    expect(written(keptOf(bytes), content).isBytes).toBe(false);
  });

  it('writes numbers of any length and half of a surrogate pair beside the text', () => {
    const kept = keptOf(encode(`[${literal}]`));
    const value = { n: parseLongNumbers('12345678901234567890'), half: '\ud800', text: LONG_TEXT, late: parseLongNumbers('[1e400]') };
    expect(written(kept, value)).toEqual({ isBytes: true, text: JSON.stringify(value) });
  });
});

/** The shape with a text in place of its empty one. */
function put(shape: unknown, text: string): unknown {
  if (shape === '') return text;
  if (Array.isArray(shape)) return shape.map((entry, index) => (index === 1 ? put(entry, text) : entry));
  if (typeof shape !== 'object' || shape === null || !Object.hasOwn(shape, 'inner')) return shape;
  return { ...shape, inner: put((shape as { inner: unknown }).inner, text) };
}
