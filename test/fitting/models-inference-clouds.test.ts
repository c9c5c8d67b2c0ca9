/** Clouds that serve open models, where their documents differ from the format or their models from each other: one row for each. */
import { describe, expect, it } from 'vitest';
import { operationFor } from '../../src/registry/operation.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import { line, providerOf, sent } from './sent.ts';

/** Model, request, what is sent of it, what is reported. */
type Row = readonly [model: string, asked: JsonObject, sent: JsonObject, ...told: string[]];

function check(operation: TextOperation, rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, asked, expected, ...told] = row;
    const { body, adjustments } = sent(operation, model, asked);
    const { model: _model, messages: _messages, prompt: _prompt, ...parameters } = body;
    expect(parameters).toEqual(expected);
    expect(adjustments.map(line)).toEqual(told);
  });
}

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };
const TEMPLATE = (isOn: boolean) => ({ chat_template_kwargs: { enable_thinking: isOn } });

describe('fit at inference clouds: Groq', () => {
  check('chat', [
    ['@groq/x', { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ['@groq/x', { frequency_penalty: 1, logit_bias: { 5: 1 } }, {}, 'frequency_penalty dropped 1', 'logit_bias dropped'],
    ['@groq/x', { n: 3, top_k: 40 }, {}, 'top_k dropped 40', 'n emulated 3 -> 1'],
    ['@groq/x', { service_tier: 'flex', user: 'ada' }, { service_tier: 'flex', user: 'ada' }],
    ['@groq/x', { service_tier: 'default' }, { service_tier: 'on_demand' }],
    ['@groq/x', { service_tier: 'priority' }, {}, 'service_tier dropped "priority"'],
    ['@groq/openai/gpt-oss-120b', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
    ['@groq/openai/gpt-oss-120b', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "max" -> "high"'],
    ['@groq/openai/gpt-oss-120b', { response_format: schema }, { response_format: schema }],
    ['@groq/openai/gpt-oss-120b', { response_format: schema, tools }, { tools }, 'response_format dropped'],
    ['@groq/llama-3.3-70b-versatile', { response_format: { type: 'json_object' }, tools }, { tools }, 'response_format dropped'],
    ['@groq/llama-3.3-70b-versatile', { response_format: { type: 'text' }, tools }, { tools }],
    ['@groq/qwen/qwen3.8-27b', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
    ['@groq/llama-3.3-70b-versatile', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
    ['@groq/moonshotai/kimi-k2-instruct-0905', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
    ['@groq/meta-llama/llama-4-scout-17b-16e-instruct', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
  ]);

  it('takes no JSON schema on Llama 3', () => {
    const { body, adjustments } = sent('chat', '@groq/llama-3.3-70b-versatile', { response_format: schema });
    expect(body).not.toHaveProperty('response_format.json_schema');
    expect(adjustments.map(({ param }) => param)).toEqual(['response_format']);
  });
});

describe('fit at inference clouds: Together', () => {
  check('chat', [
    ['@together/x', { reasoning: { enabled: true } }, { reasoning: { enabled: true } }],
    ['@together/x', { reasoning: { enabled: false } }, { reasoning: { enabled: false } }],
    ['@together/x', { reasoning_effort: 'low' }, { reasoning: { enabled: true }, reasoning_effort: 'low' }],
    ['@together/openai/gpt-oss-20b', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
    ['@together/openai/gpt-oss-20b', { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
    ['@together/x', { stop: 'a', user: 'ada' }, { stop: ['a'] }, 'user dropped "ada"'],
    ['@together/x', { max_completion_tokens: 5 }, { max_tokens: 5 }],
  ]);
  check('completions', [
    ['@together/x', { max_tokens: 0 }, { max_tokens: 1 }, 'max_tokens clamped 0 -> 1'],
    ['@together/x', { suffix: 'z', logprobs: 20 }, { logprobs: 20 }, 'suffix dropped "z"'],
  ]);
});

describe('fit at inference clouds: roles and reasoning in messages', () => {
  it.each(['together', 'cerebras', 'deepinfra', 'sambanova', 'nebius', 'novita'])('%s has no developer', (slug) => {
    const { body, adjustments } = sent('chat', `@${slug}/x`, { messages: [{ role: 'developer', content: 'Be brief.' }] });
    expect(body['messages']).toEqual([{ role: 'system', content: 'Be brief.' }]);
    expect(adjustments.map(line)).toEqual(['messages.role renamed "developer" -> "system"']);
  });

  it('Together has no field for earlier reasoning', () => {
    const { body, adjustments } = sent('chat', '@together/x', { messages: [{ role: 'assistant', content: 'Hello', reasoning: 'hm' }] });
    expect(body['messages']).toEqual([{ role: 'assistant', content: 'Hello' }]);
    expect(adjustments.map(line)).toEqual(['messages.reasoning dropped']);
  });
});

describe('fit at inference clouds: Fireworks', () => {
  check('chat', [
    ['@fireworks/x', { top_k: 500 }, { top_k: 100 }, 'top_k clamped 500 -> 100'],
    ['@fireworks/x', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, 'reasoning_effort clamped "minimal" -> "low"'],
    ['@fireworks/x', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "xhigh" -> "high"'],
    ['@fireworks/x', { reasoning: { enabled: false } }, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
    [
      '@fireworks/x',
      { reasoning: { max_tokens: 2000 }, max_tokens: 4000 },
      { max_tokens: 4000, reasoning_effort: 'medium' },
      'reasoning.max_tokens renamed 2000 -> "medium"',
    ],
    ['@fireworks/accounts/fireworks/models/gpt-oss-20b', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
    ['@fireworks/x', { thinking: { type: 'enabled' } }, { thinking: { type: 'enabled' } }],
    ['@fireworks/x', { thinking: { type: 'enabled' }, reasoning_effort: 'low' }, { reasoning_effort: 'low' }, 'thinking dropped'],
    ['@fireworks/x', { response_format: { type: 'grammar', grammar: 'root' } }, { response_format: { type: 'grammar', grammar: 'root' } }],
  ]);
});

describe('fit at inference clouds: DeepInfra', () => {
  check('chat', [
    ['@deepinfra/x', { top_k: 0, max_tokens: 2_000_000 }, { top_k: 0, max_tokens: 1_000_000 }, 'max_tokens clamped 2000000 -> 1000000'],
    ['@deepinfra/x', { reasoning: { enabled: false } }, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
    ['@deepinfra/x', { parallel_tool_calls: false, tools }, { tools }, 'parallel_tool_calls dropped false'],
  ]);
  check('completions', [
    ['@deepinfra/x', { max_completion_tokens: 2_000_000 }, { max_tokens: 1_000_000 }, 'max_completion_tokens clamped 2000000 -> 1000000'],
  ]);
});

describe('fit at inference clouds: Cerebras', () => {
  check('chat', [
    ['@cerebras/x', { max_tokens: 5 }, { max_completion_tokens: 5 }],
    ['@cerebras/x', { top_k: 5, min_p: 0.1 }, {}, 'top_k dropped 5', 'min_p dropped 0.1'],
    ['@cerebras/x', { reasoning: { enabled: false } }, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
    ['@cerebras/llama3.1-8b', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
    ['@cerebras/gpt-oss-120b', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
  ]);

  it('gets earlier reasoning under its own name', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello', reasoning_content: 'a greeting' },
      { role: 'user', content: 'Bye' },
    ];
    const { body } = sent('chat', '@cerebras/x', { messages });
    expect(body['messages']).toMatchObject([{}, { reasoning: 'a greeting' }, {}]);
    expect(JSON.stringify(body)).not.toContain('reasoning_content');
  });
});

describe('fit at inference clouds: SambaNova', () => {
  check('chat', [
    ['@sambanova/x', { top_k: 0 }, {}],
    ['@sambanova/x', { top_k: 500 }, { top_k: 100 }, 'top_k clamped 500 -> 100'],
    ['@sambanova/x', { frequency_penalty: 1, seed: -4 }, {}, 'frequency_penalty dropped 1', 'seed dropped -4'],
    ['@sambanova/x', { n: 2 }, {}, 'n emulated 2 -> 1'],
    ['@sambanova/x', { response_format: { type: 'text' } }, {}],
    ['@sambanova/DeepSeek-V3.1', { reasoning: { enabled: true } }, TEMPLATE(true)],
    ['@sambanova/Qwen3-32B', { reasoning_effort: 'none' }, TEMPLATE(false), 'reasoning_effort renamed "none" -> false'],
    ['@sambanova/Qwen3-32B', { reasoning_effort: 'high' }, TEMPLATE(true), 'reasoning_effort clamped "high" -> "on"'],
    ['@sambanova/gpt-oss-120b', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "xhigh" -> "high"'],
    ['@sambanova/Meta-Llama-3.3-70B-Instruct', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
  ]);
  check('completions', [
    ['@sambanova/x', { temperature: 1.5 }, { temperature: 1 }, 'temperature clamped 1.5 -> 1'],
    ['@sambanova/x', { logprobs: 2 }, {}, 'logprobs dropped 2'],
  ]);

  it('gets pictures as bytes', () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }];
    const { body } = sent('chat', '@sambanova/x', { messages: [{ role: 'user', content }] });
    expect(JSON.stringify(body)).toContain('data:');
    expect(JSON.stringify(body)).not.toContain('https://a.example');
  });
});

describe('fit at inference clouds: Nebius', () => {
  check('chat', [
    ['@nebius/x', { top_k: 0, min_p: 0.1, seed: 1 }, {}, 'min_p dropped 0.1', 'seed dropped 1'],
    ['@nebius/x', { n: 64, max_completion_tokens: 5 }, { n: 64, max_tokens: 5 }],
    ['@nebius/x', { guided_choice: ['a', 'b'] }, { guided_choice: ['a', 'b'] }],
    ['@nebius/x', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "max" -> "high"'],
  ]);
  check('completions', [['@nebius/x', { logprobs: 2, echo: true }, { logprobs: 2, echo: true }]]);
});

describe('fit at inference clouds: Novita', () => {
  check('chat', [
    ['@novita/zai-org/glm-4.5', { reasoning: { enabled: false } }, { enable_thinking: false }],
    ['@novita/deepseek/deepseek-v3.1', { reasoning_effort: 'low' }, { enable_thinking: true }, 'reasoning_effort clamped "low" -> "on"'],
    ['@novita/x', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
    ['@novita/x', { enable_thinking: false }, { enable_thinking: false }],
  ]);
});

describe('fit at inference clouds: embeddings', () => {
  it.each([
    ['groq', 'nomic-embed-text-v1_5', 'llama-3.3-70b-versatile'],
    ['together', 'BAAI/bge-base-en-v1.5', 'openai/gpt-oss-20b'],
    ['fireworks', 'nomic-ai/nomic-embed-text-v1.5', 'accounts/fireworks/models/gpt-oss-20b'],
    ['deepinfra', 'BAAI/bge-m3', 'Qwen/Qwen3-32B'],
    ['sambanova', 'E5-Mistral-7B-Instruct', 'Qwen3-32B'],
    ['nebius', 'Qwen/Qwen3-Embedding-8B', 'Qwen/Qwen3-32B'],
  ])('at %s come from %s, not from %s', (slug, embeds, chats) => {
    expect(operationFor(providerOf(slug), 'embeddings', embeds)?.rules.dialect).toBe('openai-embeddings');
    expect(operationFor(providerOf(slug), 'embeddings', chats)).toBeNull();
  });
});
