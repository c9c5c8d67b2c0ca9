/** Lists and maps are counted first, and their check ends with the first issue. */
import * as z from 'zod/mini';
import { expect, it } from 'vitest';
import { listOf, mapOf } from '../../../src/unified/request/list.ts';
import { MAX_PARTS } from '../../../src/unified/request/message.ts';
import { MAX_STOP_CHARACTERS, MAX_TOOLS } from '../../../src/unified/request/parameters.ts';
import { refusal } from '../refusal.ts';

/** A text, and how often it was checked. */
function counted() {
  let checks = 0;
  const schema = z.string().check(z.refine(() => ++checks > 0));
  return { entry: () => schema, checks: () => checks };
}

it('listOf returns one issue for any number of wrong entries, and checks none of a list that is too long', () => {
  const text = counted();
  const wrong = listOf(text.entry, { most: 1000 }).safeParse(['a', 'b', ...Array.from({ length: 900 }, () => 0)]);
  expect(wrong.error?.issues.map(({ path }) => path)).toEqual([[2]]);
  expect(text.checks()).toBe(2);
  expect(listOf(text.entry, { most: 3 }).safeParse(['a', 'b', 'c', 'd']).error?.issues).toMatchObject([{ code: 'too_big', maximum: 3 }]);
  expect(text.checks()).toBe(2);
});

it('mapOf returns one issue for any number of wrong entries, and checks none of a map that is too large', () => {
  const text = counted();
  expect(
    mapOf(text.entry)
      .safeParse({ a: 'x', b: 0, c: 0 })
      .error?.issues.map(({ path }) => path),
  ).toEqual([['b']]);
  expect(text.checks()).toBe(1);
  expect(mapOf(text.entry, { most: 1 }).safeParse({ a: 'x', b: 'y' }).success).toBe(false);
  expect(mapOf(text.entry, { longestKey: 2 }).safeParse({ abc: 'x' }).success).toBe(false);
  expect(text.checks()).toBe(1);
});

const many = (count: number, entry: unknown) => Array.from({ length: count }, () => entry);

it.each([
  [{ tools: many(524_288, 0) }, 'tools', 'tools has 524288 entries; expected an array of tools, 10000 at most'],
  [
    { messages: [{ role: 'user', content: many(MAX_PARTS + 1, 0) }] },
    'messages[0].content',
    'content has 10001 entries; expected at most 10000 entries.',
  ],
  [{ messages: [{ role: 'user', content: many(9, 0) }] }, 'messages[0].content[0]', 'messages[0].content[0] is 0; expected an object.'],
  [{ messages: [{ role: 'assistant', tool_calls: many(MAX_PARTS + 1, 0) }] }, 'messages[0].tool_calls', 'has 10001 entries'],
  [{ messages: many(10_001, { role: 'user', content: 'Hi' }) }, 'messages', 'messages has 10001 entries; expected at most 10000 entries.'],
  [{ models: many(524_288, 0) }, 'models', 'models has 524288 entries; expected at most 32 entries.'],
  [{ provider: { only: many(101, 'a') } }, 'provider.only', 'provider.only has 101 entries'],
  [{ stop: 'x'.repeat(MAX_STOP_CHARACTERS + 1) }, 'stop', 'expected at most 1000 characters.'],
  [{ stop: ['a', 'x'.repeat(MAX_STOP_CHARACTERS + 1)] }, 'stop[1]', 'expected at most 1000 characters.'],
  [{ tools: many(MAX_TOOLS, { type: 'function', function: {} }) }, 'tools[0].function.name', 'is missing'],
  [{ model: 'a\ud800b' }, 'model', 'expected text without lone surrogates.'],
  [{ models: ['a/b', '@google-ai-studio/\udc00'] }, 'models[1]', 'expected text without lone surrogates.'],
])('a body above a limit is rejected with its field and limit (%#)', (fields, param, message) => {
  expect(refusal('chat', fields)).toEqual([param, expect.stringContaining(message)]);
});

it('a body with the largest counts is accepted', () => {
  expect(refusal('chat', { messages: many(10_000, { role: 'user', content: [{ type: 'text', text: 'Hi' }] }) })).toBeNull();
  expect(
    refusal('chat', {
      stop: many(64, 'x'.repeat(MAX_STOP_CHARACTERS)),
      logit_bias: Object.fromEntries(many(9999, 1).map((one, key) => [key, one])),
    }),
  ).toBeNull();
  expect(refusal('completions', { prompt: many(1_000_000, 5) })).toBeNull();
});
