/** Lists that state facts for many providers: models.dev and pi-ai. */
import { describe, expect, it } from 'vitest';
import { readModelsDev } from '../../../src/registry/facts/models-dev.ts';
import { readPiAi } from '../../../src/registry/facts/pi-ai.ts';

/** An entry of models.dev. */
function fromModelsDev(model: object): object | undefined {
  const [facts] = readModelsDev({ acme: { models: { m: model } } }, 'acme') ?? [];
  return facts;
}

describe('models.dev', () => {
  it('has every fact of a model', () => {
    const model = {
      canonical_model_id: 'acme/m',
      name: 'M ',
      release_date: '2026-03',
      knowledge: '2025-12',
      open_weights: false,
      limit: { context: 200_000, input: 150_000, output: 50_000 },
      modalities: { input: ['text', 'pdf'], output: ['text'] },
      tool_call: true,
      structured_output: true,
      temperature: false,
      reasoning: true,
      reasoning_options: [
        { type: 'toggle' },
        { type: 'effort', values: ['low', 'max'] },
        { type: 'budget_tokens', min: 1024, max: 32_000 },
      ],
      cost: {
        input: 1,
        output: 4,
        cache_read: 0.1,
        cache_write: 0,
        reasoning: 4,
        tiers: [{ input: 2, output: 8, tier: { type: 'context', size: 128_000 } }],
      },
      experimental: { modes: { fast: { provider: { body: { service_tier: 'priority' } }, cost: { input: 3, output: 12 } } } },
    };
    expect(fromModelsDev(model)).toEqual({
      id: 'm',
      canonical: 'acme/m',
      name: 'M',
      released: '2026-03-01',
      knowledge: '2025-12',
      openWeights: false,
      contextTokens: 200_000,
      maxInputTokens: 150_000,
      maxOutputTokens: 50_000,
      input: ['text', 'file'],
      output: ['text'],
      tools: true,
      structuredOutputs: true,
      temperature: false,
      reasoning: { switch: true, efforts: ['low', 'max'], budget: { minimum: 1024, maximum: 32_000 } },
      priceUsdPerMillionTokens: {
        prompt: 1,
        completion: 4,
        cachedPrompt: 0.1,
        above: [{ promptTokens: 128_000, prompt: 2, completion: 8 }],
        tiers: { priority: { prompt: 3, completion: 12 } },
      },
    });
  });

  it.each<[string, object, object]>([
    ['no fact', {}, { id: 'm' }],
    ['a limit of 0', { limit: { context: 0, output: 0 } }, { id: 'm' }],
    ['a year', { release_date: '2026' }, { id: 'm' }],
    ['reasoning without its controls', { reasoning: true }, { id: 'm', reasoning: true }],
    ['reasoning that nothing controls', { reasoning: true, reasoning_options: [] }, { id: 'm', reasoning: {} }],
    [
      'a budget from -1 on',
      { reasoning: true, reasoning_options: [{ type: 'budget_tokens', min: -1 }] },
      { id: 'm', reasoning: { budget: {} } },
    ],
    ['one price', { cost: { input: 1 } }, { id: 'm' }],
  ])('states %s', (_, model, expected) => {
    expect(fromModelsDev(model)).toEqual(expected);
  });

  it.each([[null], [[]], [{ other: { models: {} } }], [{ acme: { models: 7 } }]])('in %j lacks the provider', (api) => {
    expect(readModelsDev(api, 'acme')).toBeNull();
  });
});

/** An entry of pi-ai. */
function fromPiAi(model: object): object | undefined {
  const [facts] = readPiAi({ providers: { acme: { m: { type: 'chat', ...model } } } }, 'acme') ?? [];
  return facts;
}

describe('pi-ai', () => {
  it.each<[string, object, object]>([
    ['no reasoning', { reasoning: false }, { reasoning: false }],
    [
      'reasoning with a switch',
      { reasoning: true, thinkingLevelMap: { low: 'low', medium: null, high: 'high' } },
      { reasoning: { efforts: ['low', 'high'], switch: true } },
    ],
    [
      'reasoning that cannot be switched off',
      { reasoning: true, thinkingLevelMap: { off: null, minimal: 'minimal', xhigh: 'max' } },
      { reasoning: { efforts: ['minimal', 'low', 'medium', 'high', 'max'] } },
    ],
    ['no temperature', { compat: { supportsTemperature: false } }, { temperature: false }],
    ['prices', { cost: { input: 1, output: 2, cacheRead: 0 } }, { priceUsdPerMillionTokens: { prompt: 1, completion: 2 } }],
  ])('states %s', (_, model, expected) => {
    expect(fromPiAi(model)).toEqual({ id: 'm', input: [], output: ['text'], ...expected });
  });

  it('does not state a context that ends where a higher price begins', () => {
    const cost = { input: 1, output: 2, tiers: [{ input: 2, output: 4, inputTokensAbove: 272_000 }] };
    expect(fromPiAi({ contextWindow: 272_000, cost })).not.toHaveProperty('contextTokens');
    expect(fromPiAi({ contextWindow: 400_000, cost })).toHaveProperty('contextTokens', 400_000);
  });

  it('has chat models only', () => {
    expect(readPiAi({ acme: { m: { type: 'image' } } }, 'acme')).toEqual([]);
    expect(readPiAi({ acme: {} }, 'other')).toBeNull();
  });
});
