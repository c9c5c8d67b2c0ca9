// What each document accepts and refuses, case by case, and the errors it is refused with.

import { describe, expect, it } from 'vitest';

import { judge } from './judge.ts';
import type { Operation as AnyOperation } from './judge.ts';

type Operation = Exclude<AnyOperation, 'embeddings'>;

const messages = [{ role: 'user', content: 'hello' }];
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }];

/** The smallest body each operation accepts. */
const minimal: Record<Operation, Record<string, unknown>> = {
  chat: { model: 'some/model', messages },
  completions: { model: 'some/model', prompt: 'hello' },
};

/** The status of the minimal body with the extra fields; an undefined one is left out, as JSON does. */
function verdict(slug: string, operation: Operation, extra: Record<string, unknown>): number {
  const body: unknown = JSON.parse(JSON.stringify({ ...minimal[operation], ...extra }));
  return judge(slug, operation, body)?.status ?? 200;
}

/** Per system and operation: what its document accepts, and what it does not. */
const cases: readonly {
  slug: string;
  operation: Operation;
  base?: Record<string, unknown>;
  accepted: readonly Record<string, unknown>[];
  refused: readonly Record<string, unknown>[];
}[] = [
  {
    slug: 'tokensmind',
    operation: 'completions',
    accepted: [
      {},
      { temperature: 0 },
      { temperature: 2 },
      { top_p: 1 },
      { n: 1 },
      { n: 127 },
      { top_k: 2 },
      { best_of: 3, n: 2 },
      { best_of: 1 },
      { logprobs: 5 },
      { stop: ['a', 'b', 'c', 'd'] },
      { prompt: [1, 2] },
      { prompt: [[1], [2]] },
      { prompt: ['a', 'b'] },
      { stream: true, stream_options: { include_usage: true } },
    ],
    refused: [
      { prompt: undefined, messages },
      { temperature: 2.01 },
      { temperature: '1' },
      { temperature: null },
      { top_p: 0 },
      { n: 128 },
      { n: 1.5 },
      { top_k: 1 },
      { top_k: 128 },
      { frequency_penalty: 2 },
      { presence_penalty: -2 },
      { repetition_penalty: 0 },
      { repetition_penalty: 2 },
      { min_p: 1.1 },
      { best_of: 2, n: 2 },
      { best_of: 2, stream: true },
      { logprobs: 6 },
      { logprobs: true },
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      { logit_bias: { hello: 1 } },
      { logit_bias: { '1': 101 } },
      { stream_options: { include_usage: true } },
      { top_a: 0.5 },
      { echo: true },
      { user: 'me' },
      { prompt: [] },
    ],
  },
  {
    slug: 'openrouter',
    operation: 'chat',
    accepted: [
      { temperature: 0, top_p: 0, top_k: 0 },
      { repetition_penalty: 2 },
      { n: 7, surprise: true },
      { top_a: 1 },
      { logprobs: true, top_logprobs: 20 },
    ],
    refused: [
      { temperature: 2.1 },
      { top_k: -1 },
      { max_tokens: -1 },
      { top_logprobs: 3 },
      { min_p: -0.1 },
      { seed: 1.5 },
      { logit_bias: [] },
      { messages: [] },
    ],
  },
  {
    slug: 'novita',
    operation: 'chat',
    accepted: [
      { temperature: 0.01, top_p: 1, top_k: 127, n: 2 },
      { tools, tool_choice: 'auto' },
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } },
      { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://example.test/a.mp4' } }] }] },
    ],
    refused: [
      { n: 1 },
      { n: 128 },
      { temperature: 0 },
      { temperature: 2 },
      { top_p: 0 },
      { top_k: 1 },
      { frequency_penalty: -2 },
      { repetition_penalty: 2 },
      { top_a: 0.1 },
      { max_completion_tokens: 5 },
      { user: 'me' },
      { stream_options: { include_usage: true } },
      { top_logprobs: 2, logprobs: false },
      { response_format: { type: 'json_schema' } },
      { messages: [{ role: 'developer', content: 'be brief' }] },
      { messages: [{ role: 'user', content: 'hi', cache_control: {} }] },
      { messages: [{ role: 'user', content: [{ type: 'file', file: {} }] }] },
      { tools: [{ type: 'function', function: { name: 'two words' } }] },
    ],
  },
  {
    slug: 'completions-compatible',
    operation: 'completions',
    accepted: [{ frequency_penalty: 2, temperature: 2 }, { echo: true, user: 'me' }, { best_of: 2, n: 2 }, { logprobs: 20 }],
    refused: [
      { prompt: ['a', 'b'] },
      { top_k: 5 },
      { min_p: 0 },
      { suffix: 'x' },
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      { best_of: 1, n: 2 },
      { logprobs: true },
    ],
  },
  {
    slug: 'octoai',
    operation: 'completions',
    accepted: [
      { prompt: undefined },
      { best_of: 2, n: 2 },
      { peft: 'mine', ignore_eos: true, log_prompt: false, loglikelihood: true, suffix: '.', echo: true, user: 'me' },
      { logit_bias: { '50256': null } },
      { stop: 'end' },
      { stop: ['1', '2', '3', '4', '5'] },
    ],
    refused: [
      { best_of: 1, n: 2 },
      { top_k: 5 },
      { response_format: { type: 'json_object' } },
      { logprobs: true },
      { temperature: 'hot' },
      { logit_bias: { '1': -101 } },
    ],
  },
  {
    slug: 'openai',
    operation: 'chat',
    base: { model: 'gpt-4.1-nano' },
    accepted: [
      { n: 1, max_tokens: 5 },
      { stop: 'x' },
      { tools, parallel_tool_calls: false, tool_choice: 'required' },
      { messages: [{ role: 'developer', content: 'x' }] },
    ],
    refused: [
      { top_k: 5 },
      { min_p: 0.1 },
      { n: 0 },
      { n: 129 },
      { stop: [] },
      { tool_choice: 'auto' },
      { parallel_tool_calls: true },
      { tools, tool_choice: { type: 'function', function: { name: 'other' } } },
      { stream_options: { include_usage: true } },
      { top_logprobs: 1 },
      { reasoning_effort: 'low' },
      { messages: [{ role: 'user', content: null }] },
      { messages: [{ role: 'tool', content: 'x' }] },
      { messages: [{ role: 'user', content: 'x', reasoning: 'y' }] },
    ],
  },
  {
    slug: 'openai',
    operation: 'chat',
    base: { model: 'gpt-5-mini' },
    accepted: [
      {},
      { max_completion_tokens: 5, reasoning_effort: 'low' },
      { temperature: 1 },
      { model: 'gpt-5.2', reasoning_effort: 'none', temperature: 0.5 },
    ],
    refused: [
      { max_tokens: 5 },
      { temperature: 0.5 },
      { top_p: 1 },
      { logprobs: true },
      { stop: 'x' },
      { presence_penalty: 0 },
      { frequency_penalty: 0 },
      { logit_bias: {} },
      { model: 'o4-mini', max_tokens: 5 },
    ],
  },
  {
    slug: 'openai',
    operation: 'completions',
    base: { model: 'gpt-3.5-turbo-instruct' },
    accepted: [{ suffix: '.' }, { best_of: 2, n: 2 }, { logprobs: 5 }, { max_tokens: 0, echo: true }],
    refused: [{ best_of: 1, n: 2 }, { best_of: 2, stream: true }, { logprobs: 6 }, { tools }, { model: 'davinci-002', suffix: '.' }],
  },
  {
    slug: 'somebody-else',
    operation: 'chat',
    accepted: [{ top_k: -1, surprise: true }, { n: 1 }],
    refused: [{ temperature: 3 }, { max_tokens: '5' }, { messages: 'hello' }],
  },
];

