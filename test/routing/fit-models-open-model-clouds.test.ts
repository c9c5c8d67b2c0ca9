/** Hosts of open models whose documents differ from the format they speak: one row for each difference. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/unified/json.ts';
import { line, sent } from './sent.ts';

/** Model, what is asked, what is sent of it, what is told. */
const CHAT: readonly (readonly [model: string, asked: JsonObject, sent: JsonObject, ...told: string[]])[] = [
  ['@hyperbolic/x', { frequency_penalty: 1.5 }, { frequency_penalty: 1 }, 'frequency_penalty clamped 1.5 -> 1'],
  ['@hyperbolic/x', { presence_penalty: -1 }, { presence_penalty: 0 }, 'presence_penalty clamped -1 -> 0'],
  ['@hyperbolic/x', { logprobs: true, top_logprobs: 5 }, { logprobs: 5 }, 'logprobs renamed true -> 5'],
  ['@hyperbolic/x', { top_k: 0, top_a: 0.5 }, {}, 'top_a dropped 0.5'],
  ['@hyperbolic/x', { max_completion_tokens: 9 }, { max_tokens: 9 }],
  ['@siliconflow/x', { reasoning: { enabled: false } }, { enable_thinking: false }],
  [
    '@siliconflow/x',
    { reasoning: { max_tokens: 100 } },
    { enable_thinking: true, thinking_budget: 128 },
    'reasoning.max_tokens clamped 100 -> 128',
  ],
  ['@siliconflow/x', { min_p: 0.1, seed: 7 }, {}, 'min_p dropped 0.1', 'seed dropped 7'],
  ['@siliconflow/Qwen/Qwen3-32B', { min_p: 0.1 }, { min_p: 0.1 }],
  // The host's own default is 0.7: leaving a neutral value out would not be neutral.
  ['@siliconflow/x', { top_p: 1, frequency_penalty: 0 }, { top_p: 1, frequency_penalty: 0 }],
  ['@featherless/x', { top_p: 0 }, { top_p: 0.01 }, 'top_p clamped 0 -> 0.01'],
  ['@featherless/x', { top_k: 0, min_p: 0 }, { min_p: 0 }],
  ['@parasail/x', { repetition_penalty: 0 }, { repetition_penalty: 0.01 }, 'repetition_penalty clamped 0 -> 0.01'],
  ['@friendli/x', { top_k: 0 }, { top_k: 0 }],
  ['@friendli/x', { reasoning: { max_tokens: 2000 } }, { reasoning_budget: 2000 }],
  ['@friendli/x', { include_reasoning: false }, { include_reasoning: false }],
  ['@baseten/x', { logit_bias: { 5: 1 }, user: 'ada' }, {}, 'logit_bias dropped', 'user dropped "ada"'],
  ['@inference-net/x', { logprobs: true }, {}, 'logprobs dropped true'],
  ['@lambda/x', { max_completion_tokens: 5, top_k: 3 }, { max_tokens: 5 }, 'top_k dropped 3'],
];

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

describe('chat', () => {
  it.each(CHAT)('%s, %j', (model, asked, expected, ...told) => {
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

  it('at Hyperbolic has no tools', () => {
    expect(sent('chat', '@hyperbolic/x', { tools: TOOLS }).adjustments.map(line)).toEqual(['tools dropped']);
  });
});

it('a base model at Hyperbolic completes text, also for a client that chats', () => {
  const { body } = sent('chat', '@hyperbolic/meta-llama/Meta-Llama-3.1-405B-BASE');
  expect(body).toMatchObject({ prompt: expect.stringContaining('Hi') });
});
