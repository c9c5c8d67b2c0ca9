/** Which upstream calls one request becomes, and which choice of the answer each of their choices is. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit } from '../../src/fitting/fit.ts';
import type { FittedRequest } from '../../src/fitting/split.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import type { Rule } from '../../src/unified/rule.ts';
import { chatOperation, completionsOperation } from '../support/fake-providers.ts';
import { line, prepared, requestFor } from './sent.ts';

const partsOf = (operation: Operation, model: string, fields: JsonObject) => prepared(requestFor(operation, model, fields)).parts;
const numbersOf = (operation: Operation, model: string, fields: JsonObject) =>
  partsOf(operation, model, fields).map(({ part }) => part.choices);
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

/** A request fitted to a provider of our own, with this rule for `n` and these kinds of prompt. */
function fitted(fields: JsonObject, n: Rule | false, prompts: ('text' | 'texts' | 'tokens' | 'token-lists')[] = ['text']): FittedRequest {
  const rules = completionsOperation();
  const own = { ...rules, prompts, parameters: { ...rules.parameters, n, echo: false as const } };
  return fit(requestFor('completions', '@acme/m', fields), {
    operation: 'completions',
    rules: own,
    model: 'm',
    maxOutputTokens: null,
    provider: 'acme',
    knownRefusals: new Map(),
  });
}

describe('split n', () => {
  it('makes one call per choice at a provider with one choice per call', () => {
    const parts = partsOf('chat', '@openrouter/x', { n: 5 });
    expect(parts.map(({ part }) => part.choices)).toEqual([[0], [1], [2], [3], [4]]);
    expect(parts.filter(({ body }) => 'n' in body)).toEqual([]);
  });

  it('makes as few calls as the limit of the provider allows', () => {
    const parts = partsOf('chat', '@novita/x', { n: 128 });
    expect(parts.map(({ part }) => part.choices)).toEqual([upTo(127), [127]]);
    expect(parts.map(({ body }) => body['n'])).toEqual([127, undefined]);
  });

  it.each([
    ['chat', '@openai/gpt-4o', 128],
    ['chat', '@novita/x', 2],
    ['completions', '@tokensmind/x', 127],
  ] as const)('%s at %s of %i goes out as it is, and needs no word', (operation, model, n) => {
    const { parts, adjustments } = prepared(requestFor(operation, model, { n }));
    expect(parts.map(({ body }) => body['n'])).toEqual([n]);
    expect(adjustments).toEqual([]);
  });

  it('uses the name of the provider', () => {
    const { parts } = fitted({ n: 5 }, { type: 'integer', maximum: 2, name: 'num_samples' });
    expect(parts.map(({ call }) => [call.parameters['num_samples'], call.parameters['n']])).toEqual([
      [2, undefined],
      [2, undefined],
      [undefined, undefined],
    ]);
  });

  it('says how many calls it takes', () => {
    const { adjustments } = prepared(requestFor('chat', '@openrouter/x', { n: 5 }));
    expect(adjustments.map(line)).toEqual(['n emulated 5 -> 1']);
    expect(adjustments[0]?.reason).toContain('5 calls');
  });
});

describe('split: the seed', () => {
  it('of call i is seed + i, and that is reported', () => {
    const { parts, adjustments } = prepared(requestFor('chat', '@openrouter/x', { n: 3, seed: 7 }));
    expect(parts.map(({ body }) => body['seed'])).toEqual([7, 8, 9]);
    expect(adjustments.map(line)).toContain('seed emulated 7 -> "7 to 9"');
  });

  it('counts on from the value that the provider accepts', () => {
    const { parts, adjustments } = prepared(requestFor('chat', '@deepinfra/x', { n: 3, seed: -5 }));
    expect(parts.map(({ body }) => body['seed'])).toEqual([0, 1, 2]);
    expect(adjustments.map(line)).toContain('seed emulated -5 -> "0 to 2"');
  });

  it('is not said to count where the provider gets none', () => {
    const { parts, adjustments } = prepared(requestFor('chat', '@deepseek/deepseek-chat', { n: 3, seed: 7 }));
    expect(parts.filter(({ body }) => 'seed' in body)).toEqual([]);
    expect(adjustments.map(line)).toEqual(['seed dropped 7', 'n emulated 3 -> 1']);
  });

  it('stays as it is in a single call', () => {
    const { parts, adjustments } = prepared(requestFor('chat', '@openai/gpt-4o', { n: 3, seed: 7 }));
    expect(parts.map(({ body }) => body['seed'])).toEqual([7]);
    expect(adjustments).toEqual([]);
  });
});

