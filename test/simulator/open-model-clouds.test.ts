// The judges of the smaller clouds of open models: of each documented limit one value it refuses, and one it lets pass.

import { describe, expect, it } from 'vitest';

import { judge } from './judge.ts';
import type { Operation } from './judge.ts';

const smallest: Record<Operation, Record<string, unknown>> = {
  chat: { model: 'some-model', messages: [{ role: 'user', content: 'hello' }] },
  completions: { model: 'some-model', prompt: 'hello' },
  embeddings: { model: 'some-model', input: 'hello' },
};

const look = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const says = (role: string) => [{ role, content: 'hello' }];
const hybrid = { model: 'Qwen/Qwen3-32B' };
const base = { model: 'meta-llama/Meta-Llama-3.1-405B' };
const many = Array.from({ length: 33 }, () => 'hello');

/** Provider, operation, field, refused, accepted, and what else is in the body. */
type Row = readonly [slug: string, operation: Operation, field: string, bad: unknown, good: unknown, beside?: Record<string, unknown>];

const rows: readonly Row[] = [
  ['hyperbolic', 'chat', 'frequency_penalty', -0.1, 0],
  ['hyperbolic', 'chat', 'presence_penalty', 1.1, 1],
  ['hyperbolic', 'chat', 'logprobs', true, 5],
  ['hyperbolic', 'chat', 'min_p', 1.1, 1],
  ['hyperbolic', 'chat', 'stop', 'a', ['a']],
  ['hyperbolic', 'chat', 'tools', look, undefined],
  ['hyperbolic', 'chat', 'messages', says('developer'), says('system')],
  ['hyperbolic', 'completions', 'frequency_penalty', 2, 1, base],
  ['lambda', 'chat', 'temperature', 2.1, 2],
  ['lambda', 'completions', 'prompt', ['a'], 'a'],
  ['siliconflow', 'chat', 'thinking_budget', 127, 128, hybrid],
  ['siliconflow', 'chat', 'thinking_budget', 32_769, 32_768, { model: 'deepseek-ai/DeepSeek-R1' }],
  ['siliconflow', 'chat', 'thinking_budget', 4096, undefined],
  ['siliconflow', 'chat', 'enable_thinking', true, undefined],
  ['siliconflow', 'chat', 'enable_thinking', true, undefined, { model: 'deepseek-ai/DeepSeek-R1' }],
  ['siliconflow', 'chat', 'enable_thinking', 'on', false, hybrid],
  ['siliconflow', 'chat', 'min_p', 0.1, undefined],
  ['siliconflow', 'chat', 'min_p', 1.1, 0.1, hybrid],
  ['siliconflow', 'chat', 'stop', ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c', 'd']],
  ['siliconflow', 'chat', 'seed', 7, undefined],
  ['siliconflow', 'embeddings', 'input', many, many.slice(1)],
  ['siliconflow', 'embeddings', 'user', 'ada', undefined],
  ['featherless', 'chat', 'top_p', 0, 1],
  ['featherless', 'chat', 'top_k', 0, -1],
  ['featherless', 'chat', 'repetition_penalty', 0, 1.1],
  ['featherless', 'chat', 'stop', 'a', ['a', 'b', 'c', 'd', 'e']],
  ['featherless', 'completions', 'min_p', -0.1, 0],
  ['featherless', 'completions', 'best_of', 2, undefined],
  ['parasail', 'chat', 'top_p', 0, 0.01],
  ['parasail', 'chat', 'service_tier', 'auto', undefined],
  ['parasail', 'chat', 'repetition_penalty', 0, 2],
  ['parasail', 'completions', 'suffix', 'z', undefined],
  ['friendli', 'chat', 'top_p', 0, 1],
  ['friendli', 'chat', 'top_k', -1, 0],
  ['friendli', 'chat', 'stop', 'a', ['a']],
  ['friendli', 'chat', 'seed', 'x', [1, 2], { n: 2 }],
  ['friendli', 'chat', 'reasoning_budget', 0, 1],
  ['friendli', 'chat', 'response_format', { type: 'json_object' }, undefined, { tools: look }],
  ['friendli', 'chat', 'response_format', { type: 'grammar' }, { type: 'regex' }],
  ['friendli', 'chat', 'min_tokens', 5, undefined, { tools: look }],
  ['friendli', 'completions', 'max_total_tokens', 5, undefined, { max_tokens: 5 }],
  ['friendli', 'completions', 'prompt', [1, 2], 'a'],
  ['baseten', 'chat', 'reasoning_effort', 'none', 'low'],
  ['baseten', 'chat', 'logit_bias', { 5: 1 }, undefined],
  ['inference-net', 'chat', 'logprobs', true, undefined],
  ['inference-net', 'completions', 'echo', true, undefined],
];

describe('simulated open-model clouds: judge', () => {
  const named = rows.map((row) => ({
    title: `of ${row.slice(0, 3).join(', ')}`,
    values: JSON.stringify(row.slice(3, 5)).slice(0, 60),
    row,
  }));

  it.each(named)('$title: refuses the first of $values', ({ row: [slug, operation, field, bad, good, beside = {}] }) => {
    const body = { ...smallest[operation], ...beside };
    const without: unknown = JSON.parse(JSON.stringify({ ...body, [field]: good }));
    expect(judge(slug, operation, { ...body, [field]: bad })?.status).toBe(slug === 'friendli' ? 422 : 400);
    expect(judge(slug, operation, without)).toBeNull();
  });

  it('accepts completions of base models only at Hyperbolic, and chats of the others', () => {
    expect(judge('hyperbolic', 'chat', { ...smallest.chat, ...base })?.status).toBe(404);
    expect(judge('hyperbolic', 'completions', smallest.completions)?.status).toBe(404);
  });

  it.each([
    ['siliconflow', 'completions'],
    ['baseten', 'completions'],
    ['friendli', 'embeddings'],
  ] as const)('refuses at %s the operation %s', (slug, operation) => {
    expect(judge(slug, operation, smallest[operation])?.status).toBe(404);
  });
});

describe('simulated open-model clouds: the error of judge', () => {
  it.each([
    ['hyperbolic', { error: { param: 'temperature', type: 'invalid_request_error' } }],
    ['siliconflow', { error: { param: 'temperature' } }],
    ['friendli', { detail: [{ loc: ['body', 'temperature'] }] }],
    ['baseten', { error: { object: 'error', param: 'temperature' } }],
  ])('has the shape of %s', (slug, body) => {
    expect(judge(slug, 'chat', { ...smallest.chat, temperature: 3 })?.body).toMatchObject(body);
  });

  it('is a text at Baseten where no field is wrong', () => {
    expect(judge('baseten', 'chat', [])?.body).toEqual({ error: expect.any(String) });
  });
});
