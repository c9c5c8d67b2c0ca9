import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBytes } from '../../src/http/read-json.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { sourceOf } from '../../src/lib/source-bytes.ts';
import { CallBody } from '../../src/upstream/call-body.ts';
import { respellJson } from '../support/respell-json.ts';

/** Long enough to be sent on as bytes. */
const LONG_TEXT = 'Two rivers, "naïve" ones, 川.\n'.repeat(200);

const encode = (text: string) => new TextEncoder().encode(text);

/** What is sent, as text, and whether it is bytes. */
function sentText(body: CallBody): { text: string; isBytes: boolean } {
  const sent = body.toSend();
  return typeof sent === 'string'
    ? { text: sent, isBytes: false }
    : { text: new TextDecoder('utf-8', { fatal: true }).decode(sent), isBytes: true };
}

/** The body of a call that sends fields of a received body on, with another model before and another limit behind them. */
function callOf(bytes: Uint8Array): { body: CallBody; rendered: JsonObject } {
  const { value } = parseBytes(bytes, []);
  if (!isObject(value)) throw new Error('no object');
  const rendered = { ...value, model: 'other', skipped: undefined, max_tokens: 5 };
  return { body: new CallBody(rendered), rendered };
}

const names = fc.constantFrom('role', 'content', 'a"b', 'ключ', '__proto__', 'toString', '', 'x\\y');
const leaves = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.maxSafeInteger(), fc.double({ noNaN: true }));
const values = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaves, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.array(fc.tuple(names, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));

/** A body whose fields may be large. */
const bodies = fc
  .dictionary(fc.constantFrom('messages', 'tools', 'other', 'a\\b', 'é'), fc.tuple(fc.boolean(), values.value), { minKeys: 1 })
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, [isLarge, value]]) => [name, isLarge ? [value, LONG_TEXT] : value])),
  );

describe('CallBody', () => {
  it('sends the same text as JSON.stringify writes, for a body without white space', () => {
    fc.assert(
      fc.property(bodies, (given) => {
        const { body, rendered } = callOf(encode(JSON.stringify(given)));
        const text = JSON.stringify(rendered);
        expect(sentText(body).text).toBe(text);
        expect(body.text).toBe(text);
        expect(body.length).toBe(text.length);
      }),
    );
  });

  it('sends the same value in any spelling of the body', () => {
    fc.assert(
      fc.property(bodies, fc.infiniteStream(fc.nat(1000)), (given, numbers) => {
        const { body, rendered } = callOf(encode(respellJson(given, () => Number(numbers.next().value))));
        expect(JSON.parse(sentText(body).text)).toEqual(JSON.parse(JSON.stringify(rendered)));
        expect(body.text).toBe(JSON.stringify(rendered));
        expect(body.length).toBe(sentText(body).text.length);
      }),
    );
  });

  const long = JSON.stringify(LONG_TEXT);

  it('sends large fields as the bytes that came', () => {
    const { body } = callOf(encode(`{"model":"m", "messages": [ {"role" : "user", "content":${long}} ], "n":1, "tools":[${long}, 3]}`));
    expect(sentText(body)).toEqual({
      isBytes: true,
      text: `{"model":"other","messages":[ {"role" : "user", "content":${long}} ],"n":1,"tools":[${long}, 3],"max_tokens":5}`,
    });
  });

  it.each([
    ['a name twice in the body', `{"messages":[${long}],"messages":[1]}`],
    ['a name twice in the body, the large one last', `{"messages":[1],"messages":[${long}]}`],
    ['a name twice in a message', `{"messages":[{"role":"user","role":"system","content":${long}}]}`],
    ['a name twice in a message, spelled differently', `{"messages":[{"role":"user","r\\u006fle":"system","content":${long}}]}`],
    ['a name with an escape', `{"mess\\u0061ges":[${long}],"n":1}`],
    ['a decimal number', `{"messages":[1.50,${long}]}`],
    ['an exponent', `{"messages":[1E5,${long}]}`],
    ['minus zero', `{"messages":[-0,${long}]}`],
    ['more digits than a double holds', `{"messages":[12345678901234567890,${long}]}`],
    ['U+FFFD, which may stand for bytes that are not UTF-8', `{"messages":["\ufffd",${long}]}`],
  ])('writes a field anew that has %s', (_, text) => {
    const { body, rendered } = callOf(encode(text));
    expect(sentText(body)).toEqual({ isBytes: false, text: JSON.stringify(rendered) });
  });

  it('writes a body anew that is not UTF-8, or begins with a byte order mark', () => {
    const bytes = encode(`{"messages":["?",${long}]}`);
    bytes[bytes.indexOf(0x3f)] = 0xff;
    for (const one of [bytes, encode(`\ufeff{"messages":[${long}]}`)]) {
      const { body, rendered } = callOf(one);
      expect(sentText(body)).toEqual({ isBytes: false, text: JSON.stringify(rendered) });
    }
  });

  it('writes a changed copy anew', () => {
    const { value } = parseBytes(encode(`{"messages":[${long}]}`), []);
    const messages = (value as { messages: unknown[] }).messages;
    expect(sentText(new CallBody({ messages })).isBytes).toBe(true);
    expect(sentText(new CallBody({ messages: [...messages] })).isBytes).toBe(false);
  });

  it('frees the bytes once an answer has come, and can be sent again all the same', () => {
    fc.assert(
      fc.property(bodies, (given) => {
        const { body, rendered } = callOf(encode(JSON.stringify(given)));
        const before = sentText(body).text;
        body.release();
        for (const value of Object.values(rendered)) expect(sourceOf(value)).toBeNull();
        expect(sentText(body)).toEqual({ isBytes: false, text: before });
        expect(sentText(new CallBody(rendered))).toEqual({ isBytes: false, text: before });
        expect(body.length).toBe(before.length);
      }),
    );
  });
});
