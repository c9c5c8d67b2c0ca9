/** A provider's own list of models, in the shapes that providers use. */
import { describe, expect, it } from 'vitest';
import { readModelList } from '../../../src/registry/facts/vendor-list.ts';

describe('vendor list', () => {
  it.each<[string, unknown, object]>([
    ['of OpenAI', { object: 'list', data: [{ id: 'm', object: 'model', owned_by: 'x' }] }, { id: 'm' }],
    [
      'of OpenRouter',
      {
        data: [
          {
            id: 'a/m',
            name: 'A: M',
            context_length: 8000,
            expiration_date: '2026-12-01T00:00:00Z',
            top_provider: { max_completion_tokens: 4000 },
            architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
            pricing: {
              prompt: '0.0000025',
              completion: '0.00001',
              input_cache_read: '0.00000125',
              overrides: [{ min_prompt_tokens: 200_000, prompt: '0.000005', completion: '0.00002' }],
            },
            supported_parameters: ['top_p', 'max_tokens', 'tools', 'a_new_one'],
            reasoning: { mandatory: false, supported_efforts: ['low', 'high'], supports_max_tokens: true },
          },
        ],
      },
      {
        id: 'a/m',
        name: 'A: M',
        contextTokens: 8000,
        maxOutputTokens: 4000,
        expires: '2026-12-01',
        input: ['text', 'image'],
        output: ['text'],
        parameters: ['max_tokens', 'tools', 'top_p'],
        tools: true,
        structuredOutputs: false,
        temperature: false,
        reasoning: { efforts: ['low', 'high'], switch: true, budget: {} },
        priceUsdPerMillionTokens: {
          prompt: 2.5,
          completion: 10,
          cachedPrompt: 1.25,
          above: [{ promptTokens: 200_000, prompt: 5, completion: 20 }],
        },
      },
    ],
    [
      'of Together',
      [{ id: 'm', context_length: 5, pricing: { input: 0.9, output: 0.9, hourly: 0 } }],
      { id: 'm', contextTokens: 5, priceUsdPerMillionTokens: { prompt: 0.9, completion: 0.9 } },
    ],
    [
      'of DeepInfra',
      { data: [{ id: 'm', metadata: { context_length: 7, pricing: { input_tokens: 1, output_tokens: 2, cache_read_tokens: 0.5 } } }] },
      { id: 'm', contextTokens: 7, priceUsdPerMillionTokens: { prompt: 1, completion: 2, cachedPrompt: 0.5 } },
    ],
    [
      'of Groq',
      { data: [{ id: 'm', context_window: 131_072, max_completion_tokens: 32_768 }] },
      { id: 'm', contextTokens: 131_072, maxOutputTokens: 32_768 },
    ],
    ['of vLLM', { data: [{ id: 'm', max_model_len: 4096 }] }, { id: 'm', contextTokens: 4096 }],
    [
      'of Gemini',
      { models: [{ name: 'models/m', displayName: 'M', inputTokenLimit: 10, outputTokenLimit: 5 }] },
      { id: 'm', name: 'M', contextTokens: 10, maxOutputTokens: 5 },
    ],
    [
      'with prices in a unit that it does not state',
      { data: [{ id: 'm', pricing: { prompt: 3, completion: 4 }, input_token_price_per_m: 2700 }] },
      { id: 'm' },
    ],
  ])('%s is read', (_, body, expected) => {
    expect(readModelList(body)).toEqual([expected]);
  });

  it.each([null, 'x', {}, { data: 7 }, { data: [null, 7, {}, { id: '' }] }])('that is none (%j) is empty', (body) => {
    expect(readModelList(body)).toEqual([]);
  });
});
