/** Large answers of embeddings: vectors that are packed while they are read equal the text, at every cut. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAnswerBudget, UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import { encodeVector, type Vector } from '../../src/unified/response/embedding.ts';
import { createVectorReader } from '../../src/upstream/read-vectors.ts';
import { anyText } from '../support/any-text.ts';

/** The body with each packed vector as it was written. */
const unpacked = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return encodeVector(value, 'base64');
  if (value instanceof Float64Array) return encodeVector(value, 'float');
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, unpacked(entry)]));
};

function read(text: string, cuts: readonly number[] = []): unknown {
  const reader = createVectorReader(UNLIMITED);
  let start = 0;
  for (const cut of [...cuts.map((cut) => cut % (text.length + 1)).toSorted((one, other) => one - other), text.length]) {
    reader.push(text.slice(start, cut));
    start = cut;
  }
  return reader.end();
}

const base64 = fc.uint8Array({ minLength: 700, maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 100 });
const body = fc.record({
  data: fc.array(fc.record({ index: fc.nat(), embedding: fc.oneof(numbers, base64), note: anyText() })),
  lists: fc.array(numbers),
  model: fc.string(),
});

it('createVectorReader returns the same vectors however the body is cut', () => {
  fc.assert(
    fc.property(body, fc.array(fc.nat(), { maxLength: 8 }), fc.boolean(), (value, cuts, isSpaced) => {
      const text = JSON.stringify(value, null, isSpaced ? 2 : 0);
      expect(unpacked(read(text, cuts))).toEqual(JSON.parse(text));
    }),
    { numRuns: 60 },
  );
});

it('createVectorReader packs long vectors', () => {
  const list = Array.from({ length: 100 }, (_, index) => index / 7);
  const text = Buffer.from(Float32Array.from({ length: 300 }, Math.fround).buffer).toString('base64');
  const { vectors } = read(JSON.stringify({ vectors: [list, text] })) as { vectors: Vector[] };
  expect(vectors).toEqual([Float64Array.from(list), new Uint8Array(Buffer.from(text, 'base64'))]);
});

it.each(['{"a":[1,2', '[1,,2]', `[${'1,'.repeat(300)}]`, 'no', `{"a":"${'['.repeat(2000)}`, `[${'['.repeat(2000)}${']'.repeat(2000)}]`])(
  'createVectorReader returns null for a body that is not JSON or too deep',
  (text) => {
    expect(read(text)).toBeNull();
  },
);

it('createVectorReader does not replace a text that looks like a placeholder', () => {
  expect(read('{"a":"\\u0000vector 0"}')).toEqual({ a: '\u0000vector 0' });
});

it.each([
  ['numbers', '[0.123,'],
  ['text', '{"a":"xxxxxxxx'],
  ['lists', '[[1],[2],'],
])('createVectorReader rejects %s without an end', (_, piece) => {
  const reader = createVectorReader(createAnswerBudget(10_000));
  const pushAll = () => Array.from({ length: 10_000 }, () => reader.push(piece));
  expect(pushAll).toThrow('MAX_ANSWER_BYTES');
});
