/** Small readers of content and counts: JSON, texts of messages, prompts, usage. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayOf, findUnsafeJson, isObject, numberOf, parseJson, textOf } from '../../../src/lib/json.ts';
import { contentText, countPrompts, toPrompt } from '../../../src/unified/request/message.ts';
import { promptText } from '../../../src/unified/request/prompt.ts';
import { renderUsage } from '../../../src/dialects/openai-common/client/usage.ts';
import { isEmptyUsage, usageOf, type Usage } from '../../../src/unified/response/usage.ts';
import { parse } from '../refusal.ts';

describe('content: JSON readers', () => {
  it('return the value or nothing', () => {
    expect([isObject({}), isObject([]), isObject(null), isObject('x')]).toEqual([true, false, false, false]);
    expect([textOf('a'), textOf(''), textOf(5)]).toEqual(['a', null, null]);
    expect([numberOf(0), numberOf(Number.NaN), numberOf(Infinity), numberOf('1')]).toEqual([0, null, null, null]);
    expect([arrayOf([1]), arrayOf({}), arrayOf(null)]).toEqual([[1], [], []]);
    expect([parseJson('{"a":1}'), parseJson('nope'), parseJson('')]).toEqual([{ a: 1 }, null, null]);
  });

  it('findUnsafeJson accepts a document up to the allowed depth', () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 6 }), (drawn, allowed) => {
        const document: unknown = JSON.parse(JSON.stringify(drawn).replaceAll('"__proto__"', '"proto"'));
        expect(findUnsafeJson(document, allowed)?.kind).toBe(depth(document) > allowed ? 'depth' : undefined);
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
  });
});

describe('content', () => {
  it('contentText joins text parts and refusals by line breaks', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: { url: 'u' } },
      { type: 'refusal', refusal: 'b' },
    ] as const;
    expect(contentText([...parts])).toBe('a\nb');
    expect(contentText('a')).toBe('a');
    expect(contentText(null)).toBe('');
  });

  it.each([
    ['Hi', 1],
    [['a', 'b'], 2],
    [[1, 2, 3], 1],
    [[[1], [2]], 2],
  ])('countPrompts returns for %j: %i', (value, count) => {
    expect(countPrompts(toPrompt(value))).toBe(count);
  });

  it.each([
    ['Once', 'Once'],
    [['a', 'b'], 'a\nb'],
    [[5, 6], 'a a '],
    [[[5], [6, 7]], 'a a a '],
  ])('promptText returns for %j: %j', (prompt, text) => {
    expect(promptText(parse('completions', { prompt }).input, undefined)).toBe(text);
  });

  it('promptText includes roles and tools', () => {
    const tools = [{ type: 'function', function: { name: 'look' } }];
    expect(promptText(parse('chat', {}).input, tools)).toBe(`user\nHi\n${JSON.stringify(tools)}`);
  });
});

describe('content: usage', () => {
  const usage: Usage = {
    promptTokens: 3,
    completionTokens: 4,
    cachedTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: 0,
    costUsd: null,
    estimated: [],
    calls: 1,
  };

  it('leaves out unknown counts and cost, and adds parts up to the total', () => {
    expect(renderUsage(usage)).toEqual({
      prompt_tokens: 3,
      completion_tokens: 4,
      total_tokens: 7,
      completion_tokens_details: { reasoning_tokens: 0 },
      calls: 1,
    });
  });

  it('usageOf sets missing fields to not reported', () => {
    expect(usageOf({ promptTokens: 3, completionTokens: 4, reasoningTokens: 0 })).toEqual(usage);
    const known = { ...usage, cachedTokens: 1, cacheWriteTokens: 2, costUsd: 0.5, estimated: ['cost'] };
    expect(usageOf(known)).toEqual(known);
  });

  it('lists what was estimated', () => {
    expect(renderUsage({ ...usage, estimated: ['prompt_tokens'] }).estimated).toEqual(['prompt_tokens']);
  });

  it('isEmptyUsage is true when nothing was counted', () => {
    expect([isEmptyUsage(usage), isEmptyUsage({ ...usage, promptTokens: 0, completionTokens: 0 })]).toEqual([false, true]);
  });
});
