/**
 * History in, history out: an answer of any format, as our clients keep it, goes back to any provider, and its strict simulator accepts
 * what arrives. All pairs of formats; the providers of a format are drawn, by a seed that a failure prints.
 */
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UPSTREAM_DIALECTS, upstreamDialect } from '../../src/dialects/index.ts';
import { RouterError } from '../../src/unified/error.ts';
import { arrayOf, type JsonObject } from '../../src/lib/json.ts';
import { replay } from '../dialects/replay.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { MODELS } from '../fitting/models-worth-reaching.ts';
import { bodiesOf, prepared, requestFor } from '../fitting/sent.ts';
import type { Fields } from '../simulator/checks.ts';
import { answeredCalls } from '../simulator/common-checks.ts';
import { judge, systemAt } from '../simulator/judge.ts';
import { FORMATS, messageOf, outcomeOf, PIXEL, streamedMessageOf, type Call, type HistoryAnswer } from './answers.ts';

const SEED = Number(process.env['HISTORY_SEED'] ?? 20_261_130);
const RUNS = Number(process.env['HISTORY_RUNS'] ?? 25);

/** Every model worth reaching that chats, with the format that is spoken there. */
const ENDPOINTS = PROVIDERS.flatMap(({ slug }) =>
  (MODELS[slug] ?? ['some-model']).flatMap((upstream) => {
    const model = `@${slug}/${upstream}`;
    try {
      return [{ slug, model, format: prepared(requestFor('chat', model)).planned.candidate.rules.dialect }];
    } catch (thrown) {
      if (thrown instanceof RouterError) return []; // the provider has no chat
      throw thrown;
    }
  }),
);
const BY_FORMAT = Object.groupBy(ENDPOINTS, ({ format }) => format);

const words = fc.oneof(
  fc.constantFrom('', ' ', 'The river is high.', 'Grüße 🌊\n\n', '{"a": 1}', '\u2028', 'x'.repeat(300)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);
const name = fc.constantFrom('look', 'get-level', 'browser.tabs.open', 'two words', '2nd', 'fluß', 'x'.repeat(80), 'a_b', 'a.b');
const id = fc.oneof(fc.constantFrom('call_1', 'call_0', 'call_0', 'functions.look:0', 'x'.repeat(86), 'call/ü', 'abcDEF123'), fc.uuid());
const args = fc.oneof(
  fc.constantFrom('{}', '{"id": 2512292042121000001}', '{"a": [1.0, -0, 1e400]}', '{"river": "Doña Ana"}'),
  fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }).map((value) => JSON.stringify(value)),
);
const call: fc.Arbitrary<Call> = fc.record({ id, name, arguments: args });
const said: fc.Arbitrary<HistoryAnswer> = fc.record({
  thought: words,
  text: words,
  refusal: fc.constantFrom('', '', '', 'I cannot help with that.'),
  calls: fc.array(call, { maxLength: 3 }),
  media: fc.constantFrom('none', 'none', 'none', 'image', 'sound'),
});

/** An answer, and what its tools gave. */
function turn(message: JsonObject, result: unknown): JsonObject[] {
  const calls = arrayOf(message['tool_calls']) as { id: string }[];
  return [
    { role: 'user', content: 'How high is the river?' },
    message,
    ...calls.map((made) => ({ role: 'tool', tool_call_id: made.id, content: result })),
  ];
}

const results = fc.constantFrom<unknown>(
  'high',
  '',
  '{"level": 12345678901234567890}',
  [{ type: 'text', text: 'high' }],
  [
    { type: 'text', text: 'see' },
    { type: 'image_url', image_url: { url: PIXEL } },
  ],
);

/** The error of the simulated provider for this history; null = it is accepted. */
function verdictOn(history: readonly JsonObject[], { slug, model }: { slug: string; model: string }): unknown {
  const names = new Set(
    history.flatMap(({ tool_calls: calls }) => (arrayOf(calls) as { function: { name: string } }[]).map((made) => made.function.name)),
  );
  const tools = [...names].map((one) => ({ type: 'function', function: { name: one, parameters: { type: 'object' } } }));
  const request = requestFor('chat', model, {
    messages: [...history, { role: 'user', content: 'And now?' }],
    ...(tools.length === 0 ? {} : { tools }),
  });
  const answer = prepared(request);
  for (const body of bodiesOf(answer)) {
    const { operation, modelId, rules } = answer.planned.candidate;
    const refusal = judge(systemAt(slug, rules.path).slug, operation, JSON.parse(JSON.stringify(body)), modelId);
    const messages = arrayOf(body['messages']) as Fields[];
    const unpaired = rules.dialect === 'openai-chat' ? answeredCalls(messages, 'messages') : null;
    if (refusal !== null || unpaired !== null) return { model, refusal, unpaired, body };
  }
  return null;
}

describe.each(Object.keys(FORMATS))('answers of %s', (from) => {
  it.each(Object.keys(BY_FORMAT))('are accepted by %s as history', (to) => {
    const endpoints = BY_FORMAT[to] ?? [];
    fc.assert(
      fc.property(
        fc.array(said, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...endpoints),
        results,
        fc.boolean(),
        (answers, endpoint, result, streamed) => {
          const messages = answers.flatMap((one) => {
            const outcome = outcomeOf(from, one);
            const message = streamed ? streamedMessageOf(outcome) : messageOf(outcome);
            return message === null ? [] : turn(message, result);
          });
          expect(verdictOn(messages, endpoint)).toBeNull();
        },
      ),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

describe('recorded answers', () => {
  const FIXTURES = join(import.meta.dirname, '../fixtures');
  const recorded = readdirSync(FIXTURES)
    .filter((format) => Object.hasOwn(UPSTREAM_DIALECTS, format) && Object.hasOwn(FORMATS, format))
    .flatMap((format) => readdirSync(join(FIXTURES, format)).map((file) => ({ format, file })));

  it.each(recorded)('of $format ($file) are accepted by every format as history', ({ format, file }) => {
    const outcome = replay(upstreamDialect(format), [readFileSync(join(FIXTURES, format, file))]);
    const messages = [messageOf(outcome), streamedMessageOf(outcome)].filter((message) => message !== null);
    const endpoints = Object.values(BY_FORMAT).flatMap((some) => (some ?? []).slice(0, 2));
    const verdicts = messages.flatMap((message) => endpoints.map((endpoint) => verdictOn(turn(message, 'high'), endpoint)));
    expect(verdicts.filter((verdict) => verdict !== null)).toEqual([]);
  });
});
