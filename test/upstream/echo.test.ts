/** What a client writes and a provider repeats, with whatever quotes, sets no key and no endpoint aside. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHARED_ROWS } from '../../src/dialects/openai-common/upstream/error-table.ts';
import { parseErrorBody } from '../../src/dialects/openai-common/upstream/error.ts';
import type { RouterError } from '../../src/unified/error.ts';
import { consequenceOf } from '../../src/unified/meaning.ts';
import { createCallKeys } from '../../src/upstream/keys.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { CallBody } from '../../src/upstream/call-body.ts';
import { toProviderError } from '../../src/upstream/send.ts';
import { createFakeClock, QUIET, reachable } from '../support/fake-ports.ts';

const PHRASES = SHARED_ROWS.flatMap(({ words = [], codes = [] }) => [...words, ...codes]).map((phrase) =>
  phrase.replaceAll("''", "'x'").replaceAll('*', ' y '),
);

/** Ways in which a text reaches an error: as it is, in quotes that it closes itself, in pieces of a list, as a code. */
const ECHOES: readonly ((text: string) => unknown)[] = [
  (text) => ({ error: { message: `Invalid value: '${text}'. Supported values are: 'low', 'high'.`, type: 'invalid_request_error' } }),
  (text) => ({ error: { message: `stop: ${text} is not a list` } }),
  (text) => ({ error: { message: 'bad', code: text } }),
  (text) => ({ detail: [{ loc: ['body', 'stop'], msg: `Unexpected "${text}"`, type: 'value_error', input: text }] }),
  (text) => `<html><body>Blocked: ${text}</body></html>`,
];

type CalledText = { url: string; body: CallBody };

/** Places of a request: its body, also as an escaped text, and its address. */
const CALLS: readonly ((text: string) => CalledText)[] = [
  (text) => ({ url: 'https://acme.example/v1', body: new CallBody({ stop: text }) }),
  (text) => ({ url: 'https://acme.example/v1', body: new CallBody({ tools: [{ arguments: JSON.stringify({ text }) }] }) }),
  (text) => ({ url: `https://acme.example/models/${encodeURIComponent(text)}:generate`, body: new CallBody({}) }),
];

const CALLEE = { name: 'Acme', secretVariable: 'ACME_API_KEY' };

/** The error that a call meets. */
const errorOf = (status: number | null, body: unknown, call: CalledText): RouterError =>
  toProviderError(
    parseErrorBody(status, body),
    { callee: CALLEE, secrets: [] },
    { ...(status === null ? {} : { status }), nowMs: 0, call },
  );

const texts = fc
  .tuple(fc.constantFrom('', 'a ', "' ", '".\n', '”. '), fc.constantFrom(...PHRASES), fc.constantFrom('', '!', "', ", '" x'))
  .map((pieces) => pieces.join(''));

describe('toProviderError for text that repeats the request', () => {
  it.each([400, 422, 413])('proves nothing of keys and endpoints (HTTP %s)', (status) => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...ECHOES), fc.constantFrom(...CALLS), (text, echo, callOf) => {
        expect(consequenceOf(errorOf(status, echo(text), callOf(text)).proven).against).toBe('request');
      }),
      { numRuns: 500 },
    );
  });

  it.each([500, 502, null])('never proves anything of a key (HTTP %s; null: inside an answer)', (status) => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...ECHOES), fc.constantFrom(...CALLS), (text, echo, callOf) => {
        expect(consequenceOf(errorOf(status, echo(text), callOf(text)).proven).against).not.toBe('key');
      }),
      { numRuns: 500 },
    );
  });

  it('allows the next key, and pauses none', () => {
    const keyHealth = createKeyHealth(createFakeClock(0));
    const call = { url: 'https://acme.example/v1', body: new CallBody({ messages: [{ content: 'Why "insufficient balance"?' }] }) };
    const access = { ...reachable('https://acme.example/v1', 'first-key'), keys: ['first-key', 'second-key'] };
    const keys = createCallKeys(
      { access, provider: 'acme', model: 'm', countTokens: () => 0 },
      { keyRates: QUIET.keyRates, clock: createFakeClock(0), keyHealth },
    );
    const error = errorOf(400, { error: { message: 'Insufficient balance' } }, call);
    expect(error.meaning).toBe('no-money');
    for (const hasMore of [true, false]) {
      keys.next();
      expect(keys.refuse(error).hasMore).toBe(hasMore);
    }
    expect([
      keyHealth.pick({ provider: 'acme', model: 'm', keys: ['first-key', 'second-key'] }),
      keyHealth.pick({ provider: 'acme', model: 'm', keys: ['first-key', 'second-key'] }),
    ]).toEqual(['first-key', 'second-key']);
  });
});

describe('toProviderError for text that is not in the request', () => {
  const call = {
    url: 'https://acme.example/v1',
    body: new CallBody({ model: 'gpt', messages: [{ role: 'user', content: 'my balance?' }] }),
  };

  it.each([
    ['no-money', 400, 'Insufficient Balance'],
    ['bad-key', 400, 'Incorrect API key provided: sk-1'],
    ['no-such-model', 400, "model 'x' not found"],
  ])('proves that it is %s', (meaning, status, message) => {
    expect(errorOf(status, { error: { message } }, call)).toMatchObject({ meaning, proven: meaning });
  });

  it('proves it when one of several phrases does', () => {
    const echo = { ...call, body: new CallBody({ stop: 'insufficient balance' }) };
    const error = { message: 'Insufficient Balance', code: 'insufficient_credits' };
    expect(errorOf(400, { error }, echo).proven).toBe('no-money');
  });
});
