/** Reasoning and its limit, for any request and any limit: a budget leaves room for the answer, in the body of each kind of API. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reasoningLimit } from '../../src/fitting/answer-room.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { sent } from './sent.ts';

const tokens = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 300_000 }));
const effort = fc.constantFrom('minimal', 'low', 'medium', 'high', 'xhigh', 'max');
const wish: fc.Arbitrary<JsonObject> = fc.oneof(
  effort.map((word) => ({ reasoning_effort: word })),
  effort.map((word) => ({ reasoning: { effort: word } })),
  tokens.map((budget) => ({ reasoning: { max_tokens: budget } })),
  fc.constant({ reasoning: { enabled: true } }),
);
const limit: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({}),
  tokens.map((most) => ({ max_tokens: most })),
  tokens.map((most) => ({ max_completion_tokens: most })),
);

/** The value at a path of a body. */
function at(body: JsonObject, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body);
}

/** Model, where its limit and its budget stand in the body, the most that it writes; null = the router does not know it. */
const MODELS: readonly (readonly [model: string, limit: string, budget: string, most: number | null])[] = [
  ['@anthropic/claude-sonnet-4-5', 'max_tokens', 'thinking.budget_tokens', 64_000],
  ['@anthropic/claude-sonnet-4-5-20250929', 'max_tokens', 'thinking.budget_tokens', 64_000],
  ['@anthropic/claude-opus-4-5-20251101', 'max_tokens', 'thinking.budget_tokens', 64_000],
  ['@anthropic/claude-haiku-4-5-20990101', 'max_tokens', 'thinking.budget_tokens', null],
  [
    '@amazon-bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'inferenceConfig.maxTokens',
    'additionalModelRequestFields.thinking.budget_tokens',
    64_000,
  ],
  [
    '@amazon-bedrock/au.anthropic.claude-sonnet-4-5-20990101-v1:0',
    'inferenceConfig.maxTokens',
    'additionalModelRequestFields.thinking.budget_tokens',
    null,
  ],
  ['@google-ai-studio/gemini-2.5-flash', 'generationConfig.maxOutputTokens', 'generationConfig.thinkingConfig.thinkingBudget', 65_536],
  ['@google-vertex/gemini-2.5-flash', 'generationConfig.maxOutputTokens', 'generationConfig.thinkingConfig.thinkingBudget', 65_536],
  ['@alibaba/qwen3-32b', 'max_tokens', 'thinking_budget', 16_384],
];

describe.each(MODELS)('room for the answer: %s', (model, limitPath, budgetPath, most) => {
  it('has a reasoning budget below its limit, which is at most the client limit and the model limit', () => {
    fc.assert(
      fc.property(wish, limit, (asked, limited) => {
        const { body } = sent('chat', model, { ...asked, ...limited });
        const [limitSent, budget] = [at(body, limitPath), at(body, budgetPath)];
        const ceiling = Math.min(...[limitSent, most].filter((bound) => typeof bound === 'number'), Infinity);
        const isRoomy = typeof budget !== 'number' || budget <= reasoningLimit(ceiling);
        const wanted = Object.values(limited)[0];
        const isKept = typeof wanted !== 'number' || limitSent === Math.min(wanted, most ?? Infinity);
        expect({ asked, limited, limitSent, budget, isRoomy, isKept }).toMatchObject({ isRoomy: true, isKept: true });
      }),
      { numRuns: 60 },
    );
  });
});

it('room for the answer: reasoningLimit leaves at least one token, a fifth, or 1,024 tokens', () => {
  fc.assert(
    fc.property(tokens, (most) => {
      const room = most - reasoningLimit(most);
      expect(room).toBeGreaterThanOrEqual(Math.max(1, Math.min(1024, Math.floor(most / 5))));
      expect(reasoningLimit(most)).toBeGreaterThanOrEqual(0);
    }),
  );
});

describe('room for the answer: fit with a required limit that the client does not set', () => {
  it.each([
    ['@anthropic/claude-sonnet-4-5', { max_tokens: 64_000, thinking: { type: 'enabled', budget_tokens: 51_200 } }],
    ['@anthropic/claude-haiku-4-5-20990101', { max_tokens: 4096 + 13_107, thinking: { type: 'enabled', budget_tokens: 13_107 } }],
    ['@anthropic/claude-sonnet-4-6-20990101', { max_tokens: 4096 + 13_107, output_config: { effort: 'high' } }],
    ['@anthropic/claude-sonnet-5-20990101', { max_tokens: 32_000 + 13_107, output_config: { effort: 'high' } }],
  ])('%s, effort high: has room for reasoning and answer', (model, expected) => {
    expect(sent('chat', model, { reasoning_effort: 'high' }).body).toMatchObject(expected);
  });

  it('stays at the default when no reasoning is requested', () => {
    expect(sent('chat', '@anthropic/claude-haiku-4-5-20990101', {}).body).toMatchObject({ max_tokens: 4096 });
    expect(sent('chat', '@anthropic/claude-haiku-4-5-20990101', { reasoning_effort: 'none' }).body).toMatchObject({ max_tokens: 4096 });
  });

  it('is required by Bedrock only with a budget', () => {
    const model = '@amazon-bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0';
    expect(sent('chat', model, {}).body).not.toHaveProperty('inferenceConfig');
    expect(sent('chat', model, { reasoning_effort: 'high' }).body).toMatchObject({ inferenceConfig: { maxTokens: 64_000 } });
  });
});