describe('split: several prompts', () => {
  it('go out in one call where the provider accepts lists, numbered prompt by prompt', () => {
    const parts = partsOf('completions', '@octoai/x', { prompt: ['a', 'b'], n: 3 });
    expect(parts.map(({ body, part }) => [body['prompt'], body['n'], part.choices])).toEqual([[['a', 'b'], 3, upTo(6)]]);
  });

  it('are a call each where it takes one, numbered prompt x n + choice', () => {
    const parts = partsOf('completions', '@completions-compatible/x', { prompt: ['a', 'b'], n: 3 });
    expect(parts.map(({ body, part }) => [body['prompt'], body['n'], part.choices])).toEqual([
      ['a', 3, [0, 1, 2]],
      ['b', 3, [3, 4, 5]],
    ]);
  });

  it('are a call for each prompt and choice where the provider accepts one of either', () => {
    const parts = partsOf('completions', '@llama-cpp/x', { prompt: [[1], [2, 3]], n: 2 });
    expect(parts.map(({ body, part }) => [body['prompt'], part.choices])).toEqual([
      [[1], [0]],
      [[1], [1]],
      [[2, 3], [2]],
      [[2, 3], [3]],
    ]);
  });

  it('are a message each on a provider that only chats', () => {
    const parts = partsOf('completions', '@novita/x', { prompt: ['a', 'b'], n: 2 });
    expect(parts.map(({ body, part }) => [body['messages'], body['n'], part.choices])).toEqual([
      [[{ role: 'user', content: 'a' }], 2, [0, 1]],
      [[{ role: 'user', content: 'b' }], 2, [2, 3]],
    ]);
  });

  it('in one call beyond the limit of choices interleave: each call has its share of every prompt', () => {
    const { parts } = fitted({ prompt: ['a', 'b'], n: 3 }, { type: 'integer', maximum: 2 }, ['text', 'texts']);
    expect(parts.map(({ choices }) => choices)).toEqual([
      [0, 1, 3, 4],
      [2, 5],
    ]);
  });

  it('and choices are reported apart, each with the calls in all', () => {
    const { adjustments } = prepared(requestFor('completions', '@llama-cpp/x', { prompt: ['a', 'b'], n: 2 }));
    expect(adjustments.map(line)).toEqual(['n emulated 2 -> 1', 'prompt emulated 2 -> 1']);
    expect(adjustments.filter(({ reason }) => reason.includes('4 calls'))).toHaveLength(2);
  });

  it('get their own text back as echo, once for each of their choices', () => {
    const { parts } = fitted({ prompt: ['a', 'b'], n: 3, echo: true }, { type: 'integer', maximum: 2 }, ['text', 'texts']);
    expect(parts.map(({ echo }) => echo)).toEqual([
      ['a', 'a', 'b', 'b'],
      ['a', 'b'],
    ]);
    const single = fitted({ prompt: ['a', 'b'], n: 2, echo: true }, false);
    expect(single.parts.map(({ echo }) => echo)).toEqual([['a'], ['a'], ['b'], ['b']]);
  });

  it('have no echo where none was asked for', () => {
    expect(fitted({ prompt: ['a', 'b'], n: 2 }, false).parts.map(({ echo }) => echo)).toEqual([null, null, null, null]);
  });
});

describe('split: the parts of any request', () => {
  const hosts = fc.record({
    n: fc.option(fc.integer({ min: 1, max: 40 }), { nil: null }),
    lists: fc.boolean(),
  });
  const requests = fc.record({
    n: fc.integer({ min: 1, max: 128 }),
    prompts: fc.integer({ min: 1, max: 6 }),
    seed: fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: undefined }),
  });

  it('hold every choice exactly once, with its own prompt, and no call more than the provider makes', () => {
    fc.assert(
      fc.property(hosts, requests, (host, { n, prompts, seed }) => {
        const texts = upTo(prompts).map((place) => `p${place}`);
        const fields = { prompt: texts, n, echo: true, ...(seed === undefined ? {} : { seed }) };
        const capacity = host.n ?? 1;
        const { parts } = fitted(fields, host.n === null ? false : { type: 'integer', maximum: host.n }, host.lists ? ['texts'] : ['text']);
        const echoed = parts.flatMap(({ choices, echo }) => choices.map((choice, place) => [choice, echo?.[place]] as const));
        expect(echoed.toSorted(([one], [other]) => one - other)).toEqual(upTo(n * prompts).map((at) => [at, texts[Math.floor(at / n)]]));
        const asked = parts.map(({ call }) => Number(call.parameters['n'] ?? 1));
        expect(Math.max(...asked)).toBeLessThanOrEqual(capacity);
        expect(parts.map(({ choices }) => choices.length)).toEqual(asked.map((count) => count * (host.lists ? prompts : 1)));
        expect(parts).toHaveLength(Math.ceil(n / capacity) * (host.lists ? 1 : prompts));
        expect(parts.map(({ call }) => call.parameters['seed'])).toEqual(
          parts.map((_, call) => (seed === undefined ? undefined : seed + call)),
        );
      }),
    );
  });

  it('of a chat are the same, with the same messages in each', () => {
    const rules = chatOperation({ parameters: { ...chatOperation().parameters, n: false } });
    const { parts } = fit(requestFor('chat', '@acme/m', { n: 3 }), {
      operation: 'chat',
      rules,
      model: 'm',
      maxOutputTokens: null,
      provider: 'acme',
      knownRefusals: new Map(),
    });
    expect(parts.map(({ choices }) => choices)).toEqual([[0], [1], [2]]);
    expect(new Set(parts.map(({ call }) => JSON.stringify(call)))).toHaveProperty('size', 1);
  });
});

it('split: a request that needs one call is one, whatever the provider', () => {
  for (const model of ['@openrouter/x', '@novita/x', '@openai/gpt-5']) expect(numbersOf('chat', model, { n: 1 })).toEqual([[0]]);
});