describe.each(cases)('simulator rules: $slug, $operation', ({ slug, operation, base = {}, accepted, refused }) => {
  it.each(accepted)('accepts %j', (extra) => expect(verdict(slug, operation, { ...base, ...extra })).toBe(200));
  it.each(refused)('refuses %j', (extra) => expect(verdict(slug, operation, { ...base, ...extra })).toBe(400));
  it('refuses a request without a model', () => expect(verdict(slug, operation, { ...base, model: undefined })).toBe(400));
});

describe('simulator rules: the error of judge', () => {
  it("has OpenAI's shape at OpenAI", () => {
    const refusal = judge('openai', 'chat', { model: 'gpt-4.1', messages, top_k: 5 });
    expect(refusal?.body).toEqual({
      error: { message: "Unknown parameter: 'top_k'.", type: 'invalid_request_error', param: 'top_k', code: 'unknown_parameter' },
    });
  });

  it('has an integer code at OpenRouter and is flat at Novita', () => {
    expect(judge('openrouter', 'chat', { messages })?.body).toMatchObject({
      error: { code: 400, metadata: { error_type: 'invalid_request_error' } },
    });
    expect(judge('novita', 'chat', { model: 'm', messages, top_a: 1 })?.body).toMatchObject({ message: expect.stringContaining('top_a') });
  });

  it("is OpenAI's own for max_tokens of a reasoning model", () => {
    expect(judge('openai', 'chat', { model: 'gpt-5', messages, max_tokens: 9 })?.body).toEqual({
      error: {
        message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: 'unsupported_parameter',
      },
    });
  });
});

describe('simulator rules: judge', () => {
  it.each([
    ['novita', 'completions'],
    ['openrouter', 'completions'],
    ['tokensmind', 'chat'],
    ['completions-compatible', 'chat'],
    ['octoai', 'chat'],
  ] as const)('returns 404 at %s for %s', (slug, operation) => expect(verdict(slug, operation, {})).toBe(404));

  it('refuses OpenAI models at the wrong endpoint', () => {
    expect(verdict('openai', 'chat', { model: 'gpt-3.5-turbo-instruct' })).toBe(404);
    expect(verdict('openai', 'completions', { model: 'gpt-4.1' })).toBe(404);
  });

  it('refuses a body that is not an object', () => expect(judge('openai', 'chat', 'not json')?.status).toBe(400));
});
