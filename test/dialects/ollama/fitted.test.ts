/** What becomes of a request by the rules of the dialect and of Ollama's file: what is sent, and what is reported. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { line, sent } from '../../fitting/sent.ts';

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

/** What is in the body besides model, messages and tools, and the report. */
function fitted(fields: JsonObject): [JsonObject, string[]] {
  const { body, adjustments } = sent('chat', '@ollama/qwen3:8b', fields);
  const { model: _model, messages: _messages, tools: _tools, ...rest } = body;
  return [rest, adjustments.map(line)];
}

describe('Ollama fitted request: a request', () => {
  it.each<[JsonObject, JsonObject, string[]]>([
    [{}, { stream: false }, []],
    [{ stream: true }, { stream: true }, []],
    [
      { temperature: 2, top_p: 1, top_k: 0, min_p: 0.1, seed: -1, frequency_penalty: -2, presence_penalty: 2, repetition_penalty: 1.1 },
      {
        stream: false,
        options: {
          temperature: 2,
          top_p: 1,
          top_k: 0,
          min_p: 0.1,
          seed: -1,
          frequency_penalty: -2,
          presence_penalty: 2,
          repeat_penalty: 1.1,
        },
      },
      [],
    ],
    [{ max_completion_tokens: 5, stop: 'END' }, { stream: false, options: { num_predict: 5, stop: ['END'] } }, []],
    [
      { num_ctx: 8192, typical_p: 0.9, keep_alive: '5m' },
      { stream: false, keep_alive: '5m', options: { num_ctx: 8192, typical_p: 0.9 } },
      [],
    ],
    [{ num_ctx: 'large', num_gpu: 2 }, { stream: false, options: { num_gpu: 2 } }, ['num_ctx dropped "large"']],
    [{ logprobs: true, top_logprobs: 3 }, { stream: false, logprobs: true, top_logprobs: 3 }, []],
    [{ response_format: { type: 'json_object' } }, { stream: false, format: 'json' }, []],
    [{ reasoning: { enabled: false } }, { stream: false, think: false }, []],
    [{ reasoning_effort: 'none' }, { stream: false, think: false }, ['reasoning_effort renamed "none" -> false']],
    [{ reasoning: { enabled: true } }, { stream: false, think: true }, []],
    [{ reasoning: { effort: 'xhigh' } }, { stream: false, think: 'high' }, ['reasoning.effort clamped "xhigh" -> "high"']],
    [{ tools, tool_choice: 'required' }, { stream: false }, ['tool_choice dropped "required"']],
    [
      { top_a: 0.5, logit_bias: { '1': 2 }, user: 'ada' },
      { stream: false },
      ['top_a dropped 0.5', 'logit_bias dropped', 'user dropped "ada"'],
    ],
  ])('of %j', (fields, body, lines) => {
    expect(fitted(fields)).toEqual([body, lines]);
  });

  it('has its images fetched', () => {
    const content = [{ type: 'image_url', image_url: { url: 'https://a.example/b.png' } }];
    expect(sent('chat', '@ollama/gemma3:4b', { messages: [{ role: 'user', content }] }).body['messages']).toEqual([
      { role: 'user', content: '', images: ['FetchedWhenSent'] },
    ]);
  });

  it('for several choices is several calls', () => {
    expect(sent('chat', '@ollama/qwen3:8b', { n: 2, seed: 4 }).bodies).toMatchObject([{ options: { seed: 4 } }, { options: { seed: 5 } }]);
  });
});
