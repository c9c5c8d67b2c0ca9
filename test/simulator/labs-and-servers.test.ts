// What the documents of the laboratories, hubs and self-hosted servers refuse, value by value, and its nearest accepted neighbour.

import { describe, expect, it } from 'vitest';

import { judge, systemOf } from './judge.ts';

type Body = Record<string, unknown>;

const messages = [{ role: 'user', content: 'hello' }];
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };
const thought = (reasoning: Body) => [...messages, { role: 'assistant', content: null, tool_calls: calls, ...reasoning }];
const picture = (url: string) => [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
const turns = (...roles: string[]) => roles.map((role) => ({ role, content: 'hello' }));

/** System and model, what is refused, and what is not. */
type Row = readonly [slug: string, model: string, refused: Body, accepted: Body];

const chat: readonly Row[] = [
  ['deepseek', 'deepseek-chat', { response_format: schema }, { response_format: { type: 'json_object' } }],
  ['deepseek', 'deepseek-chat', { stop: Array.from({ length: 17 }, String) }, { stop: Array.from({ length: 16 }, String) }],
  ['deepseek', 'deepseek-chat', { messages: thought({}) }, { messages: thought({ reasoning_content: 'so' }) }],
  ['deepseek', 'deepseek-chat', { messages: thought({}) }, { messages: thought({}), thinking: { type: 'disabled' } }],
  ['deepseek', 'deepseek-reasoner', { logprobs: true }, {}],
  ['deepseek', 'deepseek-chat', { thinking: { type: 'on' } }, { n: 3 }],
  ['xai', 'grok-4', { presence_penalty: 0 }, {}],
  ['xai', 'grok-3', { frequency_penalty: 1 }, { stop: ['a'] }],
  ['xai', 'grok-3', { stop: Array.from({ length: 9 }, String) }, { stop: Array.from({ length: 8 }, String) }],
  ['xai', 'grok-3-mini', { stop: ['a'] }, { reasoning_effort: 'high' }],
  ['xai', 'grok-4', { reasoning_effort: 'high' }, { parallel_tool_calls: false }],
  ['xai', 'grok-4', { logprobs: true, top_logprobs: 9 }, { logprobs: true, top_logprobs: 8 }],
  ['xai', 'grok-4', { seed: 2_147_483_648 }, { seed: -2_147_483_648 }],
  ['perplexity', 'sonar', { messages: turns('user', 'user') }, { messages: turns('system', 'system', 'user', 'assistant', 'user') }],
  ['perplexity', 'sonar', { messages: turns('user', 'system') }, { messages: turns('system', 'user') }],
  ['perplexity', 'sonar', { temperature: 2 }, { temperature: 1.99 }],
  ['perplexity', 'sonar', { top_k: 2049 }, { top_k: 2048 }],
  ['perplexity', 'sonar', { frequency_penalty: 0 }, { presence_penalty: -2 }],
  ['perplexity', 'sonar', { response_format: { type: 'json_object' } }, { response_format: schema }],
  ['perplexity', 'sonar', { n: 2 }, { n: 1 }],
  ['moonshot', 'moonshot-v1-8k', { temperature: 1.1 }, { temperature: 1 }],
  ['moonshot', 'moonshot-v1-8k', { n: 2, temperature: 0 }, { n: 5, temperature: 0.3 }],
  ['moonshot', 'moonshot-v1-8k', { response_format: schema }, { response_format: { type: 'json_object' } }],
  ['moonshot', 'moonshot-v1-8k', { messages: picture('https://a.example/b.png') }, { messages: picture('data:image/png;base64,AA==') }],
  ['moonshot', 'moonshot-v1-8k', { tools, tool_choice: 'required' }, { tools, tool_choice: 'auto' }],
  ['moonshot', 'kimi-k2.5', { temperature: 0.6 }, { temperature: 1 }],
  ['moonshot', 'kimi-k2.5', { temperature: 1, thinking: { type: 'disabled' } }, { temperature: 0.6, thinking: { type: 'disabled' } }],
  ['moonshot', 'kimi-k2.6', { top_p: 1 }, { top_p: 0.95, response_format: schema }],
  ['moonshot', 'kimi-k2.6', { presence_penalty: 0.5 }, { presence_penalty: 0 }],
  ['moonshot', 'kimi-k2.5', { thinking: { type: 'enabled', keep: 'all' } }, { thinking: { type: 'enabled' } }],
  ['moonshot', 'kimi-k2.5', { messages: thought({}) }, { messages: thought({ reasoning_content: ' ' }) }],
  ['moonshot', 'kimi-k3', { reasoning_effort: 'medium' }, { reasoning_effort: 'max', thinking: { type: 'enabled', keep: 'all' } }],
  ['moonshot', 'kimi-k2-0905-preview', { temperature: 1.5 }, { temperature: 0.6, top_p: 1, messages: thought({}) }],
  ['zai', 'glm-4.6', { temperature: 1.01 }, { temperature: 0 }],
  ['zai', 'glm-4.6', { top_p: 0 }, { top_p: 0.01 }],
  ['zai', 'glm-4.6', { stop: ['a', 'b'] }, { stop: ['a'] }],
  ['zai', 'glm-4.6', { stop: 'a' }, {}],
  ['zai', 'glm-4.6', { tools, tool_choice: 'required' }, { tools, tool_choice: 'auto' }],
  ['zai', 'glm-4.6', { response_format: schema }, { response_format: { type: 'json_object' } }],
  ['zai', 'glm-4.6', { user_id: 'short' }, { user_id: 'longer' }],
  ['zai', 'glm-4.5v', { max_tokens: 16_385 }, { max_tokens: 16_384 }],
  ['zai', 'glm-4.6', { reasoning_effort: 'high' }, { thinking: { type: 'disabled' } }],
  ['zai', 'glm-5.3', { thinking: { type: 'disabled' } }, { thinking: { type: 'enabled' }, reasoning_effort: 'max' }],
  ['zai', 'glm-5.3', { reasoning_effort: 'medium' }, { reasoning_effort: 'low' }],
  ['alibaba', 'qwen-plus', { temperature: 2 }, { temperature: 1.99 }],
  ['alibaba', 'qwen-plus', { top_p: 0 }, { top_p: 1, top_k: 101 }],
  ['alibaba', 'qwen-plus', { seed: -1 }, { seed: 2_147_483_647 }],
  ['alibaba', 'qwen-plus', { tools: [] }, { tools }],
  ['alibaba', 'qwen-plus', { thinking_budget: 100, reasoning_effort: 'low' }, { thinking_budget: 100 }],
  ['alibaba', 'qwen3-32b', {}, { stream: true }],
  ['alibaba', 'qwen3-32b', {}, { enable_thinking: false }],
  ['alibaba', 'qwq-32b', {}, { stream: true }],
  ['minimax', 'MiniMax-M2', { temperature: 0 }, { temperature: 0.01 }],
  ['minimax', 'MiniMax-M2', { temperature: 1.1 }, { temperature: 1 }],
  ['minimax', 'MiniMax-M2', { n: 2 }, { presence_penalty: 5 }],
  ['minimax', 'MiniMax-M3', { thinking: { type: 'enabled' } }, { thinking: { type: 'adaptive' }, service_tier: 'standard' }],
  ['huggingface', 'a/b', { logprobs: true, top_logprobs: 6 }, { logprobs: true, top_logprobs: 5 }],
  ['huggingface', 'a/b', { stop: ['1', '2', '3', '4', '5'] }, { stop: ['1', '2', '3', '4'], top_k: 9 }],
  ['huggingface', 'a/b', { reasoning_effort: 'max' }, { reasoning_effort: 'xhigh' }],
  ['nvidia', 'meta/llama-3.3-70b-instruct', { temperature: 1.1 }, { temperature: 1, tools }],
  ['nvidia', 'meta/llama-3.3-70b-instruct', { top_p: 0 }, { top_p: 1, seed: 0 }],
  ['nvidia', 'meta/llama-3.3-70b-instruct', { seed: -1 }, {}],
  ['nvidia', 'google/gemma-2-27b-it', { tools }, { stop: ['a'], seed: 1 }],
  ['nvidia', 'google/codegemma-7b', { seed: 1 }, { stop: ['a'] }],
  ['nvidia', 'nvidia/nemotron-4-340b-instruct', { stop: ['a'] }, { temperature: 0.5 }],
  ['github-models', 'openai/gpt-4o', { temperature: 1.5 }, { temperature: 1 }],
  ['github-models', 'openai/gpt-4o', { modalities: ['smell'] }, { modalities: ['text'] }],
  ['vllm', 'm', { top_p: 0 }, { top_p: 1, top_k: 0 }],
  ['vllm', 'm', { repetition_penalty: 0 }, { repetition_penalty: 9, n: 200 }],
  ['vllm', 'm', { prompt_logprobs: 1, stream: true }, { prompt_logprobs: 1 }],
  ['sglang', 'm', { top_k: 0 }, { top_k: -1 }],
  ['sglang', 'm', { repetition_penalty: 2.1 }, { repetition_penalty: 2, temperature: 5 }],
  ['sglang', 'm', { regex: 'a', ebnf: 'b' }, { regex: 'a' }],
  ['sglang', 'm', { ebnf: 'a', response_format: schema }, { ebnf: 'a' }],
  ['llama-cpp', 'm', { n: 2 }, { repetition_penalty: 'ignored' }],
  ['llama-cpp', 'm', { grammar: 'a', tools }, { grammar: 'a' }],
  ['llama-cpp', 'm', { response_format: { type: 'python' } }, { response_format: schema }],
  ['lm-studio', 'm', { response_format: { type: 'json_object' } }, { response_format: schema }],
  ['text-generation-inference', 'tgi', { top_p: 1 }, { top_p: 0.99 }],
  ['text-generation-inference', 'tgi', { stop: 'a' }, { stop: ['a'] }],
  ['text-generation-inference', 'tgi', { seed: -1 }, { seed: 0 }],
  ['text-generation-inference', 'tgi', { presence_penalty: 0 }, { frequency_penalty: 0 }],
  ['text-generation-inference', 'tgi', { logit_bias: { '1': 1 } }, { n: 2 }],
  [
    'text-generation-inference',
    'tgi',
    { response_format: schema },
    { response_format: { type: 'json', value: { properties: { size: {} } } } },
  ],
  [
    'text-generation-inference',
    'tgi',
    { tools, response_format: { type: 'json', value: { properties: {} } } },
    { tools, response_format: undefined },
  ],
];

const completions: readonly Row[] = [
  ['vllm', 'm', { suffix: 'x' }, { prompt: [[1], [2]], echo: true }],
  ['vllm', 'm', { logprobs: 21 }, { logprobs: 20 }],
  ['sglang', 'm', { max_tokens: 0 }, { max_tokens: 1 }],
  ['llama-cpp', 'm', { best_of: 2 }, { echo: false }],
  ['llama-cpp', 'm', { echo: true }, { max_tokens: -1 }],
  ['lm-studio', 'm', { prompt: ['a', 'b'] }, {}],
  ['text-generation-inference', 'tgi', { suffix: 'x' }, { repetition_penalty: 1.1 }],
  ['text-generation-inference', 'tgi', { repetition_penalty: 0 }, {}],
];

const verdict = (slug: string, operation: 'chat' | 'completions', body: Body) =>
  judge(slug, operation, JSON.parse(JSON.stringify(body)))?.status ?? 200;

describe.each([
  ['chat', chat, { messages }],
  ['completions', completions, { prompt: 'hello' }],
] as const)('simulated labs and servers: %s', (operation, rows, content) => {
  it.each(rows)('judge of %s, %s refuses %j and accepts %j', (slug, model, refused, accepted) => {
    expect(systemOf(slug).slug).toBe(slug);
    expect(verdict(slug, operation, { model, ...content, ...refused })).toBeGreaterThanOrEqual(400);
    expect(verdict(slug, operation, { model, ...content, ...accepted })).toBe(200);
  });
});

describe('simulated labs and servers: the error of judge', () => {
  it.each<[string, Body]>([
    ['xai', { code: 'Client specified an invalid argument', error: expect.any(String) }],
    ['perplexity', { error: { code: 400, type: 'invalid_message' } }],
    ['zai', { error: { code: '1210' } }],
    ['minimax', { base_resp: { status_code: 2013 } }],
    ['huggingface', { error: expect.any(String) }],
    ['nvidia', { detail: expect.any(String), status: 400 }],
    ['vllm', { error: { code: 400, type: 'invalid_request_error' } }],
    ['sglang', { object: 'error', code: 400 }],
    ['llama-cpp', { error: { code: 400 } }],
    ['text-generation-inference', { error: expect.any(String), error_type: 'validation' }],
  ])('has the shape of %s', (slug, shape) => {
    expect(judge(slug, 'chat', { model: 'm', messages, temperature: 'hot' })?.body).toMatchObject(shape);
  });
});
