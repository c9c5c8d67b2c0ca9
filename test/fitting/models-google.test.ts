/** What single models of Google get for what was sent, row by row: the upstream body without its contents, and the whole report. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, sent } from './sent.ts';

/** Model, what was sent, what the upstream gets of it, the report. */
type Row = readonly [model: string, sent: JsonObject, gets: JsonObject, ...report: string[]];

function check(rows: readonly Row[]): void {
  it.each(rows.map((row) => ({ model: row[0], given: JSON.stringify(row[1]), row })))('$model, $given', ({ row }) => {
    const [model, fields, gets, ...report] = row;
    const { body, adjustments } = sent('chat', model, fields);
    const { contents: _, ...rest } = body;
    expect(rest).toEqual(gets);
    expect(adjustments.map(line)).toEqual(report);
  });
}

const config = (generationConfig: JsonObject): JsonObject => ({ generationConfig });
const thinking = (thinkingConfig: JsonObject, more: JsonObject = {}): JsonObject => config({ ...more, thinkingConfig });
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const declared = { tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: { type: 'object' } }] }] };
const json = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } };
const jsonConfig = { responseMimeType: 'application/json', responseJsonSchema: { type: 'object' } };

const [PRO, FLASH, LITE] = [
  '@google-ai-studio/gemini-2.5-pro',
  '@google-ai-studio/gemini-2.5-flash',
  '@google-ai-studio/gemini-2.5-flash-lite',
];
const [PRO_3, FLASH_3] = ['@google-ai-studio/gemini-3-pro-preview', '@google-vertex/gemini-3-flash-preview'];

describe('fit at Google: names and ranges', () => {
  check([
    [
      FLASH,
      { temperature: 2, top_p: 0, top_k: 40, max_tokens: 9, seed: -5, stop: 'END' },
      config({ temperature: 2, topP: 0, topK: 40, maxOutputTokens: 9, seed: -5, stopSequences: ['END'] }),
    ],
    [FLASH, { max_completion_tokens: 99_999 }, config({ maxOutputTokens: 65_536 }), 'max_completion_tokens clamped 99999 -> 65536'],
    [FLASH, { seed: 2 ** 40 }, config({ seed: 2 ** 31 - 1 }), `seed clamped ${2 ** 40} -> ${2 ** 31 - 1}`],
    [FLASH, { top_k: 0, top_a: 0, min_p: 0, repetition_penalty: 1 }, {}],
    [FLASH, { min_p: 0.1, user: 'ada' }, {}, 'min_p dropped 0.1', 'user dropped "ada"'],
    [FLASH, { stop: ['a', 'b', 'c', 'd', 'e', 'f'] }, config({ stopSequences: ['a', 'b', 'c', 'd', 'e'] }), 'stop emulated 6 -> 5'],
    [FLASH, { n: 3 }, {}, 'n emulated 3 -> 1'],
  ]);
});

describe('fit at Google: penalties and log probabilities, which most models refuse', () => {
  check([
    [FLASH, { frequency_penalty: 0.5, presence_penalty: 0 }, {}, 'frequency_penalty dropped 0.5'],
    [FLASH_3, { presence_penalty: -1 }, {}, 'presence_penalty dropped -1'],
    [FLASH, { logprobs: true, top_logprobs: 3 }, {}, 'logprobs dropped true', 'top_logprobs dropped 3'],
    ['@google-vertex/gemini-2.5-flash', { logprobs: true, top_logprobs: 3 }, config({ responseLogprobs: true, logprobs: 3 })],
    ['@google-vertex/gemini-2.5-flash-lite', { logprobs: true }, {}, 'logprobs dropped true'],
  ]);
});

describe('fit at Google: the tier', () => {
  check([
    [FLASH, { service_tier: 'default' }, { serviceTier: 'standard' }],
    [FLASH, { service_tier: 'flex' }, { serviceTier: 'flex' }],
    [FLASH, { service_tier: 'auto' }, {}, 'service_tier dropped "auto"'],
    [FLASH_3, { service_tier: 'flex' }, {}, 'service_tier dropped "flex"'],
  ]);
});

