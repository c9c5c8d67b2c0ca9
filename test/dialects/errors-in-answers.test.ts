/** Errors inside an answer with HTTP 200, in every field and event name in which providers write them, for every format. */
import { describe, expect, it } from 'vitest';
import { upstreamDialect, type DialectName } from '../../src/dialects/index.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { createFramer } from '../../src/upstream/framing/index.ts';
import { bytesOf } from './replay.ts';

const SAID = 'Insufficient Balance';

const FORMATS: readonly DialectName[] = [
  'openai-chat',
  'mistral',
  'openai-completions',
  'openai-responses',
  'anthropic',
  'gemini',
  'cohere',
  'workers-ai',
];

/** The meaning of the error in these events; null where there is none. */
function meaningIn(events: readonly StreamEvent[]): string | null {
  const failed = events.find((event) => event.type === 'error' || event.type === 'choice-error');
  return failed !== undefined && 'error' in failed ? failed.error.meaning : null;
}

function streamed(format: DialectName, text: string): string | null {
  const dialect = upstreamDialect(format);
  const framer = createFramer(dialect.framing ?? 'sse', 1e6);
  const decoder = dialect.createDecoder({ quirks: [] });
  return meaningIn([...framer.push(bytesOf(text)), ...framer.end()].flatMap((payload) => decoder.push(payload)));
}

const data = (payload: unknown) => `data: ${JSON.stringify(payload)}\n\n`;

describe.each(FORMATS)('in a stream of %s', (format) => {
  it.each([
    ['an object', data({ error: { message: SAID } })],
    ['a text', data({ error: SAID })],
    ['a type', data({ type: 'error', error: { type: 'x', message: SAID } })],
    ['an object of its own', data({ object: 'error', message: SAID })],
    ['an event with words', `event: error\ndata: ${SAID}\n\n`],
    ['an event with an object', `event: error\ndata: {"code":1,"msg":"${SAID}"}\n\n`],
    ['a field of the event', `error: {"message":"${SAID}"}\n\n`],
    ['detail', data({ detail: SAID })],
    ['a message', data({ message: SAID, code: 'x' })],
    ['a list of errors', data({ errors: [{ message: SAID }] })],
    ['error_message', data({ error_message: SAID, error_code: 4 })],
    ['base_resp', data({ choices: [], base_resp: { status_code: 1008, status_msg: SAID } })],
    ['data', data({ data: { error: { message: SAID } } })],
    ['a list', data([{ error: { message: SAID } }])],
    ['plain words', `data: ${SAID}\n\n`],
    ['a JSON text', data({ error: { message: `upstream said {"error":{"message":"${SAID}"}}` } })],
    ['metadata', data({ error: { message: 'Provider returned error', metadata: { raw: `{"error":{"message":"${SAID}"}}` } } })],
  ])('an error as %s is found', (_, text) => {
    expect(streamed(format, text)).toBe('no-money');
  });

  it('a damaged object is unreadable, whatever words of the model are in it', () => {
    expect(streamed(format, `data: {"choices":[{"delta":{"content":"${SAID}\n\n`)).toBe('provider-fault');
  });
});

it.each<[DialectName, string]>([
  ['ollama', `{"error":"${SAID}"}\n`],
  ['ollama', `{"error":{"message":"${SAID}"}}\n`],
  ['openai-chat', data({ choices: [{ index: 0, delta: {}, error: { message: SAID } }] })],
  ['openai-completions', data({ choices: [{ index: 0, text: '', error: { message: SAID } }] })],
])('in a stream of %s, %s is found', (format, text) => {
  expect(streamed(format, text)).toBe('no-money');
});

it.each<[unknown, string]>([
  [{ message: SAID }, 'no-money'],
  [{ __type: 'com.amazon#ThrottlingException', message: 'slowly' }, 'rate-limited'],
  [{ error: { message: SAID } }, 'no-money'],
  [{}, 'provider-fault'],
])('a whole answer of bedrock, %j, means %s', (body, meaning) => {
  expect(meaningIn(upstreamDialect('bedrock').decodeBody(body, { quirks: [] }))).toBe(meaning);
});
