import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UPSTREAM_DIALECTS, upstreamDialect } from '../../src/dialects/index.ts';
import { cutInTwo, piecesOf, replay } from './replay.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const USAGE = { promptTokens: 9, completionTokens: 6 };
const token = (word: string) => expect.objectContaining({ token: word, logprob: -0.25 });

/** What each fixture says. */
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
    for (const pieces of cutInTwo(bytes)) expect(replay(dialect, pieces)).toEqual(whole);
    for (const size of [1, 3]) expect(replay(dialect, piecesOf(bytes, size))).toEqual(whole);
  });
});
