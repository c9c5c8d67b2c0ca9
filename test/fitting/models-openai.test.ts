/** What OpenAI's models get of the same request: each documented exception a row. Model, what was sent, what goes out of it, the report. */
import { describe, expect, it } from 'vitest';
import { operationFor } from '../../src/registry/operation.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, providerOf, sent } from './sent.ts';

type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

function check(provider: string, rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent('chat', `@${provider}/${model}`, fields);
    const { model: _, messages: _messages, input: _input, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line)).toEqual(report);
  });
}

const dialectOf = (provider: string, model: string) => operationFor(providerOf(provider), 'chat', model)?.rules.dialect;

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const flatTools = [{ type: 'function', name: 'look', parameters: { type: 'object' }, strict: false }];
const include = ['reasoning.encrypted_content'];
const sampling = { temperature: 0.5, top_p: 0.5, logprobs: true, top_logprobs: 2 };
const noSampling = ['temperature dropped 0.5', 'top_p dropped 0.5', 'logprobs dropped true', 'top_logprobs dropped 2'];
/** The fields of every call of a reasoning model in the Responses format. */
const kept = { store: false, include };

describe.each(['openai', 'azure-openai'])('fit at OpenAI: the format at %s', (provider) => {
  it.each(['gpt-4o', 'gpt-4.1-mini', 'o1', 'o3', 'o4-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-chat-latest', 'gpt-5.1', 'gpt-5.2-chat-latest'])(
    'of %s is chat completions',
    (model) => expect(dialectOf(provider, model)).toBe('openai-chat'),
  );

  const responses = [
    'gpt-5.4',
    'gpt-5.4-mini-2026-03-17',
    'gpt-5.5-2026-04-23',
    'gpt-5.6-sol',
    'gpt-6-astra',
    'gpt-6.1-terra',
    'gpt-5-codex',
    'gpt-5.1-codex-max',
    'gpt-5.3-codex',
    'codex-mini-latest',
    'gpt-5-pro',
    'gpt-5-pro-2025-10-06',
    'gpt-5.4-pro-2026-03-05',
    'o1-pro',
    'o3-pro-2025-06-10',
    'o3-deep-research',
    'o4-mini-deep-research-2025-06-26',
    'computer-use-preview',
  ];
  it.each(responses)('of %s is Responses', (model) => expect(dialectOf(provider, model)).toBe('openai-responses'));
});

describe('fit at OpenAI: models that do not think', () => {
  check('openai', [
    ['gpt-4.1', { ...sampling, max_tokens: 50, stop: 'a' }, { ...sampling, max_tokens: 50, stop: ['a'] }],
    ['gpt-4.1', { reasoning_effort: 'low', verbosity: 'low' }, {}, 'reasoning_effort dropped "low"', 'verbosity dropped "low"'],
    ['gpt-5-chat-latest', { ...sampling, max_tokens: 50 }, { ...sampling, max_completion_tokens: 50 }],
    ['gpt-5-chat-latest', { reasoning: { effort: 'high' } }, {}, 'reasoning.effort dropped "high"'],
  ]);
});

describe('fit at OpenAI: models that search', () => {
  check('openai', [
    [
      'gpt-4o-search-preview',
      { temperature: 0.5, top_p: 0.5, n: 2, web_search_options: { a: 1 } },
      { web_search_options: { a: 1 } },
      'temperature dropped 0.5',
      'top_p dropped 0.5',
      'n emulated 2 -> 1',
    ],
    ['gpt-4o-mini-search-preview', { frequency_penalty: 1 }, {}, 'frequency_penalty dropped 1'],
    ['gpt-5-search-api', { seed: 1, max_tokens: 50, verbosity: 'low' }, { max_completion_tokens: 50, verbosity: 'low' }, 'seed dropped 1'],
    ['gpt-5-search-api', { tools, reasoning_effort: 'low' }, {}, 'tools dropped', 'reasoning_effort dropped "low"'],
  ]);
});

describe.each(['o1', 'o3', 'o3-mini', 'o4-mini', 'gpt-5', 'gpt-5-nano', 'gpt-5.1', 'gpt-5.2'])(
  'fit at OpenAI: %s thinks, so it',
  (model) => {
    check('openai', [
      [model, { max_tokens: 50 }, { max_completion_tokens: 50 }],
      [model, sampling, {}, ...noSampling],
      [
        model,
        { frequency_penalty: 1, presence_penalty: -1, logit_bias: { 5: 1 } },
        {},
        'frequency_penalty dropped 1',
        'presence_penalty dropped -1',
        'logit_bias dropped',
      ],
      [model, { stop: ['a'] }, {}, 'stop emulated 1 -> 0'],
      [model, { reasoning_effort: 'medium', tools }, { reasoning_effort: 'medium', tools }],
    ]);
  },
);

