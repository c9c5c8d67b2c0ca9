/** Providers whose documents are short: what is sent and reported where they differ from their format. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, sent } from './sent.ts';

/** Model, what is asked, what is sent of it, what is reported. */
type Row = readonly [model: string, asked: JsonObject, sent: JsonObject, ...reported: string[]];

const ENABLED = { thinking: { type: 'enabled' } };

const CHAT: readonly Row[] = [
  ['@ai21/jamba-large', { max_tokens: 9000, seed: 7 }, { max_tokens: 4096 }, 'max_tokens clamped 9000 -> 4096', 'seed dropped 7'],
  ['@ai21/jamba-large', { temperature: 0, n: 2 }, { temperature: 0 }, 'n emulated 2 -> 1'],
  ['@arcee/trinity-large-thinking', { max_completion_tokens: 9, user: 'ada' }, { max_tokens: 9 }, 'user dropped "ada"'],
  ['@chutes/x', { top_p: 0, top_k: 0, min_tokens: 2 }, { top_p: 0.01, min_tokens: 2 }, 'top_p clamped 0 -> 0.01'],
  ['@crusoe/openai/gpt-oss-120b', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
  ['@crusoe/zai/GLM-5.1', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
  ['@digitalocean/x', { max_tokens: 9, temperature: 1.5 }, { max_completion_tokens: 9, temperature: 1.5 }],
  ['@digitalocean/anthropic-claude-haiku-4.5', { temperature: 1.5 }, { temperature: 1 }, 'temperature clamped 1.5 -> 1'],
  ['@gmicloud/x', { temperature: 1, top_p: 0.5 }, { temperature: 1 }, 'top_p dropped 0.5'],
  ['@gmicloud/x', { max_tokens: 9 }, { max_completion_tokens: 9 }],
  ['@hetzner/x', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'xhigh' }],
  ['@inception/mercury-2', { temperature: 0 }, { temperature: 0.5 }, 'temperature clamped 0 -> 0.5'],
  ['@inception/mercury-2', { reasoning_effort: 'none' }, { reasoning_effort: 'instant' }],
  ['@inception/mercury-2', { reasoning: { enabled: false } }, { reasoning_effort: 'instant' }, 'reasoning.enabled renamed false -> "none"'],
  ['@io-net/x', { reasoning_effort: 'none' }, { reasoning: { effort: 'none' } }],
  ['@io-net/x', { reasoning_effort: 'max' }, { reasoning: { effort: 'high' } }, 'reasoning_effort clamped "max" -> "high"'],
  ['@modelscope/x', { temperature: 0.5, top_p: 0.5 }, { temperature: 0.5 }, 'top_p dropped 0.5'],
  ['@moonshotai-cn/kimi-k2.6', { reasoning: { enabled: false } }, { thinking: { type: 'disabled' } }],
  ['@moonshotai-cn/kimi-k2.7-code', { reasoning: { enabled: true } }, ENABLED],
  ['@moonshotai-cn/kimi-k3', { reasoning: { effort: 'high' } }, { reasoning_effort: 'high' }],
  ['@moonshotai-cn/kimi-k3', { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
  ['@moonshotai-cn/kimi-k3', { temperature: 0.5 }, {}, 'temperature dropped 0.5'],
  ['@morph/morph-v3-fast', { logprobs: true }, {}, 'logprobs dropped true'],
  ['@morph/morph-v3-large', { logprobs: true }, { logprobs: true }],
  ['@nearai/moonshotai/kimi-k2.6', { reasoning: { enabled: false } }, { chat_template_kwargs: { thinking: false } }],
  ['@nearai/zai-org/GLM-5.1-FP8', { reasoning: { enabled: false } }, { chat_template_kwargs: { enable_thinking: false } }],
  ['@nearai/openai/gpt-oss-120b', { reasoning_effort: 'low' }, { reasoning_effort: 'low' }],
  ['@ovhcloud/x', { top_logprobs: 9, logprobs: true }, { logprobs: true, top_logprobs: 5 }, 'top_logprobs clamped 9 -> 5'],
  ['@ovhcloud/x', { seed: -1, user: 'ada' }, { seed: 0 }, 'seed clamped -1 -> 0', 'user dropped "ada"'],
];

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

describe('fit at providers with short documents: chat', () => {
  it.each(CHAT.map((row) => ({ title: `${row[0]}, ${JSON.stringify(row[1])}`, row })))('$title', ({ row }) => {
    const [model, asked, expected, ...reported] = row;
    const { body, adjustments } = sent('chat', model, asked);
    const { model: _model, messages: _messages, ...parameters } = body;
    expect(parameters).toEqual(expected);
    expect(adjustments.map(line)).toEqual(reported);
  });

  it('at AI21 sends tools without a stream, and leaves them out of one', () => {
    expect(sent('chat', '@ai21/jamba-large', { tools: TOOLS }).body).toHaveProperty('tools');
    const { body, adjustments } = sent('chat', '@ai21/jamba-large', { tools: TOOLS, stream: true });
    expect(body).not.toHaveProperty('tools');
    expect(adjustments.map(({ param, action }) => [param, action])).toEqual([['tools', 'dropped']]);
  });

  it('at ModelScope streams what a model with forced reasoning answers', () => {
    expect(sent('chat', '@modelscope/Qwen/Qwen3-30B-A3B-Thinking-2507').body).toMatchObject({ stream: true });
    expect(sent('chat', '@modelscope/Qwen/Qwen3-30B-A3B-Instruct-2507').body).not.toHaveProperty('stream');
  });
});

describe('fit at providers with short documents: Meta', () => {
  const ask = (fields: JsonObject) => sent('chat', '@meta/muse-spark-1.2', fields);

  it('is sent requests in the format of Responses, which keep nothing there', () => {
    expect(ask({ reasoning_effort: 'xhigh' }).body).toMatchObject({
      input: [{ role: 'user', content: 'Hi' }],
      reasoning: { effort: 'xhigh' },
      store: false,
      include: ['reasoning.encrypted_content'],
    });
  });

  it.each([
    [{ reasoning_effort: 'none' }, 'reasoning_effort dropped "none"'],
    [{ temperature: 0.5, top_p: 0.5 }, 'top_p dropped 0.5'],
    [{ tools: TOOLS, tool_choice: 'required' }, 'tool_choice dropped "required"'],
    [{ logprobs: true }, 'logprobs dropped true'],
  ] as [JsonObject, string][])('%j is reported as %s', (fields, reported) => {
    expect(ask(fields).adjustments.map(line)).toEqual([reported]);
  });
});

it('fit at providers with short documents: Inception completes code between a prompt and a suffix, with a model for edits only', () => {
  const { body } = sent('completions', '@inception/mercury-edit-2', { suffix: '}', max_tokens: 9000 });
  expect(body).toEqual({ model: 'mercury-edit-2', prompt: 'Hi', suffix: '}', max_tokens: 8192 });
  expect(sent('completions', '@inception/mercury-2').body).toHaveProperty('messages');
});
