/** What a request needs and not every endpoint has: tools and formats move an endpoint back, a context that is too small rules it out. */
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { Offering } from '../../src/registry/provider.ts';
import { contextOverflow, promptSize } from '../../src/routing/features.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatOperation, completionsOperation } from '../support/fake-providers.ts';
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import { offering, offersOf, order, planOf, provider, reasons } from './endpoints.ts';
import { requestFor } from '../fitting/sent.ts';

const tools = [{ type: 'function', function: { name: 'look' } }];
const SCHEMA = { type: 'json_schema', json_schema: { name: 'answer', schema: {} } };

describe('missingFeatures', () => {
  const catalog = createCatalog([
    provider('plain', [offering('a/m', { tools: false, structuredOutputs: false })]),
    provider('refuses', [offering('a/m')], {
      operations: { chat: [chatOperation({ parameters: { ...OPENAI_CHAT_RULES, tools: false } })] },
    }),
    provider('strict', [offering('a/m')], {
      operations: { chat: [chatOperation({ parameters: { ...OPENAI_CHAT_RULES, response_format: { enum: ['json_object', 'text'] } } })] },
    }),
    provider('unsaid', [offering('a/m')]),
    provider('able', [offering('a/m', { tools: true, structuredOutputs: true })]),
  ]);

  it.each<readonly [JsonObject, string[]]>([
    [{}, ['plain', 'refuses', 'strict', 'unsaid', 'able']],
    [{ tools }, ['strict', 'unsaid', 'able', 'plain', 'refuses']],
    [{ tools: [] }, ['plain', 'refuses', 'strict', 'unsaid', 'able']],
    [{ response_format: { type: 'text' } }, ['plain', 'refuses', 'strict', 'unsaid', 'able']],
    [{ response_format: { type: 'json_object' } }, ['plain', 'refuses', 'strict', 'unsaid', 'able']],
    [{ response_format: SCHEMA }, ['refuses', 'unsaid', 'able', 'plain', 'strict']],
    [{ structured_outputs: true }, ['refuses', 'strict', 'unsaid', 'able', 'plain']],
    [{ tools, response_format: SCHEMA }, ['unsaid', 'able', 'refuses', 'strict', 'plain']],
    [{ tools, provider: { order: ['plain', 'able'] } }, ['able', 'strict', 'unsaid', 'plain', 'refuses']],
    [{ tools, provider: { require_parameters: true } }, ['strict', 'unsaid', 'able']],
    [{ tools, provider: { only: ['plain'] } }, ['plain']],
  ])('orders the endpoint after the others: %j', (fields, expected) => {
    expect(order(planOf(fields, catalog))).toEqual(expected);
  });

  it('reports the missing feature in the reason', () => {
    const { calls } = planOf({ tools, response_format: SCHEMA, provider: { order: ['plain'] } }, catalog);
    expect(calls.at(-1)?.reason).toBe('it does not accept tools and response_format: it comes after those that do');
  });

  it('counts a recent rejection', () => {
    const learned = {
      refusalsOf: (name: string) => new Map(name.startsWith('unsaid ') ? [['verbosity', null]] : []),
      remember: () => undefined,
    };
    const wordy = { operations: { chat: [chatOperation({ parameters: { ...OPENAI_CHAT_RULES, verbosity: {} } })] } };
    const two = createCatalog(['unsaid', 'other'].map((slug) => provider(slug, [offering('a/m')], wordy)));
    expect(order(planOf({ verbosity: 'low' }, two, { learned }))).toEqual(['other', 'unsaid']);
  });

  it('counts a server of text completions', () => {
    const mixed = createCatalog([
      provider('completes', [offering('a/m')], { operations: { completions: [completionsOperation()] } }),
      provider('chats', [offering('a/m')]),
    ]);
    expect(order(planOf({}, mixed))).toEqual(['completes', 'chats']);
    expect(order(planOf({ tools }, mixed))).toEqual(['chats', 'completes']);
  });
});

