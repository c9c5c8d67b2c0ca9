/** The odd cases of laboratories, hubs and self-hosted servers: what each provider or model gets for what was sent, and the whole report. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import { line, prepared, requestFor, sent } from './sent.ts';

/** Model, what was sent, what the upstream gets of it, the report. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const named = { type: 'function', function: { name: 'look' } };
const answer = { type: 'object', properties: { size: { type: 'integer' } } };
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: answer } };
const json = { type: 'json_object' };
const six = ['a', 'b', 'c', 'd', 'e', 'f'];
const enabled = { type: 'enabled' };
const disabled = { type: 'disabled' };

const OFF = { reasoning: { enabled: false } };
const ON = { reasoning: { enabled: true } };
const EFFORT = { reasoning: { effort: 'medium' } };
const BUDGET = { reasoning: { max_tokens: 2000 } };

function check(operation: TextOperation, rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent(operation, model, fields);
    const { model: _, messages: _messages, prompt: _prompt, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line)).toEqual(report);
  });
}

/** A schema at a provider that takes any JSON only. */
const TOLD = 'response_format emulated "json_schema" -> "json_object"';

describe('fit at labs and servers: DeepSeek', () => {
  check('chat', [
    ['@deepseek/deepseek-chat', ON, { thinking: enabled }],
    ['@deepseek/deepseek-chat', OFF, { thinking: disabled }],
    ['@deepseek/deepseek-chat', { reasoning_effort: 'none' }, { thinking: disabled }, 'reasoning_effort renamed "none" -> false'],
    ['@deepseek/deepseek-chat', { reasoning_effort: 'max' }, { thinking: enabled, reasoning_effort: 'max' }],
    ['@deepseek/deepseek-chat', { thinking: { type: 'adaptive' } }, { thinking: { type: 'adaptive' } }],
    ['@deepseek/deepseek-chat', { thinking: { type: 'on' } }, {}, 'thinking dropped'],
    ['@deepseek/deepseek-chat', { thinking: disabled, ...ON }, { thinking: enabled }, 'thinking dropped'],
    ['@deepseek/deepseek-chat', { response_format: schema }, { response_format: json }, TOLD],
    ['@deepseek/deepseek-chat', { top_k: 5, seed: 1 }, {}, 'top_k dropped 5', 'seed dropped 1'],
    ['@deepseek/deepseek-reasoner', { logprobs: true }, {}, 'logprobs dropped true'],
  ]);
});