describe('fit at Google: reasoning by budget', () => {
  check([
    [PRO, { reasoning: { max_tokens: 2048 } }, thinking({ includeThoughts: true, thinkingBudget: 2048 })],
    [
      PRO,
      { reasoning: { max_tokens: 5 } },
      thinking({ includeThoughts: true, thinkingBudget: 128 }),
      'reasoning.max_tokens clamped 5 -> 128',
    ],
    // 80% of what it writes is more than it thinks.
    [
      PRO,
      { reasoning_effort: 'high' },
      thinking({ includeThoughts: true, thinkingBudget: 32_768 }),
      'reasoning_effort renamed "high" -> 32768',
    ],
    [
      FLASH,
      { reasoning_effort: 'low', max_tokens: 10_000 },
      thinking({ includeThoughts: true, thinkingBudget: 2000 }, { maxOutputTokens: 10_000 }),
      'reasoning_effort renamed "low" -> 2000',
    ],
    [
      LITE,
      { reasoning: { max_tokens: 100 } },
      thinking({ includeThoughts: true, thinkingBudget: 512 }),
      'reasoning.max_tokens clamped 100 -> 512',
    ],
    [LITE, { reasoning: { enabled: true } }, thinking({ includeThoughts: true, thinkingBudget: -1 })],
    [FLASH, { reasoning: { effort: 'none' } }, thinking({ thinkingBudget: 0 }), 'reasoning.effort renamed "none" -> false'],
    [FLASH, { reasoning: { max_tokens: 0 } }, thinking({ thinkingBudget: 0 }), 'reasoning.max_tokens renamed 0 -> false'],
    [
      PRO,
      { reasoning_effort: 'none' },
      thinking({ thinkingBudget: 128 }),
      'reasoning_effort renamed "none" -> false',
      'reasoning clamped "none" -> 128',
    ],
    [
      FLASH,
      { reasoning: { effort: 'medium', exclude: true }, max_tokens: 4096 },
      thinking({ includeThoughts: true, thinkingBudget: 2048 }, { maxOutputTokens: 4096 }),
      'reasoning.effort renamed "medium" -> 2048',
      'reasoning.exclude emulated true',
    ],
  ]);
});

describe('fit at Google: reasoning by level', () => {
  check([
    [PRO_3, { reasoning_effort: 'high' }, thinking({ includeThoughts: true, thinkingLevel: 'HIGH' })],
    [
      PRO_3,
      { reasoning_effort: 'medium' },
      thinking({ includeThoughts: true, thinkingLevel: 'LOW' }),
      'reasoning_effort clamped "medium" -> "low"',
    ],
    [FLASH_3, { reasoning_effort: 'minimal' }, thinking({ includeThoughts: true, thinkingLevel: 'MINIMAL' })],
    [
      FLASH_3,
      { reasoning_effort: 'xhigh' },
      thinking({ includeThoughts: true, thinkingLevel: 'HIGH' }),
      'reasoning_effort clamped "xhigh" -> "high"',
    ],
    [FLASH_3, { reasoning: { enabled: true } }, thinking({ includeThoughts: true })],
    [FLASH_3, { reasoning: { enabled: false } }, thinking({ thinkingLevel: 'MINIMAL' }), 'reasoning clamped "none" -> "minimal"'],
    [
      PRO_3,
      { reasoning_effort: 'none' },
      thinking({ thinkingLevel: 'LOW' }),
      'reasoning_effort renamed "none" -> false',
      'reasoning clamped "none" -> "low"',
    ],
    [
      '@google-ai-studio/gemini-flash-latest',
      { reasoning_effort: 'minimal' },
      thinking({ includeThoughts: true, thinkingLevel: 'LOW' }),
      'reasoning_effort clamped "minimal" -> "low"',
    ],
    [
      '@google-ai-studio/gemini-3.8-flash',
      { reasoning_effort: 'none' },
      thinking({ thinkingLevel: 'LOW' }),
      'reasoning_effort renamed "none" -> false',
      'reasoning clamped "none" -> "low"',
    ],
    [
      FLASH_3,
      { reasoning: { max_tokens: 13_000 }, max_tokens: 20_000 },
      thinking({ includeThoughts: true, thinkingLevel: 'MEDIUM' }, { maxOutputTokens: 20_000 }),
      'reasoning.max_tokens renamed 13000 -> "medium"',
    ],
  ]);
});

