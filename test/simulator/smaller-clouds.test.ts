// What the documents of the smaller clouds refuse, and the nearest value that they accept.

import { describe, expect, it } from 'vitest';

import { judge } from './judge.ts';

type Body = Record<string, unknown>;

const messages = [{ role: 'user', content: 'hello' }];
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };
const json = { type: 'json_object' };

/** System, what is refused, and what is not. */
const ROWS: readonly (readonly [slug: string, refused: Body, accepted: Body])[] = [
  ['poe', { seed: 1 }, { temperature: 2 }],
  ['poe', { response_format: json }, { tools, tool_choice: 'required' }],
  ['sakana', { temperature: 1 }, { reasoning_effort: 'xhigh' }],
  ['sarvam', { reasoning_effort: 'none' }, { reasoning_effort: null }],
  ['scaleway', { frequency_penalty: 1 }, { presence_penalty: 1 }],
  ['siliconflow-cn', { thinking_budget: 127 }, { thinking_budget: 128 }],
  ['stackit', { max_tokens: 5 }, { max_completion_tokens: 5 }],
  ['stepfun', { frequency_penalty: -0.1 }, { frequency_penalty: 1 }],
  ['stepfun', { top_p: 0 }, { top_p: 1 }],
  ['upstage', { top_p: 0.5 }, { reasoning_effort: 'max' }],
  ['venice', { seed: 0 }, { seed: 1 }],
  ['vercel', { response_format: json }, { response_format: schema }],
  ['volcengine', { n: 6 }, { n: 5, thinking: { type: 'auto' } }],
  ['vultr', { stop: 'a' }, { stop: ['a'] }],
  ['wandb', { seed: 1 }, { chat_template_kwargs: { enable_thinking: false } }],
  ['xiaomi', { temperature: 1.6 }, { temperature: 1.5 }],
  ['zhipuai', { stop: ['a', 'b'] }, { stop: ['a'] }],
];

describe('simulated smaller clouds: judge', () => {
  it.each(ROWS)('refuses at %s %j and accepts %j', (slug, refused, accepted) => {
    const body = { model: 'm', messages };
    expect(judge(slug, 'chat', { ...body, ...refused })?.status).toBe(400);
    expect(judge(slug, 'chat', { ...body, ...accepted })).toBeNull();
  });
});
