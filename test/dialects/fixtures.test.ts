import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UPSTREAM_DIALECTS, upstreamDialect } from '../../src/dialects/index.ts';
import { expectSameWhenCut, replay } from './replay.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const USAGE = { promptTokens: 9, completionTokens: 6 };
const token = (word: string) => expect.objectContaining({ token: word, logprob: -0.25 });

/** What each fixture contains. */
const EXPECTED: Record<string, { choices: object[]; usage: object | null; error: object | null }> = {
  'openai-chat/text.sse': { choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }], usage: USAGE, error: null },
  'openai-chat/text-crlf-comments.sse': { choices: [{ text: 'Ein Bäch\u2028lein', finishReason: 'length' }], usage: USAGE, error: null },
  'openai-chat/reasoning-then-tools.sse': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'call_a', name: 'get_level', arguments: '{"river":"Do\\u00f1a Ana"}' },
          { id: 'call_b', name: 'get_level', arguments: '{"river":"Inn"}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'openai-chat/three-choices.sse': {
    choices: [
      { text: 'a1', finishReason: 'length' },
      { text: 'b2', finishReason: 'stop' },
      { text: 'c3', finishReason: 'stop' },
    ],
    usage: USAGE,
    error: null,
  },
  'openai-chat/error-after-content.sse': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'provider_overloaded', message: 'engine überlastet' },
  },
  'openai-responses/text.sse': { choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }], usage: USAGE, error: null },
  'openai-responses/thoughts-then-tools.sse': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.\n\nAnd wide.',
        toolCalls: [
          { id: 'call_a', name: 'get_level', arguments: '{"river":"Do\\u00f1a Ana"}' },
          { id: 'call_b', name: 'get_level', arguments: '{"river":"Inn"}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'openai-responses/incomplete.sse': { choices: [{ text: 'Ein Bäch\u2028lein', finishReason: 'length' }], usage: USAGE, error: null },
  'openai-responses/calls-in-one.sse': {
    choices: [
      {
        toolCalls: [
          { id: 'call_w_0', name: 'get_level', arguments: '{"river":"Inn"}' },
          { id: 'call_w_1', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'openai-responses/error-then-failed.sse': {
    choices: [],
    usage: null,
    error: { type: 'rate_limit_exceeded', message: 'Das Guthaben ist aufgebraucht 🪙', retryable: false },
  },
  'openai-responses/failed-after-content.sse': {
    choices: [{ text: 'The river ' }],
    usage: USAGE,
    error: { type: 'provider_unavailable', message: 'überlastet' },
  },
  'anthropic/text-with-pings.sse': { choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }], usage: USAGE, error: null },
  'anthropic/thinking-then-tools.sse': {
    choices: [
      {
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'toolu_a', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'toolu_b', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: { ...USAGE, reasoningTokens: 4 },
    error: null,
  },
  'anthropic/refusal.sse': { choices: [{ text: '', refusal: 'No dams.', finishReason: 'content_filter' }], usage: USAGE, error: null },
  'anthropic/error-after-content.sse': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'provider_overloaded', message: 'überlastet' },
  },
  'bedrock/text.bin': {
    choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop', nativeReason: 'end_turn' }],
    usage: { ...USAGE, cachedTokens: 5 },
    error: null,
  },
  'bedrock/thinking-then-tools.bin': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'tooluse_a', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'tooluse_b', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'bedrock/metadata-first.bin': { choices: [{ text: 'Ein Bäch\u2028lein', finishReason: 'length' }], usage: USAGE, error: null },
  'bedrock/exception-after-content.bin': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'provider_overloaded', message: 'überlastet' },
  },
  'bedrock/error-without-payload.bin': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'rate_limit_exceeded', message: 'zu schnell' },
  },
  'openai-completions/text.sse': { choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }], usage: USAGE, error: null },
  'openai-completions/usage-on-last-text.sse': { choices: [{ text: 'Ein Bächlein', finishReason: 'length' }], usage: USAGE, error: null },
  'openai-completions/logprobs-two-prompts.sse': {
    choices: [
      { text: 'Rhône', logprobs: [token('Rh'), token('ône')], finishReason: 'stop' },
      { text: 'Inn', logprobs: [token('In'), token('n')], finishReason: 'stop' },
    ],
    usage: USAGE,
    error: null,
  },
  'mistral/text.sse': {
    choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }],
    usage: { ...USAGE, cachedTokens: 4 },
    error: null,
  },
  'mistral/thinking-then-tools.sse': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'gSIMJiOkT', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'h7TzP0Xa2', name: 'get_level', arguments: '{"river":"Inn"}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'mistral/references.sse': {
    choices: [{ text: 'The Rhône rises.', extra: { references: [1, 3, 'b'] }, finishReason: 'stop' }],
    usage: { ...USAGE, cachedTokens: 4 },
    error: null,
  },
  'mistral/refused-in-stream.sse': {
    choices: [{ text: 'The ' }],
    usage: null,
    error: { type: 'invalid_request', message: 'top_k: Extra inputs are not permitted' },
  },
  'mistral-fim/text.sse': { choices: [{ text: '  return a + b;', finishReason: 'stop' }], usage: USAGE, error: null },
  'workers-ai/text.sse': {
    choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop', nativeReason: null }],
    usage: USAGE,
    error: null,
  },
  'workers-ai/tools.sse': {
    choices: [
      {
        toolCalls: [
          { name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'workers-ai/openai-shaped.sse': {
    choices: [
      {
        reasoning: 'The river is far.',
        toolCalls: [{ id: 'call_a', name: 'get_level', arguments: '{"river":"Inn"}' }],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'workers-ai/cut.sse': { choices: [{ text: 'The river ' }], usage: null, error: { type: 'provider_unavailable' } },
  'cohere/text.sse': {
    choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop', nativeReason: 'COMPLETE' }],
    usage: { ...USAGE, cachedTokens: null },
    error: null,
  },
  'cohere/thinking-plan-tools.sse': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far. I will look.',
        toolCalls: [
          { id: 'get_level_a1', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'now_b2', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'cohere/citations.sse': {
    choices: [
      { text: 'The Rhône rises.', extra: { citations: [{ start: 4, end: 9, text: 'Rhône' }, { text: 'rises' }] }, finishReason: 'stop' },
    ],
    usage: USAGE,
    error: null,
  },
  'cohere/fails.sse': {
    choices: [{ text: 'The river ' }],
    usage: USAGE,
    error: { type: 'provider_unavailable', message: 'GPU überlastet', details: { nativeFinishReason: 'ERROR' } },
  },
  'ollama/text.ndjson': { choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop' }], usage: USAGE, error: null },
  'ollama/thinking-then-tools.ndjson': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'call_a', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'call_gen-test_0_1', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
  'ollama/logprobs-crlf.ndjson': {
    choices: [{ text: 'Rhône', logprobs: [token('Rh'), token('ône')], finishReason: 'length' }],
    usage: USAGE,
    error: null,
  },
  'ollama/error-after-content.ndjson': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'provider_unavailable', message: 'model runner überlastet' },
  },
  'gemini/text-crlf.sse': {
    choices: [{ text: 'Der Fluß heißt 川 🌊.', finishReason: 'stop', nativeReason: 'STOP' }],
    usage: { ...USAGE, reasoningTokens: null },
    error: null,
  },
  'gemini/thinking-then-tools.sse': {
    choices: [
      {
        text: '',
        reasoning: 'The river is far.',
        toolCalls: [
          { id: 'call_Rh0ne-1_x_0_0', name: 'get_level', arguments: '{"river":"Doña Ana"}' },
          { id: 'call_Rh0ne-1_x_0_1', name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: { ...USAGE, reasoningTokens: 4 },
    error: null,
  },
  'gemini/two-candidates.sse': {
    choices: [
      { text: 'a1', finishReason: 'length' },
      { text: 'b2', finishReason: 'stop' },
    ],
    usage: USAGE,
    error: null,
  },
  'gemini/blocked.sse': {
    choices: [{ text: '', finishReason: 'content_filter', nativeReason: 'PROHIBITED_CONTENT' }],
    usage: { promptTokens: 9, completionTokens: 0 },
    error: null,
  },
  'gemini/error-after-content.sse': {
    choices: [{ text: 'The river ' }],
    usage: null,
    error: { type: 'provider_overloaded', message: 'The model is überlastet. Please try again later.' },
  },
  'gemini/arguments-in-pieces.sse': {
    choices: [
      {
        toolCalls: [
          { name: 'get_level', arguments: '{"river":"Doña Ana","years":[1999,null]}' },
          { name: 'now', arguments: '{}' },
        ],
        finishReason: 'tool_calls',
      },
    ],
    usage: USAGE,
    error: null,
  },
};

describe('fixtures', () => {
  it('are all expected to say something', () => {
    const files = Object.keys(UPSTREAM_DIALECTS).flatMap((name) => readdirSync(join(FIXTURES, name)).map((file) => `${name}/${file}`));
    expect(files.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  it.each(Object.entries(EXPECTED))('%s says what it says, cut at every byte', { timeout: 60_000 }, (file, { choices, usage, error }) => {
    const dialect = upstreamDialect(file.split('/')[0] ?? '');
    const bytes = readFileSync(join(FIXTURES, file));
    const whole = replay(dialect, [bytes]);
    expect(whole.result.choices).toMatchObject(choices);
    expect([whole.result.usage, whole.error]).toMatchObject([usage, error]);
    expectSameWhenCut(dialect, bytes, [1, 3]);
  });
});
