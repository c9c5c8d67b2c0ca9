/** What each generation of Claude gets for what was sent, from the provider file on: the documented differences, row by row. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import { line, requestFor, sent } from '../../../fitting/sent.ts';
import { SUMMARIZED, tool } from './written.ts';

/** Model, what was sent, what the upstream gets of it, the report. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

function check(rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent('chat', `@anthropic/${model}`, { max_tokens: 4000, ...fields });
    const { model: _, messages: _messages, max_tokens: _limit, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line)).toEqual(report);
  });
}

const OLD = ['claude-3-haiku-20240307', 'claude-3-7-sonnet-20250219', 'claude-sonnet-4-20250514', 'claude-opus-4-0'];
const BOTH_REFUSED = [
  'claude-opus-4-1-20250805',
  'claude-haiku-4-5',
  'claude-sonnet-4-5-20250929',
  'claude-opus-4-5-20251101',
  'claude-opus-4-6',
];
const THINKS_ANYWAY = ['claude-opus-5-5', 'claude-fable-5', 'claude-fable-5-1', 'claude-mythos-5'];
const NEWEST = ['claude-opus-4-7', 'claude-opus-4-8', 'claude-sonnet-5', 'claude-opus-5', 'claude-of-the-future-7'];
const UNSAMPLED = [...NEWEST, ...THINKS_ANYWAY];
const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens });

describe('Anthropic models: sampling', () => {
  const sampling = { temperature: 1.5, top_p: 0.5, top_k: 7 };
  check([
    ...OLD.map((model): Row => [model, sampling, { temperature: 1, top_p: 0.5, top_k: 7 }, 'temperature clamped 1.5 -> 1']),
    ...BOTH_REFUSED.flatMap((model): Row[] => [
      [model, sampling, { temperature: 1, top_k: 7 }, 'temperature clamped 1.5 -> 1', 'top_p dropped 0.5'],
      [model, { top_p: 0.5 }, { top_p: 0.5 }],
    ]),
    ...UNSAMPLED.map((model): Row => [model, sampling, {}, 'temperature dropped 1.5', 'top_p dropped 0.5', 'top_k dropped 7']),
    [
      'claude-opus-4-6',
      { frequency_penalty: 1, seed: 1, logit_bias: { 1: 1 } },
      {},
      'frequency_penalty dropped 1',
      'seed dropped 1',
      'logit_bias dropped',
    ],
    ['claude-opus-4-6', { top_k: 0, top_p: 1, frequency_penalty: 0 }, { top_p: 1 }],
  ]);
});

describe('Anthropic models: reasoning', () => {
  const effort = (level: string) => ({ thinking: SUMMARIZED, output_config: { effort: level } });
  check([
    ['claude-3-haiku-20240307', { reasoning: { effort: 'high' } }, {}, 'reasoning.effort dropped "high"'],
    ...['claude-3-7-sonnet-20250219', 'claude-sonnet-4-0', 'claude-opus-4-1', 'claude-haiku-4-5', 'claude-opus-4-5'].flatMap(
      (model): Row[] => [
        [model, { reasoning: { max_tokens: 2000 } }, { thinking: budget(2000) }],
        [model, { reasoning: { max_tokens: 100 } }, { thinking: budget(1024) }, 'reasoning.max_tokens clamped 100 -> 1024'],
        [model, { reasoning: { max_tokens: 9000 } }, { thinking: budget(3200) }, 'reasoning.max_tokens clamped 9000 -> 3200'],
        [model, { reasoning: { effort: 'medium' } }, { thinking: budget(2000) }, 'reasoning.effort renamed "medium" -> 2000'],
        [model, { reasoning: { enabled: true } }, { thinking: budget(2000) }, 'reasoning.enabled renamed true -> 2000'],
        [model, { reasoning: { enabled: false } }, { thinking: { type: 'disabled' } }],
        [model, { reasoning: { effort: 'low' }, max_tokens: 1000 }, {}, 'reasoning.effort dropped "low"'],
      ],
    ),
    ['claude-sonnet-4-6', { reasoning: { max_tokens: 2000 } }, { thinking: budget(2000) }],
    ['claude-sonnet-4-6', { reasoning: { effort: 'low' } }, effort('low')],
    ['claude-sonnet-4-6', { reasoning: { effort: 'minimal' } }, effort('low'), 'reasoning.effort clamped "minimal" -> "low"'],
    ['claude-sonnet-4-6', { reasoning: { effort: 'xhigh' } }, effort('high'), 'reasoning.effort clamped "xhigh" -> "high"'],
    ['claude-sonnet-4-6', { reasoning: { effort: 'max' } }, effort('max')],
    ['claude-sonnet-4-6', { reasoning: { enabled: true } }, { thinking: SUMMARIZED }],
    ['claude-sonnet-4-6', { reasoning: { enabled: false } }, { thinking: { type: 'disabled' } }],
    ...NEWEST.flatMap((model): Row[] => [
      [model, { reasoning: { max_tokens: 2000 } }, effort('medium'), 'reasoning.max_tokens renamed 2000 -> "medium"'],
      [model, { reasoning_effort: 'xhigh' }, effort('xhigh')],
      [model, { reasoning: { enabled: false } }, { thinking: { type: 'disabled' } }],
    ]),
    ...THINKS_ANYWAY.flatMap((model): Row[] => [
      [model, { reasoning: { enabled: false } }, {}, 'reasoning.enabled dropped false'],
      [model, { reasoning: { effort: 'none' } }, {}, 'reasoning.effort dropped "none"'],
      [model, { reasoning: { effort: 'max' } }, effort('max')],
    ]),
    [
      'claude-haiku-4-5',
      { reasoning: { max_tokens: 2000 }, temperature: 0.5, top_k: 3 },
      { thinking: budget(2000) },
      'top_k dropped 3',
      'temperature dropped 0.5',
    ],
  ]);
});

describe('Anthropic models: verbosity', () => {
  check([
    ['claude-haiku-4-5', { verbosity: 'low' }, {}, 'verbosity dropped "low"'],
    ['claude-opus-4-5', { verbosity: 'low' }, { output_config: { effort: 'low' } }],
    [
      'claude-opus-4-5',
      { verbosity: 'low', reasoning: { max_tokens: 2000 } },
      { thinking: budget(2000), output_config: { effort: 'low' } },
    ],
    ['claude-opus-4-5', { verbosity: 'max' }, { output_config: { effort: 'high' } }, 'verbosity clamped "max" -> "high"'],
    ['claude-opus-4-6', { verbosity: 'max' }, { output_config: { effort: 'max' } }],
    ['claude-opus-4-6', { verbosity: 'xhigh' }, { output_config: { effort: 'high' } }, 'verbosity clamped "xhigh" -> "high"'],
    ['claude-opus-4-7', { verbosity: 'xhigh' }, { output_config: { effort: 'xhigh' } }],
    [
      'claude-opus-5',
      { verbosity: 'max', reasoning: { enabled: false } },
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      'verbosity clamped "max" -> "high"',
    ],
  ]);
});

describe('Anthropic models: tools', () => {
  const tools = [tool('look')];
  const known = { tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }] };
  check([
    ['claude-opus-4-8', { tools, tool_choice: 'required' }, { ...known, tool_choice: { type: 'any' } }],
    [
      'claude-sonnet-5',
      { tools, tool_choice: 'required' },
      { ...known, tool_choice: { type: 'any' }, thinking: { type: 'disabled' } },
      'reasoning.enabled defaulted -> false',
    ],
    ...THINKS_ANYWAY.map((model): Row => [
      model,
      { tools, tool_choice: 'required' },
      { ...known, tool_choice: { type: 'auto' } },
      'tool_choice clamped "required" -> "auto"',
    ]),
  ]);
});

describe('Anthropic models: a schema', () => {
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  const asked = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } };
  const native = { output_config: { format: { type: 'json_schema', schema } } };
  it.each(OLD)('is a tool for %s', (model) => {
    expect(sent('chat', `@anthropic/${model}`, asked).body).toMatchObject({ tool_choice: { type: 'tool', name: 'json' } });
  });
  check([...BOTH_REFUSED, ...UNSAMPLED].map((model): Row => [model, asked, native]));
});

describe('Anthropic models: an answer that was begun', () => {
  const begun = {
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ],
  };
  it.each([...OLD, 'claude-opus-4-1', 'claude-sonnet-4-5'])('is gone on with by %s', (model) => {
    expect(sent('chat', `@anthropic/${model}`, begun).body['messages']).toHaveLength(2);
  });
  it.each(['claude-sonnet-4-6', ...UNSAMPLED])('is refused by %s', (model) => {
    expect(() => sent('chat', `@anthropic/${model}`, begun)).toThrow(RouterError);
  });
});

describe('Anthropic models: a limit', () => {
  it.each([
    ['@anthropic/claude-unheard-of', 4096],
    ['@anthropic/claude-sonnet-4-5-20250929', 64_000],
  ])('for %s is supplied', (model, limit) => {
    const { body, adjustments } = sent('chat', model, {});
    expect(body['max_tokens']).toBe(limit);
    expect(adjustments.map(line)).toEqual([`max_tokens defaulted -> ${limit}`]);
  });

  it('may have its newer name', () => {
    expect(requestFor('chat', 'x', { max_completion_tokens: 7 }).parameters).toEqual({ max_completion_tokens: 7 });
    const { body, adjustments } = sent('chat', '@anthropic/claude-opus-5', { max_completion_tokens: 7 });
    expect([body['max_tokens'], adjustments]).toEqual([7, []]);
  });
});
