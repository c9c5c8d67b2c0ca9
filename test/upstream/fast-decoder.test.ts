/** The short way for tokens and the long one say the same, whatever comes. */
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { upstreamDialect } from '../../src/dialects/index.ts';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { createFramer } from '../../src/upstream/framing/index.ts';
import { createFastDecoder } from '../../src/upstream/fast-decoder.ts';
import { anthropicUpstream } from '../../src/dialects/anthropic/upstream/index.ts';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

const chunk = (delta: object, more: object = {}) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: null }],
    ...more,
  });
const block = (type: string, text: string, index = 0) =>
  JSON.stringify({ type: 'content_block_delta', index, delta: { type, [type === 'text_delta' ? 'text' : 'thinking']: text } });

/** Text with everything in it that could be mistaken for JSON. */
const aText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom('', '"', '\\', '","content":"', '}', 'a"}', '\\"', '\n', ' the', 'word', '川', '🌊', '\u2028'),
);

const openai = fc.oneof(
  { weight: 6, arbitrary: aText.map((content) => chunk({ content })) },
  aText.map((content) => chunk({ role: 'assistant', content })),
  aText.map((reasoning) => chunk({ reasoning })),
  aText.map((content) => chunk({ content, content2: 'x' })),
  aText.map((content) => chunk({ content }, { model: '"content":"' })),
  fc.tuple(aText, aText).map(([content, obfuscation]) => chunk({ content }, { obfuscation })),
  fc.tuple(aText, fc.constantFrom('a', 'bC3', '')).map(([content, obfuscation]) => chunk({ content }, { obfuscation })),
  aText.map((text) => chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: text } }] })),
  fc.constantFrom(
    chunk({ content: 'x' }).replace('"x"', '"\\u0078"'),
    chunk({ content: 'x' }).replace('"x"', '"x'),
    chunk({ content: 'x' }).replace('"x"', '"x\t"'),
    chunk({ content: 'x' }).replace('"x"', '"x\\"'),
    chunk({ content: 'x' }, { obfuscation: 'abc' }).replace('abc"', 'abc","model":"other"'),
    chunk({ content: 'x' }).replace('"content":', '"content" : '),
    chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
    chunk({ content: 'a' }, { usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }),
    '{"error":{"message":"no"}}',
    '[DONE]',
  ),
);

const anthropic = fc.oneof(
  { weight: 6, arbitrary: aText.map((text) => block('text_delta', text)) },
  aText.map((text) => block('thinking_delta', text)),
  aText.map((text) => block('text_delta', text, 1)),
  fc.constantFrom(
    '{"type":"message_start","message":{"id":"m","model":"claude","usage":{"input_tokens":3,"output_tokens":1}}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
    '{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}',
    '{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}',
    '{"type":"content_block_stop","index":0}',
    '{"type":"ping"}',
    '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}',
  ),
);

it.each<[string, UpstreamDialect, fc.Arbitrary<string>]>([
  ['OpenAI', openaiChatUpstream, openai],
  ['Anthropic', anthropicUpstream, anthropic],
])('createFastDecoder equals full decoding for %s', (_, dialect, payload) => {
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 20 }), (payloads) => {
      const [short, long] = [dialect.createDecoder({ quirks: [] }), dialect.createDecoder({ quirks: [] })];
      const fast = createFastDecoder(short, dialect);
      for (const one of payloads) expect(fast.push(one)).toEqual(long.push(one));
    }),
    { numRuns: 1000 },
  );
});

it.each(readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(sse|ndjson|bin)$/.test(name)))(
  'createFastDecoder equals full decoding for the fixture %s',
  (name) => {
    const dialect = upstreamDialect(dirname(name));
    const framer = createFramer(dialect.framing ?? 'sse', 1_000_000);
    const payloads = [...framer.push(readFileSync(join(FIXTURES, name))), ...framer.end()];
    const [short, long] = [dialect.createDecoder({ quirks: [] }), dialect.createDecoder({ quirks: [] })];
    const fast = createFastDecoder(short, dialect);
    expect(payloads.flatMap((payload) => fast.push(payload))).toEqual(payloads.flatMap((payload) => long.push(payload)));
  },
);

it('createFastDecoder parses a run of tokens once, also with escapes and padding', () => {
  let parsed = 0;
  const decoder = openaiChatUpstream.createDecoder({ quirks: [] });
  const fast = createFastDecoder({ push: (payload) => (parsed++, decoder.push(payload)) }, openaiChatUpstream);
  fast.push(chunk({ role: 'assistant', content: '' }));
  const said = ['The', ' "river"', ' 川', ' runs\n', '\\', ' on'];
  const texts = said.flatMap((content, place) => fast.push(chunk({ content }, { obfuscation: 'x'.repeat(place) })));
  expect(texts.map((event) => (event.type === 'text-delta' ? event.text : null))).toEqual(said);
  expect(parsed).toBe(2);
});
