/** Providers of open models whose documents differ from their format: one row for each difference. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, sent } from './sent.ts';

const MAX_TO_HIGH = 'reasoning_effort clamped "max" -> "high"';
const SEEDS = 'seed emulated 7 -> "7 to 8"';
const BUDGET = 'reasoning.max_tokens clamped 40000 -> 32768';

/** Model, request, what is sent of it, what is reported. */
type Row = readonly [model: string, asked: JsonObject, sent: JsonObject, ...told: string[]];

const CHAT: readonly Row[] = [
  ['@hyperbolic/x', { frequency_penalty: 1.5 }, { frequency_penalty: 1 }, 'frequency_penalty clamped 1.5 -> 1'],
  ['@hyperbolic/x', { presence_penalty: -1 }, { presence_penalty: 0 }, 'presence_penalty clamped -1 -> 0'],
  ['@hyperbolic/x', { logprobs: true, top_logprobs: 5 }, { logprobs: 5 }, 'logprobs renamed true -> 5'],
  ['@hyperbolic/x', { top_k: 0, top_a: 0.5 }, {}, 'top_a dropped 0.5'],
  ['@hyperbolic/x', { max_completion_tokens: 9 }, { max_tokens: 9 }],
  ['@hyperbolic/x', { raw_mode: true, reasoning_effort: 'max' }, { raw_mode: true, reasoning_effort: 'high' }, MAX_TO_HIGH],
  // The switch belongs to some models, the budget to more of them.
  ['@siliconflow/x', { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
  ['@siliconflow/Qwen/Qwen3-Coder-480B-A35B-Instruct', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
  ['@siliconflow/Qwen/Qwen3-32B', { reasoning: { enabled: false } }, { enable_thinking: false }],
  ['@siliconflow/deepseek-ai/DeepSeek-R1', { reasoning: { max_tokens: 40_000 } }, { thinking_budget: 32_768 }, BUDGET],
  ['@siliconflow/deepseek-ai/DeepSeek-R1', { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
  [
    '@siliconflow/Qwen/Qwen3-32B',
    { reasoning: { max_tokens: 100 } },
    { enable_thinking: true, thinking_budget: 128 },
    'reasoning.max_tokens clamped 100 -> 128',
  ],
  ['@siliconflow/x', { min_p: 0.1, seed: 7 }, {}, 'min_p dropped 0.1', 'seed dropped 7'],
  ['@siliconflow/x', { stream: true, presence_penalty: 1 }, { stream: true }, 'presence_penalty dropped 1'],
  ['@siliconflow/Qwen/Qwen3-32B', { min_p: 0.1 }, { min_p: 0.1 }],
  // The provider's own default is 0.7: leaving a neutral value out would not be neutral.
  ['@siliconflow/x', { top_p: 1, frequency_penalty: 0 }, { top_p: 1, frequency_penalty: 0 }],
  ['@featherless/x', { top_p: 0 }, { top_p: 0.01 }, 'top_p clamped 0 -> 0.01'],
  ['@featherless/x', { top_k: 0, min_p: 0 }, { min_p: 0 }],
  [
    '@featherless/x',
    { n: 2, seed: 7, stop: ['a', 'b', 'c', 'd', 'e'] },
    { seed: 7, stop: ['a', 'b', 'c', 'd', 'e'] },
    'n emulated 2 -> 1',
    SEEDS,
  ],
  ['@featherless/x', { include_stop_str_in_output: false, top_k: 5 }, { include_stop_str_in_output: false, top_k: 5 }],
  ['@parasail/x', { verbosity: 'low', service_tier: 'flex' }, {}, 'verbosity dropped "low"', 'service_tier dropped "flex"'],
  ['@parasail/x', { repetition_penalty: 0 }, { repetition_penalty: 0.01 }, 'repetition_penalty clamped 0 -> 0.01'],
  ['@friendli/x', { top_k: 0 }, { top_k: 0 }],
  ['@friendli/x', { reasoning: { max_tokens: 2000 } }, { reasoning_budget: 2000 }],
  ['@friendli/x', { include_reasoning: false }, { include_reasoning: false }],
  ['@friendli/x', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, 'reasoning_effort clamped "minimal" -> "low"'],
  ['@friendli/x', { n: 2, repetition_penalty: 0 }, { n: 2, repetition_penalty: 0.01 }, 'repetition_penalty clamped 0 -> 0.01'],
  ['@baseten/openai/gpt-oss-120b', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
  ['@baseten/openai/gpt-oss-120b', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, MAX_TO_HIGH],
  ['@baseten/deepseek-ai/DeepSeek-V3.1', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
  ['@baseten/x', { logit_bias: { 5: 1 }, user: 'ada' }, {}, 'logit_bias dropped', 'user dropped "ada"'],
  ['@inference-net/x', { logprobs: true }, {}, 'logprobs dropped true'],
  ['@lambda/x', { max_completion_tokens: 5, top_k: 3 }, { max_tokens: 5 }, 'top_k dropped 3'],
];

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

const COMPLETIONS: readonly Row[] = [
  ['@featherless/x', { stop_token_ids: [1], max_tokens: 0 }, { stop_token_ids: [1], max_tokens: 1 }, 'max_tokens clamped 0 -> 1'],
  ['@friendli/x', { max_total_tokens: 9 }, { max_total_tokens: 9 }],
  ['@friendli/x', { max_total_tokens: 9, max_tokens: 5 }, { max_tokens: 5 }, 'max_total_tokens dropped 9'],
  ['@parasail/x', { echo: true, suffix: 'z' }, { echo: true }, 'suffix dropped "z"'],
];

describe('fit at open-model clouds: text completions', () => {
  it.each(COMPLETIONS.map((row) => ({ title: `${row[0]}, ${JSON.stringify(row[1])}`, row })))('$title', ({ row }) => {
    const [model, asked, expected, ...told] = row;
    const { body, adjustments } = sent('completions', model, asked);
    const { model: _model, prompt: _prompt, ...parameters } = body;
    expect(parameters).toEqual(expected);
    expect(adjustments.map(line)).toEqual(told);
  });
});

describe('fit at open-model clouds: chat', () => {
  it.each(CHAT.map((row) => ({ title: `${row[0]}, ${JSON.stringify(row[1])}`, row })))('$title', ({ row }) => {
    const [model, asked, expected, ...told] = row;
    const { body, adjustments } = sent('chat', model, asked);
    const { model: _model, messages: _messages, ...parameters } = body;
    expect(parameters).toEqual(expected);
    expect(adjustments.map(line)).toEqual(told);
  });

  it('at Friendli has no answer format beside tools', () => {
    const { body, adjustments } = sent('chat', '@friendli/x', { tools: TOOLS, response_format: { type: 'json_object' } });
    expect(body).not.toHaveProperty('response_format');
    expect(adjustments.map(({ param, action }) => [param, action])).toEqual([['response_format', 'dropped']]);
  });

  it('at Friendli has no least length beside tools', () => {
    const { body, adjustments } = sent('chat', '@friendli/x', { tools: TOOLS, min_tokens: 5 });
    expect(body).not.toHaveProperty('min_tokens');
    expect(adjustments.map(line)).toEqual(['min_tokens dropped 5']);
  });

  it.each(['@hyperbolic/x', '@featherless/x'])('at %s has no tools', (model) => {
    expect(sent('chat', model, { tools: TOOLS }).adjustments.map(line)).toEqual(['tools dropped']);
  });

  it.each(['hyperbolic', 'lambda', 'siliconflow', 'featherless', 'parasail', 'friendli', 'baseten', 'inference-net'])(
    'at %s has no developer',
    (slug) => {
      const { body, adjustments } = sent('chat', `@${slug}/x`, { messages: [{ role: 'developer', content: 'Be brief.' }] });
      expect(body['messages']).toEqual([{ role: 'system', content: 'Be brief.' }]);
      expect(adjustments.map(line)).toEqual(['messages.role renamed "developer" -> "system"']);
    },
  );
});

it.each(['Meta-Llama-3.1-405B', 'Meta-Llama-3.1-405B-BASE'])(
  'fit at open-model clouds: %s at Hyperbolic completes text, also for a client that chats',
  (id) => {
    const { body } = sent('chat', `@hyperbolic/meta-llama/${id}`);
    expect(body).toMatchObject({ prompt: expect.stringContaining('Hi') });
  },
);

it('fit at open-model clouds: any other model at Hyperbolic chats, also for a client that completes text', () => {
  expect(sent('completions', '@hyperbolic/meta-llama/Meta-Llama-3.1-405B-Instruct').body).toHaveProperty('messages');
});
