/** Faults of upstreams: the result at the client, streamed and not. No cut ever looks like a success. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, post, startHarness, type Harness } from './harness.ts';
import { expectBroken, expectWhole, readStream } from '../support/read-stream.ts';

let harness: Harness;
beforeAll(async () => {
  // One attempt: its fault is what is looked at. A pause between tokens, so that what came before a cut has left the simulator.
  harness = await startHarness({ MAX_ATTEMPTS: '1' }, 1);
});
afterAll(() => harness.stop());

const UPSTREAMS = [
  { provider: 'Novita AI', path: 'chat/completions', body: { model: '@novita/m', messages: [{ role: 'user', content: 'hello' }] } },
  { provider: 'TokensMind AI', path: 'completions', body: { model: '@tokensmind/m', prompt: 'hello' } },
];

/** Faults before the first content: an HTTP error, with or without a stream. */
const REFUSALS = [
  { fault: 'cut-after=0', status: 502, retryable: true },
  { fault: 'end-after=0', status: 502, retryable: true },
  { fault: 'error-in-200', status: 502, retryable: true },
  { fault: 'empty-200', status: 502, retryable: true },
  { fault: 'redirect', status: 502, retryable: false },
  { fault: 'html-502', status: 502, retryable: true },
  { fault: 'status=401', status: 502, retryable: false },
  { fault: 'status=402', status: 502, retryable: false },
  { fault: 'status=403', status: 502, retryable: false },
  { fault: 'status=400', status: 400, retryable: false },
  { fault: 'status=404', status: 404, retryable: false },
  { fault: 'status=422', status: 422, retryable: false },
  { fault: 'status=429', status: 429, retryable: true },
  { fault: 'status=500', status: 502, retryable: true },
  { fault: 'status=503', status: 503, retryable: true },
  { fault: 'status=529', status: 529, retryable: true },
];

/** Faults that change the form and not the answer. */
const HARMLESS = [
  'no-done',
  'double-done',
  'json-for-stream',
  'stream-for-json',
  'crlf',
  'comments',
  'split-bytes=1',
  'wrong-content-type',
];

describe.each(UPSTREAMS)('$provider', ({ provider, path, body }) => {
  const ask = (stream: boolean, fault?: string, fields: object = {}) =>
    post(`${harness.url}/v1/${path}`, { ...body, stream, ...fields }, fault === undefined ? {} : { 'x-simulator-fault': fault });

  /** What the simulator says when nothing is wrong. */
  const soundText = async () => readStream(await (await ask(true)).text()).text;

  /** What an HTTP error tells a client and its retry loop. */
  async function refusalOf(response: Response) {
    const retryAfter = response.headers.get('retry-after');
    const { code, type, message, metadata } = await errorOf(response);
    return {
      status: response.status,
      code,
      provider: metadata.provider_name,
      retryable: metadata.retryable,
      retryAfterIsSeconds: retryAfter !== null && /^[1-9]\d*$/.test(retryAfter),
      shouldRetry: response.headers.get('x-should-retry'),
      sameType: metadata.error_type === type,
      namesProvider: message.includes(provider),
      hasMarkup: message.includes('<'),
    };
  }

  /** What it should tell. */
  const refusal = (status: number, retryable: boolean) => ({
    status,
    code: status,
    provider,
    retryable,
    retryAfterIsSeconds: retryable,
    shouldRetry: retryable ? null : 'false',
    sameType: true,
    namesProvider: true,
    hasMarkup: false,
  });

  describe.each([true, false])('before any content (stream: %s)', (stream) => {
    it.each(REFUSALS)('$fault is HTTP $status', async ({ fault, status, retryable }) => {
      expect(await refusalOf(await ask(stream, fault))).toEqual(refusal(status, retryable));
    });
  });

  it('error-first is an HTTP error, because no content was sent', async () => {
    expect(await refusalOf(await ask(true, 'error-first'))).toEqual(refusal(502, true));
  });

  it.each(['end-after=3', 'error-after=3', 'cut-after=8'])('%s breaks a stream off in-band, without [DONE]', async (fault) => {
    const response = await ask(true, fault);
    expect(response.status).toBe(200);
    const stream = readStream(await response.text());
    const { error, usage } = expectBroken(stream);
    expect(error).toMatchObject({ code: 502, type: 'provider_unavailable', metadata: { provider_name: provider } });
    expect(error.message).toContain(provider);
    expect(stream.text).not.toBe('');
    expect(await soundText()).toMatch(new RegExp(`^${stream.text.replace(/\W/g, '\\$&')}`));
    // A cut may lose what was still on its way; the other two lose nothing.
    expect(stream.text.trimStart()).toMatch(fault.startsWith('cut') ? /^You/ : /^You said: "hello"\.$/);
    expect(usage?.estimated).toContain('completion_tokens');
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  it.each(['end-after=3', 'malformed-after=3', 'cut-after=3'])(
    '%s leaves no whole answer, so it is an error and never a 200',
    async (fault) => {
      expect(await refusalOf(await ask(false, fault))).toEqual(refusal(502, true));
    },
  );

  it('malformed-after=3 is an event that is skipped and reported', async () => {
    const stream = readStream(await (await ask(true, 'malformed-after=3')).text());
    expectWhole(stream);
    expect(stream.text).toBe(await soundText());
    expect(stream.chunks.at(-1)?.adjustments).toMatchObject([{ param: 'stream', action: 'dropped' }]);
  });

  it.each(HARMLESS)('%s changes nothing for a stream', async (fault) => {
    const stream = readStream(await (await ask(true, fault)).text());
    const { usage } = expectWhole(stream);
    expect(stream.text).toBe(await soundText());
    expect(usage).not.toHaveProperty('estimated');
    expect(stream.comments).toEqual([]);
  });

  it.each(HARMLESS)('%s changes nothing for a whole answer', async (fault) => {
    type Body = { choices: unknown[]; usage: object };
    const sound = (await (await ask(false)).json()) as Body;
    const response = await ask(false, fault);
    expect(response.status).toBe(200);
    const answer = (await response.json()) as Body;
    expect(answer.choices).toEqual(sound.choices);
    // Without `stream` the provider was not asked for usage in a stream.
    const estimated = expect.objectContaining({ estimated: expect.arrayContaining(['completion_tokens']) });
    expect(answer.usage).toEqual(fault === 'stream-for-json' ? estimated : sound.usage);
  });

  it('no-usage: the counts are estimated and marked as such', async () => {
    const estimated = ['prompt_tokens', 'completion_tokens', 'total_tokens'];
    const { usage } = expectWhole(readStream(await (await ask(true, 'no-usage')).text()));
    expect(usage.estimated).toEqual(estimated);
    expect(usage.completion_tokens).toBeGreaterThan(0);
    const whole = (await (await ask(false, 'no-usage')).json()) as { usage: object };
    expect(whole.usage).toEqual(usage);
  });

  it('a stream of two choices that breaks ends both of them', async () => {
    const stream = readStream(await (await ask(true, 'end-after=4', { n: 2 })).text());
    const { choices } = expectBroken(stream, [0, 1]);
    expect(choices).toHaveLength(2);
  });

  it('an unknown fault is a 400 of the simulator', async () => {
    expect(await refusalOf(await ask(true, 'no-such-fault'))).toEqual(refusal(400, false));
  });
});