describe('fit at OpenAI: efforts', () => {
  const clamped = (from: string, to: string) => `reasoning_effort clamped "${from}" -> "${to}"`;
  check('openai', [
    ['o3', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, clamped('minimal', 'low')],
    ['o3', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
    ['gpt-5', { reasoning_effort: 'minimal' }, { reasoning_effort: 'minimal' }],
    ['gpt-5', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'high' }, clamped('xhigh', 'high')],
    ['gpt-5-mini-2025-08-07', { reasoning_effort: 'none' }, {}, 'reasoning_effort dropped "none"'],
    ['gpt-5.1', { reasoning_effort: 'none' }, { reasoning_effort: 'none' }],
    ['gpt-5.1', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, clamped('minimal', 'low')],
    ['gpt-5.2', { reasoning_effort: 'xhigh' }, { reasoning_effort: 'xhigh' }],
    ['gpt-5.2', { reasoning_effort: 'max' }, { reasoning_effort: 'xhigh' }, clamped('max', 'xhigh')],
  ]);
  const asked = (effort: string) => ({ ...kept, reasoning: { effort, summary: 'auto' } });
  check('openai', [
    ['gpt-5.4', { reasoning_effort: 'xhigh' }, asked('xhigh')],
    [
      'gpt-5.4',
      { reasoning: { enabled: false } },
      { store: false, reasoning: { effort: 'none' } },
      'reasoning.enabled renamed false -> "none"',
    ],
    ['gpt-5.6-sol', { reasoning_effort: 'max' }, asked('max')],
    ['gpt-6-astra', { reasoning_effort: 'max' }, asked('max')],
    ['gpt-6-astra', { reasoning_effort: 'none' }, kept, 'reasoning_effort dropped "none"'],
    ['gpt-6-luna', { reasoning_effort: 'none' }, { store: false, reasoning: { effort: 'none' } }],
    ['gpt-5-pro', { reasoning_effort: 'low' }, asked('high'), clamped('low', 'high')],
    ['gpt-5.2-pro', { reasoning_effort: 'low' }, asked('medium'), clamped('low', 'medium')],
    ['gpt-5-codex', { reasoning_effort: 'minimal' }, asked('low'), clamped('minimal', 'low')],
    ['gpt-5.1-codex-max', { reasoning_effort: 'xhigh' }, asked('xhigh')],
    ['o3-pro', { reasoning_effort: 'max' }, asked('high'), clamped('max', 'high')],
    ['o3-deep-research', { reasoning_effort: 'low' }, asked('medium'), clamped('low', 'medium')],
    ['computer-use-preview', { reasoning_effort: 'low' }, { store: false }, 'reasoning_effort dropped "low"'],
  ]);
});

describe('fit at OpenAI: in the Responses format', () => {
  check('openai', [
    ['gpt-5.4', {}, kept],
    ['gpt-5.4', { max_tokens: 5 }, { ...kept, max_output_tokens: 16 }, 'max_tokens clamped 5 -> 16'],
    ['gpt-5.4', { max_completion_tokens: 500 }, { ...kept, max_output_tokens: 500 }],
    ['gpt-5.4', sampling, kept, ...noSampling],
    ['gpt-5.4', { stop: ['a'], seed: 7 }, kept, 'stop emulated 1 -> 0', 'seed dropped 7'],
    [
      'gpt-5.4',
      { tools, tool_choice: 'auto', parallel_tool_calls: false },
      { ...kept, tools: flatTools, tool_choice: 'auto', parallel_tool_calls: false },
    ],
    ['gpt-5.4', { verbosity: 'low', service_tier: 'fast' }, { ...kept, text: { verbosity: 'low' }, service_tier: 'priority' }],
    ['gpt-5.1-codex', { verbosity: 'low' }, kept, 'verbosity dropped "low"'],
    ['gpt-5.4', { verbosity: 'max' }, { ...kept, text: { verbosity: 'high' } }, 'verbosity clamped "max" -> "high"'],
    [
      'gpt-5.4',
      { user: 'ada', metadata: { a: 'b' }, prompt_cache_key: 'k' },
      { ...kept, user: 'ada', metadata: { a: 'b' }, prompt_cache_key: 'k' },
    ],
    ['gpt-5.4', { prompt_cache_options: { mode: 'explicit' } }, kept, 'prompt_cache_options dropped'],
    ['gpt-5.6-sol', { prompt_cache_options: { mode: 'explicit' } }, { ...kept, prompt_cache_options: { mode: 'explicit' } }],
    ['gpt-5.4', { store: true }, { ...kept, store: true }],
    ['gpt-5.4', { frequency_penalty: 1, n: 2 }, kept, 'frequency_penalty dropped 1', 'n emulated 2 -> 1'],
    ['gpt-5.4', { stream: true, stream_options: { include_usage: true } }, { ...kept, stream: true }],
  ]);
});

describe('fit at OpenAI: at Azure', () => {
  check('azure-openai', [
    ['my-deployment', { temperature: 0.5, reasoning_effort: 'low' }, { temperature: 0.5 }, 'reasoning_effort dropped "low"'],
    ['gpt-5-mini', { max_tokens: 50, temperature: 0.5 }, { max_completion_tokens: 50 }, 'temperature dropped 0.5'],
    ['gpt-5.2', { stop: 'a' }, {}, 'stop emulated 1 -> 0'],
    ['o4-mini', { reasoning_effort: 'minimal' }, { reasoning_effort: 'low' }, 'reasoning_effort clamped "minimal" -> "low"'],
    ['gpt-5.4', { tools, service_tier: 'flex' }, { ...kept, tools: flatTools }, 'service_tier dropped "flex"'],
  ]);
});