describe('fit at labs and servers: xAI', () => {
  check('chat', [
    ['@xai/grok-4', { frequency_penalty: 0, presence_penalty: 0 }, {}],
    ['@xai/grok-4', { presence_penalty: 0.5 }, {}, 'presence_penalty dropped 0.5'],
    ['@xai/grok-3', { frequency_penalty: 0.5 }, {}, 'frequency_penalty dropped 0.5'],
    ['@xai/grok-2-1212', { frequency_penalty: 0.5 }, { frequency_penalty: 0.5 }],
    ['@xai/grok-4', { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
    ['@xai/grok-3', { stop: six }, { stop: six }],
    ['@xai/grok-3-mini', { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
    ['@xai/grok-4-fast-non-reasoning', { stop: six }, { stop: six }],
    ['@xai/grok-4', { max_tokens: 50 }, { max_completion_tokens: 50 }],
    ['@xai/grok-4', { logprobs: true, top_logprobs: 20 }, { logprobs: true, top_logprobs: 8 }, 'top_logprobs clamped 20 -> 8'],
    ['@xai/grok-4', { seed: 4_294_967_296 }, { seed: 2_147_483_647 }, 'seed clamped 4294967296 -> 2147483647'],
    ['@xai/grok-4', { reasoning_effort: 'high' }, {}, 'reasoning_effort dropped "high"'],
    ['@xai/grok-3-mini', { reasoning_effort: 'medium' }, { reasoning_effort: 'low' }, 'reasoning_effort clamped "medium" -> "low"'],
    ['@xai/grok-4.6', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'xhigh' }],
    ['@xai/grok-4.6', OFF, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
    ['@xai/grok-4', { logit_bias: { '1': 1 } }, {}, 'logit_bias dropped'],
  ]);
});

describe('fit at labs and servers: Perplexity', () => {
  check('chat', [
    ['@perplexity/sonar', { temperature: 2 }, { temperature: 1.99 }, 'temperature clamped 2 -> 1.99'],
    ['@perplexity/sonar', { top_k: 5000 }, { top_k: 2048 }, 'top_k clamped 5000 -> 2048'],
    ['@perplexity/sonar', { frequency_penalty: 0.5 }, {}, 'frequency_penalty dropped 0.5'],
    ['@perplexity/sonar', { response_format: json }, {}, 'response_format emulated "json_object"'],
    ['@perplexity/sonar', { response_format: schema }, { response_format: schema }],
    ['@perplexity/sonar', { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
    ['@perplexity/sonar', { tools, tool_choice: 'auto' }, {}, 'tools dropped'],
    ['@perplexity/sonar', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
    [
      '@perplexity/sonar-deep-research',
      { reasoning_effort: 'max' },
      { reasoning_effort: 'high' },
      'reasoning_effort clamped "max" -> "high"',
    ],
    ['@perplexity/sonar', { stream: true }, { stream: true }],
    [
      '@perplexity/sonar',
      { search_mode: 'academic', stream_mode: 'concise' },
      { search_mode: 'academic' },
      'stream_mode dropped "concise"',
    ],
  ]);

  it('gets a conversation in which roles take turns', () => {
    const messages = ['developer', 'user', 'user', 'assistant', 'user'].map((role, place) => ({ role, content: String(place) }));
    const { body, adjustments } = sent('chat', '@perplexity/sonar', { messages });
    expect(body['messages']).toEqual([
      { role: 'system', content: '0' },
      { role: 'user', content: '1\n\n2' },
      { role: 'assistant', content: '3' },
      { role: 'user', content: '4' },
    ]);
    expect(adjustments.map(line)).toEqual(['messages.role renamed "developer" -> "system"', 'messages emulated 5 -> 4']);
  });
});

describe('fit at labs and servers: Moonshot', () => {
  check('chat', [
    ['@moonshot/moonshot-v1-8k', { temperature: 1.5 }, { temperature: 1 }, 'temperature clamped 1.5 -> 1'],
    ['@moonshot/moonshot-v1-8k', { n: 2, temperature: 0 }, { temperature: 0 }, 'n emulated 2 -> 1'],
    ['@moonshot/moonshot-v1-8k', { stop: six }, { stop: six.slice(0, 5) }, 'stop emulated 6 -> 5'],
    ['@moonshot/moonshot-v1-8k', { response_format: schema }, { response_format: json }, TOLD],
    [
      '@moonshot/moonshot-v1-8k',
      { tools, tool_choice: 'required' },
      { tools, tool_choice: named },
      'tool_choice emulated "required" -> "look"',
    ],
    ['@moonshot/moonshot-v1-8k', { tools, tool_choice: named }, { tools, tool_choice: named }],
    ['@moonshot/moonshot-v1-8k', { seed: 1, top_k: 5 }, {}, 'seed dropped 1', 'top_k dropped 5'],
    ['@moonshot/moonshot-v1-8k', { user: 'ada', safety_identifier: 'x' }, { safety_identifier: 'x' }, 'user dropped "ada"'],
    ['@moonshot/kimi-k2-0905-preview', { temperature: 0.6, top_p: 0.5 }, { temperature: 0.6, top_p: 0.5 }],
    ['@moonshot/kimi-k2-0905-preview', { response_format: schema, ...ON }, { response_format: schema }, 'reasoning.enabled dropped true'],
    ['@moonshot/kimi-k2.5', { temperature: 0.6, top_p: 1 }, { top_p: 0.95 }, 'temperature dropped 0.6', 'top_p clamped 1 -> 0.95'],
    ['@moonshot/kimi-k2.6', { presence_penalty: 0.5, n: 2 }, {}, 'presence_penalty dropped 0.5', 'n emulated 2 -> 1'],
    ['@moonshot/kimi-k2.5', OFF, { thinking: disabled }],
    ['@moonshot/kimi-k2.5', EFFORT, { thinking: enabled }, 'reasoning.effort clamped "medium" -> "on"'],
    ['@moonshot/kimi-k3', EFFORT, { thinking: enabled, reasoning_effort: 'low' }, 'reasoning.effort clamped "medium" -> "low"'],
    [
      '@moonshot/kimi-k3',
      { reasoning_effort: 'xhigh' },
      { thinking: enabled, reasoning_effort: 'high' },
      'reasoning_effort clamped "xhigh" -> "high"',
    ],
    ['@moonshot/kimi-k2.6', { thinking: { type: 'enabled', keep: 'all' } }, { thinking: { type: 'enabled', keep: 'all' } }],
  ]);

  const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];
  const asked = [{ role: 'user', content: 'Hi' }];
  const called = { role: 'assistant', content: null, tool_calls: calls };

  it.each<[string, JsonObject, string[]]>([
    ['kimi-k2.5', { ...called, reasoning_content: ' ' }, ['messages.reasoning_content defaulted -> " "']],
    ['kimi-k2-thinking', { ...called, reasoning_content: ' ' }, ['messages.reasoning_content defaulted -> " "']],
    ['kimi-k2-0905-preview', called, []],
    ['moonshot-v1-8k', called, []],
  ])('%s gets thinking beside calls of tools where it wants it', (model, message, report) => {
    const result = { role: 'tool', content: 'found', tool_call_id: 'call_1' };
    const { body, adjustments } = sent('chat', `@moonshot/${model}`, { messages: [...asked, called, result] });
    expect(body['messages']).toEqual([...asked, message, result]);
    expect(adjustments.map(line)).toEqual(report);
  });

  it('gets pictures as bytes, and its own names of files as they are', () => {
    const picture = (url: string) => ({ type: 'image_url', image_url: { url } });
    const content = [picture('https://a.example/b.png'), picture('ms://file-1')];
    const { body } = sent('chat', '@moonshot/kimi-k2.5', { messages: [{ role: 'user', content }] });
    expect(body['messages']).toEqual([
      { role: 'user', content: [picture('data:image/png;base64,FetchedWhenSent'), picture('ms://file-1')] },
    ]);
  });
});

describe('fit at labs and servers: Z.ai', () => {
  check('chat', [
    [
      '@zai/glm-4.6',
      { temperature: 2, top_p: 0 },
      { temperature: 1, top_p: 0.01 },
      'temperature clamped 2 -> 1',
      'top_p clamped 0 -> 0.01',
    ],
    ['@zai/glm-4.6', { stop: ['a', 'b'] }, { stop: ['a'] }, 'stop emulated 2 -> 1'],
    ['@zai/glm-4.6', { tools, tool_choice: 'required' }, { tools }, 'tool_choice dropped "required"'],
    ['@zai/glm-4.6', { response_format: schema }, { response_format: json }, TOLD],
    ['@zai/glm-4.6', { response_format: json }, { response_format: json }],
    ['@zai/glm-4.5v', { max_tokens: 20_000 }, { max_tokens: 16_384 }, 'max_tokens clamped 20000 -> 16384'],
    ['@zai/glm-4.5', { max_completion_tokens: 200_000 }, { max_tokens: 98_304 }, 'max_completion_tokens clamped 200000 -> 98304'],
    ['@zai/glm-4.6', { user: 'ada' }, {}, 'user dropped "ada"'],
    ['@zai/glm-4.6', { user_id: 'ada-lovelace' }, { user_id: 'ada-lovelace' }],
    ['@zai/glm-4.6', { reasoning_effort: 'high' }, { thinking: enabled }, 'reasoning_effort clamped "high" -> "on"'],
    ['@zai/glm-4.6', OFF, { thinking: disabled }],
    ['@zai/glm-5.3', OFF, {}, 'reasoning.enabled dropped false'],
    ['@zai/glm-5.3', { thinking: disabled }, {}, 'thinking dropped'],
    ['@zai/glm-5.3', EFFORT, { thinking: enabled, reasoning_effort: 'low' }, 'reasoning.effort clamped "medium" -> "low"'],
    ['@zai/glm-4-plus', ON, {}, 'reasoning.enabled dropped true'],
    ['@zai/glm-4.6', { stream: true }, { stream: true }],
  ]);
});

describe('fit at labs and servers: Alibaba', () => {
  const streamed = { stream: true, stream_options: { include_usage: true } };
  check('chat', [
    ['@alibaba/qwen-plus', { temperature: 2 }, { temperature: 1.99 }, 'temperature clamped 2 -> 1.99'],
    ['@alibaba/qwen-plus', { top_p: 0 }, { top_p: 0.01 }, 'top_p clamped 0 -> 0.01'],
    ['@alibaba/qwen-plus', { top_k: 0 }, {}],
    ['@alibaba/qwen-plus', { frequency_penalty: 1, presence_penalty: 1 }, { presence_penalty: 1 }, 'frequency_penalty dropped 1'],
    ['@alibaba/qwen-plus', { repetition_penalty: 0 }, { repetition_penalty: 0.01 }, 'repetition_penalty clamped 0 -> 0.01'],
    ['@alibaba/qwen-plus', { seed: -5 }, { seed: 0 }, 'seed clamped -5 -> 0'],
    [
      '@alibaba/qwen-plus',
      { n: 2, seed: 3_000_000_000 },
      { seed: 2_147_483_646 },
      'seed clamped 3000000000 -> 2147483647',
      'n emulated 2 -> 1',
      'seed emulated 3000000000 -> "2147483646 to 2147483647"',
    ],
    ['@alibaba/qwen-plus', { tools, tool_choice: 'required' }, { tools, tool_choice: named }, 'tool_choice emulated "required" -> "look"'],
    ['@alibaba/qwen-plus', { tools: [] }, {}],
    ['@alibaba/qwen-plus', OFF, { enable_thinking: false }],
    ['@alibaba/qwen-plus', BUDGET, { enable_thinking: true, thinking_budget: 2000 }],
    [
      '@alibaba/qwen-plus',
      { max_tokens: 4000, ...EFFORT },
      { max_tokens: 4000, enable_thinking: true, thinking_budget: 2000 },
      'reasoning.effort renamed "medium" -> 2000',
    ],
    [
      '@alibaba/qwen-plus',
      { enable_thinking: false, ...BUDGET },
      { enable_thinking: true, thinking_budget: 2000 },
      'enable_thinking dropped false',
    ],
    ['@alibaba/qwen3-coder-plus', ON, {}, 'reasoning.enabled dropped true'],
    ['@alibaba/qwen3-32b', {}, streamed, 'stream emulated'],
    ['@alibaba/qwen3-32b', { stream: true }, streamed],
    ['@alibaba/qwq-plus', OFF, streamed, 'reasoning.enabled dropped false', 'stream emulated'],
    ['@alibaba/qwen3-235b-a22b-thinking-2507', {}, streamed, 'stream emulated'],
    ['@alibaba/qwen3-235b-a22b-instruct-2507', {}, {}],
  ]);
});

describe('fit at labs and servers: MiniMax', () => {
  const split = { reasoning_split: true };
  const told = 'reasoning_split defaulted -> true';
  check('chat', [
    ['@minimax/MiniMax-M3', { temperature: 0 }, { temperature: 0.01, ...split }, 'temperature clamped 0 -> 0.01', told],
    ['@minimax/MiniMax-M3', { temperature: 2 }, { temperature: 1, ...split }, 'temperature clamped 2 -> 1', told],
    ['@minimax/MiniMax-M3', ON, { thinking: { type: 'adaptive' }, ...split }, told],
    ['@minimax/MiniMax-M3', { reasoning_split: false }, { reasoning_split: false }],
    ['@minimax/MiniMax-M2', ON, split, 'reasoning.enabled dropped true', told],
    ['@minimax/MiniMax-M3', { service_tier: 'default' }, { service_tier: 'standard', ...split }, told],
    [
      '@minimax/MiniMax-M3',
      { presence_penalty: 1, logit_bias: { '1': 1 } },
      split,
      'presence_penalty dropped 1',
      'logit_bias dropped',
      told,
    ],
    ['@minimax/MiniMax-Text-01', {}, {}],
  ]);
});

describe('fit at labs and servers: hubs of many models', () => {
  check('chat', [
    ['@huggingface/a/b', { logprobs: true, top_logprobs: 20 }, { logprobs: true, top_logprobs: 5 }, 'top_logprobs clamped 20 -> 5'],
    ['@huggingface/a/b', { reasoning_effort: 'max' }, { reasoning_effort: 'xhigh' }, 'reasoning_effort clamped "max" -> "xhigh"'],
    ['@huggingface/a/b', { top_k: 5 }, {}, 'top_k dropped 5'],
    [
      '@nvidia/meta/x',
      { temperature: 2, top_p: 0 },
      { temperature: 1, top_p: 0.01 },
      'temperature clamped 2 -> 1',
      'top_p clamped 0 -> 0.01',
    ],
    ['@nvidia/meta/x', { seed: -1 }, { seed: 0 }, 'seed clamped -1 -> 0'],
    ['@nvidia/meta/x', { tools, response_format: json }, { tools, response_format: json }],
    ['@nvidia/google/gemma-2-9b-it', { tools, seed: 1 }, { seed: 1 }, 'tools dropped'],
    ['@nvidia/google/codegemma-7b', { seed: 1, stop: ['a'] }, { stop: ['a'] }, 'seed dropped 1'],
    ['@nvidia/nvidia/nemotron-4-340b-instruct', { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
    ['@nvidia/meta/llama-3.2-90b-vision-instruct', { stream: true }, { stream: true }],
    ['@github-models/openai/gpt-4o', { temperature: 2 }, { temperature: 1 }, 'temperature clamped 2 -> 1'],
    ['@github-models/openai/gpt-4o', { max_completion_tokens: 9 }, { max_tokens: 9 }],
    ['@github-models/openai/o4-mini', { max_tokens: 9, temperature: 0.5 }, { max_completion_tokens: 9 }, 'temperature dropped 0.5'],
    ['@github-models/openai/gpt-5-chat', { temperature: 0.5 }, { temperature: 0.5 }],
  ]);

  it('GitHub Models is asked at its own path, with the version of its interface', () => {
    const [part] = prepared(requestFor('chat', '@github-models/openai/gpt-4o')).parts;
    expect(part?.call).toMatchObject({
      url: 'https://github-models.example/inference/chat/completions',
      headers: { 'x-github-api-version': '2022-11-28' },
    });
  });
});

describe('fit at labs and servers: self-hosted servers', () => {
  check('chat', [
    ['@vllm/m', BUDGET, { thinking_token_budget: 2000 }],
    ['@vllm/m', { top_k: 0 }, { top_k: 0 }],
    ['@sglang/m', { top_k: 0 }, {}],
    [
      '@sglang/m',
      { repetition_penalty: 0, temperature: 2 },
      { repetition_penalty: 0.01, temperature: 2 },
      'repetition_penalty clamped 0 -> 0.01',
    ],
    ['@sglang/m', { regex: 'a', ebnf: 'b' }, { ebnf: 'b' }, 'regex dropped "a"'],
    ['@sglang/m', { regex: 'a', response_format: schema }, { response_format: schema }, 'regex dropped "a"'],
    ['@lm-studio/m', { repetition_penalty: 1.1 }, { repeat_penalty: 1.1 }],
    ['@lm-studio/m', { response_format: json }, {}, 'response_format emulated "json_object"'],
    ['@lm-studio/m', { tools, tool_choice: named }, { tools, tool_choice: 'required' }, 'tool_choice emulated "look" -> "required"'],
    ['@text-generation-inference/tgi', { top_p: 1, presence_penalty: 0 }, {}],
    ['@text-generation-inference/tgi', { top_p: 0.995 }, { top_p: 0.995 }],
    ['@text-generation-inference/tgi', { presence_penalty: 0.5 }, {}, 'presence_penalty dropped 0.5'],
    ['@text-generation-inference/tgi', { seed: -3 }, { seed: 0 }, 'seed clamped -3 -> 0'],
    ['@text-generation-inference/tgi', { stop: 'a' }, { stop: ['a'] }],
    ['@text-generation-inference/tgi', { max_completion_tokens: 9 }, { max_tokens: 9 }],
    ['@text-generation-inference/tgi', { logit_bias: { '1': 1 } }, {}, 'logit_bias dropped'],
    [
      '@text-generation-inference/tgi',
      { response_format: schema },
      { response_format: { type: 'json', value: answer } },
      'response_format renamed "json_schema" -> "json"',
    ],
    ['@text-generation-inference/tgi', { response_format: schema, tools }, { tools }, 'response_format dropped'],
    ['@text-generation-inference/tgi', { response_format: json }, {}, 'response_format emulated "json_object"'],
  ]);

  describe('text completions', () => {
    check('completions', [
      ['@sglang/m', { max_tokens: 0 }, { max_tokens: 1 }, 'max_tokens clamped 0 -> 1'],
      ['@lm-studio/m', { echo: true, repetition_penalty: 1.1 }, { repeat_penalty: 1.1 }, 'echo emulated'],
      ['@text-generation-inference/tgi', { repetition_penalty: 1.1, suffix: 'x' }, { repetition_penalty: 1.1 }, 'suffix dropped "x"'],
      ['@nvidia/bigcode/starcoder2-15b', { temperature: 2 }, { temperature: 1 }, 'temperature clamped 2 -> 1'],
    ]);
  });
});
