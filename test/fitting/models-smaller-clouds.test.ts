/** Reasoning and limits at the smaller clouds, where the names on the wire differ: what each gets, and the report. */
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, sent } from './sent.ts';

/** Model, what was sent, what the upstream gets of it, the report. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

const OFF = { reasoning: { enabled: false } };

const ROWS: readonly Row[] = [
  ['@poe/GPT-4o', { n: 1, seed: 1, reasoning_effort: 'low' }, {}, 'seed dropped 1', 'reasoning_effort dropped "low"'],
  [
    '@sakana/fugu',
    { max_tokens: 5, temperature: 1, reasoning_effort: 'low' },
    { max_tokens: 5, reasoning_effort: 'high' },
    'temperature dropped 1',
    'reasoning_effort clamped "low" -> "high"',
  ],
  ['@sarvam/sarvam-105b', { reasoning_effort: 'none' }, { reasoning_effort: null }],
  ['@scaleway/qwen3.5-397b-a17b', OFF, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
  ['@scaleway/gpt-oss-120b', OFF, {}, 'reasoning.enabled dropped false'],
  ['@siliconflow-cn/Pro/deepseek-ai/DeepSeek-V3.2', OFF, { enable_thinking: false }],
  ['@stackit/Qwen/Qwen3.6-27B', { max_tokens: 5 }, { max_completion_tokens: 5 }],
  [
    '@stepfun/step-3.5-flash-2603',
    { reasoning_effort: 'medium' },
    { reasoning_effort: 'low' },
    'reasoning_effort clamped "medium" -> "low"',
  ],
  ['@upstage/solar-pro2', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "max" -> "high"'],
  ['@vercel/openai/gpt-5', { reasoning_effort: 'low' }, { reasoning: { effort: 'low' } }],
  ['@vercel/openai/gpt-5', { reasoning: { max_tokens: 2000 } }, { reasoning: { max_tokens: 2000 } }],
  ['@volcengine/doubao-seed-1-6-251015', OFF, { thinking: { type: 'disabled' } }],
  ['@wandb/google/gemma-4-31B-it', OFF, { chat_template_kwargs: { enable_thinking: false } }],
  ['@wandb/openai/gpt-oss-20b', OFF, {}, 'reasoning.enabled dropped false'],
  ['@xiaomi/mimo-v2.5-pro', { max_tokens: 5, ...OFF }, { max_completion_tokens: 5, thinking: { type: 'disabled' } }],
  ['@zhipuai/glm-5.3', OFF, {}, 'reasoning.enabled dropped false'],
];

it.each(ROWS.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('fit at smaller clouds: $model, $given', ({ row }) => {
  const [model, fields, gets, ...report] = row;
  const { body, adjustments } = sent('chat', model, fields);
  const { model: _, messages: _messages, ...rest } = body;
  expect(rest).toEqual(gets);
  expect(adjustments.map(line)).toEqual(report);
});