describe('fit at Google: no reasoning', () => {
  check([
    ['@google-ai-studio/gemma-3-27b-it', { reasoning_effort: 'high' }, {}, 'reasoning_effort dropped "high"'],
    ['@google-ai-studio/gemini-2.5-flash-image', { reasoning_effort: 'high' }, {}, 'reasoning_effort dropped "high"'],
    ['@google-ai-studio/gemini-3-pro-image-preview', { reasoning_effort: 'high' }, {}, 'reasoning_effort dropped "high"'],
  ]);
});

describe('fit at Google: a response format beside tools', () => {
  check([
    [PRO_3, { tools, response_format: json }, { ...declared, ...config(jsonConfig) }],
    [FLASH, { response_format: json }, config(jsonConfig)],
    [
      FLASH,
      { tools, response_format: json },
      {
        tools: [
          {
            functionDeclarations: [
              ...declared.tools.flatMap(({ functionDeclarations }) => functionDeclarations),
              { name: 'json_answer', description: 'Gives the final answer to the user.', parametersJsonSchema: { type: 'object' } },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      },
      'response_format emulated',
    ],
    [FLASH, { tools, parallel_tool_calls: false }, declared, 'parallel_tool_calls dropped false'],
  ]);
});

describe('fit at Google: models that lack something', () => {
  check([
    [
      '@google-ai-studio/gemma-3-27b-it',
      { tools, response_format: json },
      {},
      'tools dropped',
      'response_format emulated "json_schema"',
      'messages.role renamed "system" -> "user"',
    ],
    ['@google-ai-studio/gemini-2.5-flash-image', { modalities: ['image', 'text'] }, config({ responseModalities: ['IMAGE', 'TEXT'] })],
    [FLASH, { modalities: ['text'] }, {}, 'modalities dropped'],
    [FLASH_3, { labels: { team: 'a' } }, { labels: { team: 'a' } }],
    [FLASH, { labels: { team: 'a' } }, {}, 'labels dropped'],
  ]);

  it('Gemma gets system text before the first user message', () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    const { body, adjustments } = sent('chat', '@google-ai-studio/gemma-3-27b-it', { messages });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'Be brief.\n\n' }, { text: 'Hi' }] }] });
    expect(adjustments.map(line)).toEqual(['messages.role renamed "system" -> "user"']);
  });
});

describe('fit at Google: calls in the history', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call_1', content: 'found' },
  ];
  const SKIP = { thoughtSignature: 'skip_thought_signature_validator' };

  it.each([
    ['@google-ai-studio/gemini-2.5-pro', { id: 'call_1' }, {}, []],
    ['@google-vertex/gemini-2.5-pro', {}, {}, []],
    ['@google-ai-studio/gemini-3-pro-preview', { id: 'call_1' }, SKIP, ['messages.tool_calls emulated']],
    ['@google-vertex/gemini-3-pro-preview', {}, SKIP, ['messages.tool_calls emulated']],
  ])('%s', (model, id, signature, report) => {
    const { body, adjustments } = sent('chat', model, { messages });
    expect((body['contents'] as JsonObject[]).slice(1)).toEqual([
      { role: 'model', parts: [{ functionCall: { ...id, name: 'look', args: {} }, ...signature }] },
      { role: 'user', parts: [{ functionResponse: { ...id, name: 'look', response: { output: 'found' } } }] },
    ]);
    expect(adjustments.map(line)).toEqual(report);
  });
});
