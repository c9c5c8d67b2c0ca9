/** What is kept of an answer has one budget, from request to answer: above it the upstream is left and the answer is an error. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { acme, completionsOperation } from '../support/fake-providers.ts';
import { LIMITS } from '../support/fake-ports.ts';
import { counts, says } from '../support/scripted-upstream.ts';
import { completionsBody, createFakeRouter, createMultiProvider, host } from '../support/fake-router.ts';
import { failureOf } from '../support/read-stream.ts';

const KIBIBYTE = 1024;

/** A body without end: the same frames again and again, as long as it is read. */
function endless(frames: readonly JsonObject[]) {
  const seen = { bytes: 0, cancelled: false };
  const bytes = new TextEncoder().encode(frames.map(event).join(''));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      seen.bytes += bytes.length;
      if (seen.bytes > 100 * LIMITS.answerBytes) controller.error(new Error('the reader does not stop'));
      else controller.enqueue(bytes.slice());
    },
    cancel: () => void (seen.cancelled = true),
  });
  return { seen, response: () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }) };
}

const chunk = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const LOGPROBS = { content: [{ token: 'x', logprob: -1, bytes: null, top_logprobs: [] }] };

const ENDLESS: Readonly<Record<string, readonly JsonObject[]>> = {
  text: [chunk({ content: 'four'.repeat(10) })],
  'tokens of one character': [chunk({ content: 'x' })],
  'wide characters': [chunk({ content: '終' })],
  reasoning: [chunk({ reasoning: 'four'.repeat(10) })],
  'reasoning details': [chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'x' }] })],
  'log probabilities': [chunk({ content: '' }, { logprobs: LOGPROBS })],
  arguments: [chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: 'four' } }] })],
  annotations: [chunk({ annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example' } }] })],
};

describe.each(Object.keys(ENDLESS))('a stream without end of %s', (what) => {
  it('is an error for a client that asked for JSON, and its upstream is left', async () => {
    const { seen, response } = endless(ENDLESS[what] ?? []);
    const router = createMultiProvider([[host('alpha'), response]]);
    const error = await failureOf(router.ask({ model: 'alpha/m', logprobs: true }));
    expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false, message: expect.stringContaining('MAX_ANSWER_BYTES') });
    expect(seen.cancelled || router.sent[0]?.signal.aborted).toBe(true);
    expect(router.sent).toHaveLength(1);
  });
});

describe('tool calls without end', () => {
  it('end a stream in an error, since each takes a little of the budget', async () => {
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        const call = { index: next, id: `id-${next++}`, function: { name: 'f', arguments: '{}' } };
        controller.enqueue(new TextEncoder().encode(event(chunk({ tool_calls: [call] }))));
      },
    });
    const router = createMultiProvider([[host('alpha'), () => new Response(body)]]);
    const text = await (await router.ask({ model: 'alpha/m', stream: true })).text();
    expect(text).toContain('MAX_ANSWER_BYTES');
    expect(text).toContain('"finish_reason":"error"');
    expect(text).not.toContain('[DONE]');
    expect(next).toBeLessThan(LIMITS.answerBytes / 50);
  });
});

describe('best_of', () => {
  const rules = { ...completionsOperation().parameters, n: false, best_of: false } as const;
  const single = acme({ operations: { completions: [completionsOperation({ parameters: rules })] } });

  it('holds its candidates within the budget, also in a stream', async () => {
    const frame = { choices: [{ index: 0, text: 'x', logprobs: { tokens: ['x'], token_logprobs: [-1], top_logprobs: [] } }] };
    const router = createFakeRouter(single, () => endless([frame]).response());
    const error = await failureOf(router.ask(completionsBody({ best_of: 2, stream: true }), { operation: 'completions' }));
    expect(error).toMatchObject({ type: 'provider_unavailable', message: expect.stringContaining('MAX_ANSWER_BYTES') });
  });
});

describe('an attempt that failed', () => {
  it('returns what it took, so that the next one has all of the budget', async () => {
    const half = 'x'.repeat(7 * KIBIBYTE);
    const breaksOff = () => new Response(event(CHAT_WIRE.chunk([{ text: half }])), { headers: { 'content-type': 'text/event-stream' } });
    const router = createMultiProvider(
      [
        [host('alpha'), breaksOff],
        [host('beta'), says(half, counts(1, 1))],
      ],
      { attempts: 2 },
    );
    const response = await router.ask({ model: 'any/m', provider: { order: ['alpha', 'beta'] } });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: `${half}0` } }] });
    expect(router.sent).toHaveLength(2);
  });
});

describe('a stream that is passed on', () => {
  it('has no limit, and keeps nothing where no attempt is left to continue it', async () => {
    const frames = Array.from({ length: 1000 }, () => event(chunk({ content: 'four'.repeat(10) })));
    const body = [...frames, event(chunk({}, { finish_reason: 'stop' })), event('[DONE]')].join('');
    for (const attempts of [1, 4]) {
      const router = createMultiProvider([[host('alpha'), () => new Response(body)]], { attempts });
      const text = await (await router.ask({ model: 'alpha/m', stream: true })).text();
      expect(text).toContain('[DONE]');
    }
  });
});