describe('contextOverflow', () => {
  const LONG = 'seven little words in a row here '.repeat(1000); // about 7,000 tokens

  /** The tokens that a context of so many is too small for; null when it is not. */
  function overflow(contextTokens: number | undefined, fields: JsonObject, more: Partial<Offering> = {}) {
    const request = requestFor('chat', 'a/m', fields);
    const [host] = createCatalog([provider('host', [])]).providers;
    if (host === undefined) throw new Error('there is one');
    const candidate = {
      provider: host,
      modelId: 'm',
      offering: { ...offering('a/m', more), ...(contextTokens === undefined ? {} : { contextTokens }) },
      operation: 'chat' as const,
      rules: chatOperation(),
      requested: 'a/m',
    };
    return contextOverflow(candidate, request, () => promptSize(request));
  }
  const long = (more: JsonObject = {}) => ({ messages: [{ role: 'user', content: LONG }], ...more });

  it.each<readonly [string, number | undefined, JsonObject, Partial<Offering>, boolean]>([
    ['that is not known excludes no endpoint', undefined, long(), {}, true],
    ['of 4,000 tokens is too small for 7,000', 4000, long(), {}, false],
    ['that is missed by a few per cent is left to the provider, since we only estimate', 6800, long(), {}, true],
    ['of 8,000 tokens takes them', 8000, long({ max_tokens: 500 }), {}, true],
    ['must hold the answer as well', 8000, long({ max_tokens: 4000 }), {}, false],
    ['must hold it by its other name, too', 8000, long({ max_completion_tokens: 4000 }), {}, false],
    ['must hold no more than the model writes', 8000, long({ max_tokens: 4000 }), { maxOutputTokens: 500 }, true],
    ['is not spoilt by a limit that is far too high, while the prompt is small', 8000, { max_tokens: 1_000_000 }, {}, true],
    ['is not spoilt by it for a prompt of less than a quarter', 40_000, long({ max_tokens: 1_000_000 }), {}, true],
  ])('%s', (_, contextTokens, fields, more, fits) => {
    const sizes = overflow(contextTokens, fields, more);
    expect(sizes === null ? null : [sizes.maximum, sizes.prompt > sizes.maximum]).toEqual(fits ? null : [contextTokens, true]);
  });

  it('has room for a shorter answer where the prompt alone fits', () => {
    expect(overflow(10_000, long({ max_tokens: 32_000 }))?.answerRoom).toSatisfy((room: number) => room > 1500 && room < 4000);
    expect(overflow(8000, long({ max_tokens: 4000 }))?.answerRoom).toBeNull();
    expect(overflow(4000, long({ max_tokens: 32_000 }))?.answerRoom).toBeNull();
  });

  it('gives an endpoint without another one a lower limit, and reports it', () => {
    const [call] = planOf(long({ max_tokens: 32_000 }), offersOf({ small: { contextTokens: 10_000 } })).calls;
    const limit = Number(call?.fitted.parts[0]?.call.parameters['max_tokens']);
    expect(limit).toBeGreaterThan(1500);
    expect(call?.fitted.adjustments).toEqual([
      {
        param: 'max_tokens',
        action: 'clamped',
        from: 32_000,
        to: limit,
        reason: `the context of this model has 10000 tokens, and about ${limit} are left beside the prompt`,
      },
    ]);
  });

  it('prefers an endpoint whose context holds prompt and answer', () => {
    const catalog = offersOf({ small: { contextTokens: 10_000 }, large: { contextTokens: 100_000 } });
    expect(order(planOf(long({ max_tokens: 32_000 }), catalog))).toEqual(['large', 'small']);
  });

  it('accepts an estimate within 10 %', () => {
    const about = overflow(4000, long())?.prompt;
    expect(about).toBeGreaterThan(6300);
    expect(about).toBeLessThan(7700);
  });

  it('compares the largest of several prompts, and exact counts of token ids', () => {
    const size = (prompt: unknown) => promptSize(requestFor('completions', 'a/m', { prompt }));
    expect(size([LONG, 'short']).characters).toBe(LONG.length);
    expect(size(['short', 'tiny']).characters).toBe(5);
    expect(size([1, 2, 3]).tokens()).toBe(3);
    expect(size([[1], [1, 2, 3, 4], [1, 2]]).tokens()).toBe(4);
  });

  it('passes the request to an endpoint with a larger context', () => {
    const catalog = offersOf({ small: { contextTokens: 4000 }, large: { contextTokens: 100_000 } });
    const plan = planOf(long(), catalog);
    expect(order(plan)).toEqual(['large']);
    expect(reasons(plan)).toEqual([expect.stringMatching(/^a\/m small: its context of 4000 tokens is too small for about \d+$/)]);
  });
});
