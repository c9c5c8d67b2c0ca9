// The judges of providers with short documents: of each documented limit one value that is refused, and one that is accepted.

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

/** Provider, operation, field, refused, accepted, and what else is in the body. */
type Row = readonly [slug: string, operation: Operation, field: string, bad: unknown, good: unknown, beside?: Record<string, unknown>];

const rows: readonly Row[] = [
  ['ai21', 'chat', 'max_tokens', 4097, 4096],
  ['ai21', 'chat', 'stream', true, false, { tools: look }],
  ['ai21', 'chat', 'tool_choice', 'auto', undefined, { tools: look }],
  ['ai21', 'chat', 'messages', says('developer'), says('system')],
  ['arcee', 'chat', 'stream_options', { include_usage: true }, undefined, { stream: true }],
  ['chutes', 'chat', 'seed', -1, 0],
  ['chutes', 'chat', 'n', 2, undefined],
  ['crusoe', 'chat', 'reasoning_effort', 'low', undefined],
  ['crusoe', 'chat', 'reasoning_effort', 'none', 'low', { model: 'openai/gpt-oss-120b' }],
  ['digitalocean', 'chat', 'max_tokens', 5, undefined],
  ['digitalocean', 'chat', 'temperature', 1.5, 1, { model: 'anthropic-claude-haiku-4.5' }],
  ['digitalocean', 'embeddings', 'user', 'ada', undefined],
  ['gmicloud', 'chat', 'response_format', { type: 'json_object' }, undefined],
  ['hetzner', 'chat', 'top_p', 0, 0.1],
  ['hetzner', 'chat', 'seed', 1, undefined],
  ['inception', 'chat', 'temperature', 0.4, 0.5],
  ['inception', 'chat', 'reasoning_effort', 'none', 'instant'],
  ['inception', 'chat', 'top_p', 0.5, undefined],
  ['inception', 'completions', 'top_k', 0, 1],
  ['inception', 'completions', 'temperature', 1, undefined],
  ['io-net', 'chat', 'reasoning', { effort: 'max' }, { effort: 'high' }],
  ['modelscope', 'chat', 'stream', false, true, { model: 'Qwen/Qwen3-30B-A3B-Thinking-2507' }],
  ['moonshotai-cn', 'chat', 'temperature', 1, undefined],
  ['moonshotai-cn', 'chat', 'thinking', { type: 'disabled' }, { type: 'enabled' }, { model: 'kimi-k2.7-code' }],
  ['moonshotai-cn', 'chat', 'thinking', { type: 'enabled' }, undefined, { model: 'kimi-k3' }],
  ['moonshotai-cn', 'chat', 'reasoning_effort', 'low', undefined, { model: 'kimi-k2.6' }],
  ['moonshotai-cn', 'chat', 'stop', ['a', 'b', 'c', 'd', 'e', 'f'], ['a', 'b', 'c', 'd', 'e']],
  ['morph', 'chat', 'tools', look, undefined],
  ['morph', 'chat', 'logprobs', true, undefined, { model: 'morph-v3-fast' }],
  ['nearai', 'chat', 'stop', 'a', ['a']],
  ['nearai', 'chat', 'reasoning_effort', 'low', undefined, { model: 'moonshotai/kimi-k2.6' }],
  ['nearai', 'chat', 'chat_template_kwargs', { enable_thinking: false }, { thinking: false }, { model: 'moonshotai/kimi-k2.6' }],
  ['ovhcloud', 'chat', 'top_logprobs', 6, 5, { logprobs: true }],
  ['ovhcloud', 'chat', 'frequency_penalty', 0.5, undefined],
];

describe('strict simulators: judge', () => {
  const named = rows.map((row) => ({ title: row.slice(0, 3).join(', '), values: JSON.stringify(row.slice(3, 5)).slice(0, 60), row }));

  it.each(named)('of $title refuses the first of $values', ({ row: [slug, operation, field, bad, good, beside = {}] }) => {
    const body = { ...smallest[operation], ...beside };
    const fine: unknown = JSON.parse(JSON.stringify({ ...body, [field]: good }));
    expect(judge(slug, operation, { ...body, [field]: bad })?.status).toBe(400);
    expect(judge(slug, operation, fine)).toBeNull();
  });

  it.each([
    [{ temperature: 1, top_p: 0.5 }, { temperature: 1 }],
    [{ reasoning: { effort: 'none' } }, { reasoning: { effort: 'minimal' } }],
    [{ tools: [], tool_choice: 'required' }, {}],
    [{ metadata: {} }, { store: false }],
  ])('refuses %j at Meta', (bad, good) => {
    const body = { model: 'muse-spark-1.2', input: 'hello' };
    expect(judge('meta/responses', 'chat', { ...body, ...bad })?.status).toBe(400);
    expect(judge('meta/responses', 'chat', { ...body, ...good })).toBeNull();
  });
});
