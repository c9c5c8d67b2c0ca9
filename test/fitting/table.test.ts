/** What each system gets for what was sent, row by row: the upstream body without its model and content, and the whole report. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { line, requestFor, sent } from './sent.ts';

/** Model, what was sent, what the upstream gets of it, the report. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

const sixStops = ['a', 'b', 'c', 'd', 'e', 'f'];
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const schema = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };

function check(operation: Operation, rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent(operation, model, fields);
    const { model: _, messages: _messages, prompt: _prompt, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line)).toEqual(report);
  });
}

describe('chat on a chat provider', () => {
  describe('neutral values are left out without a word where the provider does not accept them, and sent where it does', () => {
    check('chat', [
      ['@novita/x', { top_k: 0 }, {}],
      ['@novita/x', { repetition_penalty: 1 }, { repetition_penalty: 1 }],
      ['@novita/x', { frequency_penalty: 0, presence_penalty: 0, min_p: 0 }, { frequency_penalty: 0, presence_penalty: 0, min_p: 0 }],
      ['@novita/x', { top_a: 0 }, {}],
      ['@novita/x', { n: 1 }, {}],
      ['@novita/x', { stop: [], logit_bias: {}, tools: [] }, {}],
      ['@novita/x', { logprobs: false }, { logprobs: false }],
      ['@novita/x', { logprobs: false, top_logprobs: 0 }, { logprobs: false }],
      ['@openrouter/x', { logprobs: false, top_logprobs: 0 }, { logprobs: false }],
      ['@novita/x', { top_logprobs: 0 }, {}],
      ['@novita/x', { response_format: { type: 'text' } }, {}],
      ['@openai/gpt-4o', { top_a: 0, min_p: 0, repetition_penalty: 1 }, {}],
      ['@openai/gpt-4o', { top_k: 0, n: 1, stop: '' }, {}],
      ['@openai/gpt-5', { top_p: 1, frequency_penalty: 0, presence_penalty: 0, logprobs: false }, {}],
      ['@groq/llama-3.3-70b-versatile', { logprobs: false, frequency_penalty: 0 }, {}],
      ['@fireworks/x', { top_k: 0 }, {}],
    ]);
  });

  describe('values out of range move to the nearest accepted one', () => {
    check('chat', [
      ['@novita/x', { top_k: 1 }, { top_k: 2 }, 'top_k clamped 1 -> 2'],
      ['@novita/x', { top_k: 128 }, { top_k: 127 }, 'top_k clamped 128 -> 127'],
      ['@novita/x', { top_p: 0 }, { top_p: 0.01 }, 'top_p clamped 0 -> 0.01'],
      ['@novita/x', { top_p: 1 }, { top_p: 1 }],
      ['@novita/x', { temperature: 0 }, { temperature: 0.01 }, 'temperature clamped 0 -> 0.01'],
      ['@novita/x', { temperature: 2 }, { temperature: 1.99 }, 'temperature clamped 2 -> 1.99'],
      ['@novita/x', { temperature: 0.001 }, { temperature: 0.001 }],
      ['@novita/x', { frequency_penalty: 2 }, { frequency_penalty: 1.99 }, 'frequency_penalty clamped 2 -> 1.99'],
      ['@novita/x', { frequency_penalty: -2 }, { frequency_penalty: -1.99 }, 'frequency_penalty clamped -2 -> -1.99'],
      ['@novita/x', { presence_penalty: -2 }, { presence_penalty: -1.99 }, 'presence_penalty clamped -2 -> -1.99'],
      ['@novita/x', { repetition_penalty: 0 }, { repetition_penalty: 0.01 }, 'repetition_penalty clamped 0 -> 0.01'],
      ['@novita/x', { repetition_penalty: 2 }, { repetition_penalty: 1.99 }, 'repetition_penalty clamped 2 -> 1.99'],
      ['@deepinfra/x', { seed: -1 }, { seed: 0 }, 'seed clamped -1 -> 0'],
      ['@openai/gpt-4o', { seed: 9_007_199_254_740_991 }, { seed: 9_007_199_254_740_991 }],
      ['@openai/gpt-4o', { temperature: 0 }, { temperature: 0 }],
      ['@openai/gpt-4o', { temperature: 2, top_p: 0 }, { temperature: 2, top_p: 0 }],
      ['@fireworks/x', { logprobs: true, top_logprobs: 20 }, { logprobs: true, top_logprobs: 5 }, 'top_logprobs clamped 20 -> 5'],
    ]);
  });

  describe('what a provider does not accept is dropped and said', () => {
    check('chat', [
      ['@openrouter/x', { top_a: 0.3 }, { top_a: 0.3 }],
      ['@novita/x', { top_a: 0.3 }, {}, 'top_a dropped 0.3'],
      ['@novita/x', { parallel_tool_calls: true, tools }, { tools }, 'parallel_tool_calls dropped true'],
      ['@novita/x', { user: 'ada' }, {}, 'user dropped "ada"'],
      ['@openai/gpt-4o', { min_p: 0.1 }, {}, 'min_p dropped 0.1'],
      ['@novita/x', { peft: 'x', ignore_eos: true }, {}, 'peft dropped "x"', 'ignore_eos dropped true'],
      ['@vllm/x', { ignore_eos: true }, { ignore_eos: true }],
      ['@openai/gpt-4o', { mystery: 1 }, {}, 'mystery dropped 1'],
      ['@openai/gpt-4o', { mystery: { deep: true } }, {}, 'mystery dropped'],
      ['@deepseek/deepseek-chat', { thinking: { type: 'disabled' } }, { thinking: { type: 'disabled' } }],
      ['@deepseek/deepseek-chat', { thinking: 'yes' }, {}, 'thinking dropped "yes"'],
      ['@openai/gpt-4o', { response_format: schema }, { response_format: schema }],
      ['@groq/llama-3.3-70b-versatile', { logprobs: true, top_logprobs: 2 }, {}, 'logprobs dropped true', 'top_logprobs dropped 2'],
    ]);
  });

  describe('the limit of tokens has one value and the name the provider knows', () => {
    check('chat', [
      ['@openai/gpt-5', { max_tokens: 50 }, { max_completion_tokens: 50 }],
      ['@openai/gpt-5-mini', { max_tokens: 50 }, { max_completion_tokens: 50 }],
      ['@openai/o3', { max_tokens: 50 }, { max_completion_tokens: 50 }],
      ['@openai/gpt-4o', { max_tokens: 50 }, { max_tokens: 50 }],
      ['@openai/gpt-4o', { max_completion_tokens: 50 }, { max_completion_tokens: 50 }],
      ['@novita/x', { max_completion_tokens: 50 }, { max_tokens: 50 }],
      ['@openai/gpt-4o', { max_tokens: 50, max_completion_tokens: 50 }, { max_completion_tokens: 50 }],
      ['@novita/x', { max_tokens: 60, max_completion_tokens: 50 }, { max_tokens: 50 }, 'max_tokens dropped 60'],
      ['@llama-cpp/x', { repetition_penalty: 1.1 }, { repeat_penalty: 1.1 }],
    ]);
  });

  describe('choices beyond what a provider makes at a time take several calls, of which this is the first', () => {
    check('chat', [
      ['@novita/x', { n: 2 }, { n: 2 }],
      ['@novita/x', { n: 128 }, { n: 127 }, 'n emulated 128 -> 127'],
      ['@openrouter/x', { n: 3 }, {}, 'n emulated 3 -> 1'],
      ['@openrouter/x', { n: 3, seed: 7 }, { seed: 7 }, 'n emulated 3 -> 1', 'seed emulated 7 -> "7 to 9"'],
      ['@deepinfra/x', { n: 2, seed: -1 }, { seed: 0 }, 'seed clamped -1 -> 0', 'n emulated 2 -> 1', 'seed emulated -1 -> "0 to 1"'],
      ['@deepseek/deepseek-chat', { n: 2, seed: 7 }, {}, 'seed dropped 7', 'n emulated 2 -> 1'],
      ['@openai/gpt-4o', { n: 128, seed: 7 }, { n: 128, seed: 7 }],
      ['@openai/gpt-5', { n: 1 }, {}],
    ]);
  });

  describe('stop sequences beyond the limit are left to the router', () => {
    check('chat', [
      ['@novita/x', { stop: sixStops }, { stop: ['a', 'b', 'c', 'd'] }, 'stop emulated 6 -> 4'],
      ['@openrouter/x', { stop: sixStops }, { stop: ['a', 'b', 'c', 'd'] }, 'stop emulated 6 -> 4'],
      ['@vllm/x', { stop: sixStops }, { stop: sixStops }],
      ['@openai/gpt-5', { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
      ['@novita/x', { stop: 'a' }, { stop: ['a'] }],
      ['@novita/x', { stop: ['a', 'a'] }, { stop: ['a'] }],
    ]);
  });

  describe('log probabilities', () => {
    check('chat', [
      ['@novita/x', { logprobs: true, top_logprobs: 20 }, { logprobs: true, top_logprobs: 20 }],
      ['@novita/x', { logprobs: true }, { logprobs: true }],
      ['@novita/x', { logprobs: true, top_logprobs: 0 }, { logprobs: true, top_logprobs: 0 }],
      ['@together/x', { logprobs: true, top_logprobs: 3 }, { logprobs: 3 }, 'logprobs renamed true -> 3'],
      ['@together/x', { logprobs: true }, { logprobs: 1 }, 'logprobs renamed true -> 1'],
    ]);
  });

  describe('tools', () => {
    const named = { type: 'function', function: { name: 'look' } };
    check('chat', [
      ['@openai/gpt-4o', { tools, tool_choice: 'auto' }, { tools, tool_choice: 'auto' }],
      ['@openai/gpt-4o', { tools, tool_choice: named }, { tools, tool_choice: named }],
      ['@openai/gpt-4o', { tool_choice: 'none' }, {}, 'tool_choice dropped "none"'],
      ['@openai/gpt-4o', { tools: [], parallel_tool_calls: true }, {}, 'parallel_tool_calls dropped true'],
      ['@deepinfra/x', { tools, tool_choice: named }, { tools }, 'tool_choice emulated "look"'],
      ['@deepinfra/x', { tools, tool_choice: 'required' }, { tools }, 'tool_choice dropped "required"'],
    ]);
  });

  describe('reasoning, asked for in three ways', () => {
    check('chat', [
      ['@openrouter/x', { reasoning: { effort: 'high' } }, { reasoning: { effort: 'high' } }],
      ['@openrouter/x', { reasoning: { max_tokens: 100, exclude: true } }, { reasoning: { max_tokens: 100, exclude: true } }],
      ['@openrouter/x', { include_reasoning: true }, { include_reasoning: true }],
      ['@openrouter/x', { include_reasoning: false }, { include_reasoning: false }],
      ['@openrouter/x', { include_reasoning: false, reasoning: { effort: 'low' } }, { reasoning: { effort: 'low', exclude: true } }],
      ['@openai/gpt-5', { reasoning: { effort: 'high' } }, { reasoning_effort: 'high' }],
      ['@openai/gpt-5', { reasoning_effort: 'minimal' }, { reasoning_effort: 'minimal' }],
      ['@openai/o3', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "xhigh" -> "high"'],
      ['@openai/o3', { reasoning: { effort: 'minimal' } }, { reasoning_effort: 'low' }, 'reasoning.effort clamped "minimal" -> "low"'],
      ['@openai/gpt-5', { reasoning: { enabled: true } }, { reasoning_effort: 'medium' }, 'reasoning.enabled renamed true -> "medium"'],
      ['@openai/gpt-5.1', { reasoning: { enabled: false } }, { reasoning_effort: 'none' }, 'reasoning.enabled renamed false -> "none"'],
      ['@openai/gpt-5', { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
      [
        '@openai/gpt-5',
        { reasoning: { max_tokens: 100 } },
        { reasoning_effort: 'minimal' },
        'reasoning.max_tokens renamed 100 -> "minimal"',
      ],
      ['@openai/gpt-4o', { reasoning_effort: 'low' }, {}, 'reasoning_effort dropped "low"'],
      ['@openai/gpt-5', { reasoning: { exclude: true } }, {}, 'reasoning.exclude emulated true'],
      ['@openai/gpt-5', { include_reasoning: false }, {}, 'include_reasoning emulated false'],
      ['@openai/gpt-5', { include_reasoning: true }, {}],
      ['@vllm/x', { include_reasoning: true }, { include_reasoning: true }],
      ['@vllm/x', { include_reasoning: false }, { include_reasoning: false }],
      ['@groq/qwen/qwen3-32b', { reasoning_effort: 'max' }, {}, 'reasoning_effort dropped "max"'],
      ['@groq/qwen/qwen3-32b', { reasoning_effort: 'none' }, { reasoning_effort: 'none' }],
      ['@cerebras/x', { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, 'reasoning_effort clamped "max" -> "high"'],
    ]);
  });

  describe('parameters that exclude each other at a provider', () => {
    check('chat', [
      [
        '@groq/qwen/qwen3-32b',
        { reasoning_format: 'raw', include_reasoning: true },
        { include_reasoning: true },
        'reasoning_format dropped "raw"',
      ],
      ['@groq/qwen/qwen3-32b', { reasoning_format: 'raw' }, { reasoning_format: 'raw' }],
      ['@llama-cpp/x', { grammar: 'root', tools }, { tools }, 'grammar dropped "root"'],
      ['@llama-cpp/x', { grammar: 'root', tools: [] }, { grammar: 'root' }],
      [
        '@vllm/x',
        { prompt_logprobs: 1, stream: true },
        { stream: true, stream_options: { include_usage: true } },
        'prompt_logprobs dropped 1',
      ],
    ]);
  });

  describe('streaming asks for usage where the provider has a field for it', () => {
    check('chat', [
      ['@openai/gpt-4o', { stream: true }, { stream: true, stream_options: { include_usage: true } }],
      ['@groq/llama-3.3-70b-versatile', { stream: true }, { stream: true }],
      ['@openai/gpt-4o', { stream: false }, {}],
      [
        '@openai/gpt-4o',
        { stream_options: { include_usage: false }, stream: true },
        { stream: true, stream_options: { include_usage: true } },
      ],
      [
        '@openai/gpt-4o',
        { stream: true, stream_options: { include_obfuscation: true } },
        { stream: true, stream_options: { include_usage: true } },
        'stream_options.include_obfuscation dropped',
      ],
    ]);
  });
});

describe('completions on a completions provider', () => {
  check('completions', [
    ['@tokensmind/x', { logprobs: 20 }, { logprobs: 5 }, 'logprobs clamped 20 -> 5'],
    ['@tokensmind/x', { logprobs: 0 }, { logprobs: 0 }],
    ['@tokensmind/x', { echo: false, n: 1, best_of: 1, top_k: 0 }, {}],
    ['@tokensmind/x', { best_of: 3 }, { best_of: 3 }],
    ['@tokensmind/x', { n: 3, best_of: 3 }, { n: 3 }],
    ['@tokensmind/x', { n: 2, best_of: 3 }, { n: 2, best_of: 3 }],
    [
      '@tokensmind/x',
      { best_of: 3, stream: true },
      { n: 3, logprobs: 1, stream: true, stream_options: { include_usage: true } },
      'best_of emulated 3',
    ],
    ['@tokensmind/x', { stop: sixStops }, { stop: ['a', 'b', 'c', 'd'] }, 'stop emulated 6 -> 4'],
    ['@tokensmind/x', { echo: true }, {}, 'echo emulated'],
    ['@tokensmind/x', { suffix: '.' }, {}, 'suffix dropped "."'],
    ['@tokensmind/x', { suffix: '' }, {}],
    ['@tokensmind/x', { peft: 'x', ignore_eos: true }, {}, 'peft dropped "x"', 'ignore_eos dropped true'],
    ['@octoai/x', { top_k: 40, top_a: 0.1 }, {}, 'top_k dropped 40', 'top_a dropped 0.1'],
    ['@octoai/x', { peft: 'x', ignore_eos: true }, { peft: 'x', ignore_eos: true }],
    ['@octoai/x', { log_prompt: true, loglikelihood: true }, { log_prompt: true, loglikelihood: true }],
    ['@octoai/x', { n: 2, best_of: 2 }, { n: 2 }],
    ['@octoai/x', { best_of: 3, stream: true }, { best_of: 3, stream: true, stream_options: { include_usage: true } }],
    ['@octoai/x', { echo: true, suffix: '.', logprobs: 20 }, { echo: true, suffix: '.', logprobs: 20 }],
    ['@octoai/x', { logit_bias: { 1: null, 2: 3 } }, { logit_bias: { 2: 3 } }],
    ['@octoai/x', { stop: sixStops }, { stop: sixStops }],
    ['@completions-compatible/x', { min_p: 0.1 }, {}, 'min_p dropped 0.1'],
    ['@completions-compatible/x', { n: 2, best_of: 3 }, { n: 3, logprobs: 1 }, 'best_of emulated 3'],
    ['@completions-compatible/x', { n: 1, best_of: 3 }, { best_of: 3 }],
    ['@completions-compatible/x', { stop: sixStops }, { stop: ['a', 'b', 'c', 'd'] }, 'stop emulated 6 -> 4'],
    ['@completions-compatible/x', { suffix: '.' }, {}, 'suffix dropped "."'],
    ['@openai/gpt-3.5-turbo-instruct', { suffix: '.', best_of: 30 }, { suffix: '.', n: 30, logprobs: 1 }, 'best_of emulated 30'],
    ['@openai/gpt-3.5-turbo-instruct', { n: 25, best_of: 30 }, { n: 30, logprobs: 1 }, 'best_of emulated 30'],
    ['@openai/davinci-002', { suffix: '.' }, {}, 'suffix dropped "."'],
    ['@openai/davinci-002', { max_completion_tokens: 7 }, { max_tokens: 7 }],
    ['@together/x', { echo: true }, {}, 'echo emulated'],
  ]);

  it.each([
    ['@octoai/x', ['a', 'b'], ['a', 'b']],
    ['@octoai/x', [1, 2], [1, 2]],
    ['@octoai/x', [[1], [2]], [[1], [2]]],
    ['@completions-compatible/x', 'a', 'a'],
    ['@completions-compatible/x', ['a'], 'a'],
    ['@llama-cpp/x', [[1, 2]], [1, 2]],
  ])('%s takes the prompt %j as %j', (model, prompt, expected) => {
    const { body, adjustments } = sent('completions', model, { prompt });
    expect(body['prompt']).toEqual(expected);
    expect(adjustments).toEqual([]);
  });

  it.each([
    ['@completions-compatible/x', [1, 2], 'accepts one text, not an array of token ids'],
    ['@novita/x', [[1], [2]], 'accepts one text, not an array of arrays of token ids'],
    ['@together/x', [[1, 2]], 'accepts one text, not an array of arrays of token ids'],
  ])('%s refuses the prompt %j with a 400 that says what it takes', (model, prompt, words) => {
    expect(() => sent('completions', model, { prompt })).toThrow(
      expect.objectContaining({
        type: 'invalid_request',
        status: 400,
        details: expect.objectContaining({ param: 'prompt' }),
        message: expect.stringContaining(words),
      }),
    );
  });

  it.each([
    ['@completions-compatible/x', ['a', 'b'], ['a', 'b']],
    ['@llama-cpp/x', ['a', 'b'], ['a', 'b']],
    ['@llama-cpp/x', [[1], [2, 3]], [[1], [2, 3]]],
  ])('%s takes the prompts %j in a call each', (model, prompt, expected) => {
    const { bodies, adjustments } = sent('completions', model, { prompt });
    expect(bodies.map((body) => body['prompt'])).toEqual(expected);
    expect(adjustments.map(line)).toEqual(['prompt emulated 2 -> 1']);
  });

  it('echo of several texts is done by the router, of token ids it is dropped', () => {
    const echo = (prompt: unknown) => sent('completions', '@tokensmind/x', { prompt, echo: true }).adjustments.map(line);
    expect(echo(['a', 'b'])).toEqual(['echo emulated']);
    expect(echo([[1], [2]])).toEqual(['echo dropped true']);
  });
});

describe('chat on a completions provider', () => {
  const plain = ['messages emulated -> "plain"'];
  const marker = 'stop defaulted -> "\\nUser:"';
  const stop = ['\nUser:'];

  check('chat', [
    ['@tokensmind/x', {}, { stop }, marker, ...plain],
    [
      '@tokensmind/x',
      { logprobs: true, top_logprobs: 20 },
      { stop, logprobs: 5 },
      'top_logprobs clamped 20 -> 5',
      'logprobs renamed true -> 5',
      marker,
      ...plain,
    ],
    ['@tokensmind/x', { logprobs: true }, { stop, logprobs: 1 }, 'logprobs renamed true -> 1', marker, ...plain],
    ['@tokensmind/x', { logprobs: false }, { stop }, marker, ...plain],
    ['@tokensmind/x', { stop: 'x' }, { stop: ['x', '\nUser:'] }, marker, ...plain],
    ['@tokensmind/x', { stop: '\nUser:' }, { stop }, ...plain],
    ['@tokensmind/x', { stop: ['a', 'b', 'c', 'd'] }, { stop: ['a', 'b', 'c', 'd'] }, 'stop emulated', ...plain],
    [
      '@tokensmind/x',
      { stop: ['a', 'b', 'c', 'd', 'e'] },
      { stop: ['a', 'b', 'c', 'd'] },
      'stop emulated',
      'stop emulated 5 -> 4',
      ...plain,
    ],
    ['@tokensmind/x', { max_completion_tokens: 9 }, { stop, max_tokens: 9 }, marker, ...plain],
    ['@tokensmind/x', { tools }, { stop }, 'tools dropped', marker, ...plain],
    ['@octoai/x', { response_format: { type: 'json_object' } }, { stop }, 'response_format emulated "json_object"', marker, ...plain],
    ['@octoai/x', { peft: 'x', ignore_eos: true }, { stop, peft: 'x', ignore_eos: true }, marker, ...plain],
    ['@completions-compatible/x', { user: 'ada' }, { stop, user: 'ada' }, marker, ...plain],
    [
      '@octoai/meta-llama/llama-3-8b-instruct',
      {},
      { stop: ['<|eot_id|>'] },
      'stop defaulted -> "<|eot_id|>"',
      'messages emulated -> "llama-3"',
    ],
  ]);

  it.each([
    ['llama-3-8b-instruct', '<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n'],
    ['mistral-7b-instruct', '[INST] Hi [/INST]'],
    ['gemma-2-9b-it', '<start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n'],
    ['qwen2.5-7b-instruct', '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n'],
    ['some-other-model', 'User: Hi\n\nAssistant:'],
  ])('the messages are written with the template of the model: %s', (model, prompt) => {
    expect(sent('chat', `@tokensmind/${model}`).body['prompt']).toBe(prompt);
  });

  it('what a text prompt cannot hold is dropped and said', () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
        ],
      },
      { role: 'assistant', content: 'A cat.', reasoning: 'whiskers' },
    ];
    const { adjustments } = sent('chat', '@tokensmind/x', { messages });
    expect(adjustments.map(line)).toEqual([marker, ...plain, 'messages.content.image_url dropped', 'messages.reasoning dropped']);
  });
});

describe('completions on a chat provider', () => {
  const asMessage = 'prompt emulated';

  check('completions', [
    ['@novita/x', {}, {}, asMessage],
    ['@novita/x', { echo: true }, {}, 'echo emulated', asMessage],
    ['@novita/x', { echo: false, suffix: '', best_of: 1 }, {}, asMessage],
    ['@novita/x', { suffix: '.' }, {}, 'suffix dropped "."', asMessage],
    ['@novita/x', { logprobs: 3 }, { logprobs: true, top_logprobs: 3 }, 'logprobs renamed 3 -> true', asMessage],
    ['@novita/x', { logprobs: 0 }, { logprobs: true }, 'logprobs renamed 0 -> true', asMessage],
    ['@fireworks/x', { logprobs: 9 }, { logprobs: 5 }, 'logprobs clamped 9 -> 5'],
    ['@groq/llama-3.3-70b-versatile', { logprobs: 3 }, {}, 'logprobs dropped 3', asMessage],
    ['@novita/x', { max_tokens: 0 }, { max_tokens: 1 }, 'max_tokens clamped 0 -> 1', asMessage],
    ['@novita/x', { best_of: 4 }, { n: 4, logprobs: true }, 'best_of emulated 4', asMessage],
    ['@groq/llama-3.3-70b-versatile', { best_of: 4 }, {}, 'best_of dropped 4', asMessage],
  ]);

  it('the prompt becomes one user message', () => {
    expect(sent('completions', '@novita/x', { prompt: 'Once' }).body['messages']).toEqual([{ role: 'user', content: 'Once' }]);
  });
});

it('temperature 3 is outside the unified range, so it is a 400 for every provider', () => {
  expect(() => requestFor('chat', '@novita/x', { temperature: 3 })).toThrow(
    expect.objectContaining({ type: 'invalid_request', status: 400, message: 'temperature is 3; expected a number from 0 to 2.' }),
  );
});
