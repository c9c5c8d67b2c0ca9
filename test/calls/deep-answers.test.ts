/** Answers that are nested so deep that writing them as JSON would throw: an error of the provider, never a bug of the router. */
import { describe, expect, it } from 'vitest';
import { event } from '../dialects/replay.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { failureOf } from '../support/read-stream.ts';

const DEEP = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
const LIMITS = { eventCharacters: 1_000_000, answerBytes: 1_000_000 };
const PARTS: Readonly<Record<string, string>> = {
  'arguments of a call': `"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":${DEEP}}}]`,
  annotations: `"annotations":[${DEEP}]`,
  'reasoning details': `"reasoning_details":[${DEEP}]`,
  content: `"content":${DEEP}`,
};
const wordsOf = (error: unknown) => JSON.stringify([(error as { type?: string }).type, String(error)]);

describe.each(Object.keys(PARTS))('deep %s', (name) => {
  const choice = (field: string) => `{"model":"m","choices":[{"index":0,"${field}":{${PARTS[name] ?? ''}},"finish_reason":"stop"}]}`;

  it('in a stream are an error of the provider', async () => {
    const router = createMultiProvider([[host('alpha'), () => new Response(bodyOf(event(choice('delta')), event('[DONE]')))]], LIMITS);
    const error = await failureOf(router.ask({ model: 'alpha/m', stream: true }));
    expect(wordsOf(error)).toMatch(/"provider_unavailable".*not a JSON object/);
  });

  it('in a body are an error of the provider', async () => {
    const router = createMultiProvider([[host('alpha'), () => new Response(choice('message'))]], LIMITS);
    expect(wordsOf(await failureOf(router.ask({ model: 'alpha/m' })))).toMatch(/"provider_unavailable"/);
  });
});

describe('a deep error', () => {
  it('is reported with its status', async () => {
    const router = createMultiProvider(
      [[host('alpha'), () => new Response(`{"error":${DEEP.slice(0, 30_000)}}`, { status: 503 })]],
      LIMITS,
    );
    expect(await failureOf(router.ask({ model: 'alpha/m' }))).toMatchObject({ type: 'provider_overloaded' });
    const whole = createMultiProvider(
      [[host('alpha'), () => new Response(`[${'['.repeat(9000)}${']'.repeat(9000)}]`, { status: 503 })]],
      LIMITS,
    );
    expect(await failureOf(whole.ask({ model: 'alpha/m' }))).toMatchObject({ type: 'provider_overloaded' });
  });
});
