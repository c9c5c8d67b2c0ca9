// The judges of the clouds that serve open models: of each documented limit one value it refuses, and one it lets pass.

import { describe, expect, it } from 'vitest';

import { judge } from './judge.ts';
import type { Operation } from './judge.ts';

const smallest: Record<Operation, Record<string, unknown>> = {
  chat: { model: 'some-model', messages: [{ role: 'user', content: 'hello' }] },
  completions: { model: 'some-model', prompt: 'hello' },
  embeddings: { model: 'some-model', input: 'hello' },
};

const look = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const many = Array.from({ length: 129 }, (_, place) => ({ type: 'function', function: { name: `look_${place}` } }));
const said = (message: Record<string, unknown>) => [{ role: 'user', content: 'hello', ...message }];
const picture = (url: string) => [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];

/** Provider, operation, field, refused, accepted, and what else is in the body. */
type Row = readonly [slug: string, operation: Operation, field: string, bad: unknown, good: unknown, beside?: Record<string, unknown>];

const rows: readonly Row[] = [
  ['groq', 'chat', 'n', 2, 1],
  ['groq', 'chat', 'logprobs', true, undefined],
  ['groq', 'chat', 'top_logprobs', 2, undefined],
  ['groq', 'chat', 'logit_bias', { 1: 1 }, undefined],
  ['groq', 'chat', 'top_k', 5, undefined],
  ['groq', 'chat', 'temperature', 2.1, 0],
  ['groq', 'chat', 'stop', ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd']],
  ['groq', 'chat', 'messages', said({ name: 'ada' }), said({})],
  ['groq', 'chat', 'messages', [{ role: 'assistant', content: 'Hi', refusal: null }], [{ role: 'assistant', content: 'Hi' }]],
  ['groq', 'chat', 'tools', many, look],
  ['groq', 'chat', 'service_tier', 'priority', 'flex'],
  ['groq', 'chat', 'reasoning_format', 'raw', undefined, { include_reasoning: true }],
  ['groq', 'chat', 'reasoning_effort', 'low', 'default', { model: 'qwen/qwen3-32b' }],
  ['groq', 'chat', 'reasoning_effort', 'none', 'low', { model: 'openai/gpt-oss-20b' }],
  ['groq', 'chat', 'reasoning_effort', 'low', undefined, { model: 'llama-3.1-8b-instant' }],
  [
    'groq',
    'chat',
    'response_format',
    { type: 'json_schema', json_schema: { name: 'a', schema: {} } },
    { type: 'json_object' },
    { model: 'llama-3.3-70b-versatile' },
  ],
  ['together', 'chat', 'logprobs', true, 20],
  ['together', 'chat', 'stop', 'a', ['a']],
  ['together', 'chat', 'n', 129, 128],
  ['together', 'chat', 'reasoning', { effort: 'low' }, { enabled: false }],
  ['together', 'chat', 'reasoning_effort', 'none', 'low'],
  ['together', 'completions', 'prompt', ['a', 'b'], 'a'],
  ['together', 'completions', 'logprobs', 21, 20],
  ['together', 'embeddings', 'dimensions', 8, undefined],
  ['fireworks', 'chat', 'top_k', 101, 100],
  ['fireworks', 'chat', 'top_logprobs', 6, 5, { logprobs: true }],
  ['fireworks', 'chat', 'thinking', { type: 'enabled', budget_tokens: 1000 }, { type: 'enabled', budget_tokens: 1024 }],
  ['fireworks', 'chat', 'reasoning_effort', 500, 'low', { model: 'accounts/fireworks/models/gpt-oss-20b' }],
  ['fireworks', 'chat', 'top_a', 0.5, undefined],
  ['fireworks', 'completions', 'logprobs', 6, 5],
  ['fireworks', 'completions', 'best_of', 2, undefined],
  ['deepinfra', 'chat', 'seed', -1, 0],
  ['deepinfra', 'chat', 'max_tokens', 1_000_001, 1_000_000],
  ['deepinfra', 'chat', 'top_logprobs', 0, 1, { logprobs: true }],
  ['deepinfra', 'chat', 'tool_choice', 'required', 'auto', { tools: look }],
  ['deepinfra', 'completions', 'prompt', [1, 2], 'a'],
  ['cerebras', 'chat', 'top_k', 5, undefined],
  ['cerebras', 'chat', 'reasoning_effort', 'none', 'low', { model: 'gpt-oss-120b' }],
  ['cerebras', 'chat', 'repetition_penalty', 1.1, undefined],
  ['cerebras', 'chat', 'prompt_cache_key', 'a'.repeat(1025), 'a'.repeat(1024)],
  [
    'cerebras',
    'chat',
    'messages',
    [{ role: 'assistant', content: 'Hi', reasoning_content: 'hm' }],
    [{ role: 'assistant', content: 'Hi', reasoning: 'hm' }],
  ],
  ['cerebras', 'completions', 'best_of', 2, 3, { n: 2 }],
  ['cerebras', 'completions', 'best_of', 3, undefined, { stream: true }],
  ['cerebras', 'completions', 'suffix', 'x', undefined],
  ['sambanova', 'chat', 'top_k', 0, 100],
  ['sambanova', 'chat', 'top_k', 101, 1],
  ['sambanova', 'chat', 'response_format', { type: 'text' }, { type: 'json_object' }],
  ['sambanova', 'chat', 'messages', picture('https://a.example/b.png'), picture('data:image/png;base64,AA==')],
  ['sambanova', 'chat', 'tools', many, look],
  ['sambanova', 'completions', 'temperature', 1.1, 1],
  ['nebius', 'chat', 'logprobs', 2, true],
  ['nebius', 'completions', 'logprobs', true, 2],
  ['nebius', 'chat', 'service_tier', 'flex', 'auto'],
];

describe('simulated inference clouds: judge', () => {
  const named = rows.map((row) => ({
    title: `of ${row.slice(0, 3).join(', ')}`,
    values: JSON.stringify(row.slice(3, 5)).slice(0, 60),
    row,
  }));

  it.each(named)('$title: refuses the first of $values', ({ row: [slug, operation, field, bad, good, beside = {}] }) => {
    const body = { ...smallest[operation], ...beside };
    const without: unknown = JSON.parse(JSON.stringify({ ...body, [field]: good }));
    expect(judge(slug, operation, { ...body, [field]: bad })?.status).toBe(400);
    expect(judge(slug, operation, without)).toBeNull();
  });

  it('refuses completions at Groq and embeddings at Cerebras', () => {
    expect(judge('groq', 'completions', smallest.completions)?.status).toBe(404);
    expect(judge('cerebras', 'embeddings', smallest.embeddings)?.status).toBe(404);
  });
});

describe('simulated inference clouds: the error of judge', () => {
  it.each([
    ['groq', { error: { param: 'temperature', type: 'invalid_request_error' } }],
    ['together', { error: { param: 'temperature' } }],
    ['fireworks', { error: { object: 'error', param: 'temperature' } }],
    ['deepinfra', { detail: [{ loc: ['body', 'temperature'] }] }],
    ['cerebras', { type: 'invalid_request_error', param: 'temperature' }],
    ['sambanova', { error: { param: 'temperature' } }],
  ])('has the shape of %s', (slug, body) => {
    expect(judge(slug, 'chat', { ...smallest.chat, temperature: 3 })?.body).toMatchObject(body);
  });
});
