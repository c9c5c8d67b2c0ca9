import { describe, expect, it } from 'vitest';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { RouterError } from '../../src/unified/error.ts';
import { errorBody } from '../../src/dialects/openai-common/client/error-body.ts';
import { CallBody } from '../../src/upstream/call-body.ts';
import { sanitize, send, type SendOptions } from '../../src/upstream/send.ts';
import { createBody } from '../support/scripted-upstream.ts';
import { createFakeClock, reachable } from '../support/fake-ports.ts';

const KEY = 'sk-ä+secret/1234';
const CALL = {
  url: 'https://api.acme.example/v1/chat/completions',
  headers: { 'content-type': 'application/json' },
  body: new CallBody({ model: 'm' }),
  access: reachable('https://api.acme.example/v1', KEY),
};
const clock = createFakeClock(Date.parse('2026-11-20T12:00:00Z'));

function sending(fetch: SendOptions['fetch'], signal = new AbortController().signal): SendOptions {
  const credentials = { key: KEY, variables: {} };
  return { dialect: openaiChatUpstream, callee: { name: 'Acme', secretVariable: 'ACME_API_KEY' }, credentials, fetch, clock, signal };
}

/** The error that an answer becomes. */
async function errorOf(response: Response): Promise<RouterError> {
  const thrown: unknown = await send(
    CALL,
    sending(() => Promise.resolve(response)),
  ).catch((error: unknown) => error);
  if (!(thrown instanceof RouterError)) throw new Error(`no RouterError: ${String(thrown)}`);
  return thrown;
}

const refuse = (status: number, message: unknown = 'no', headers: Record<string, string> = {}) =>
  errorOf(Response.json({ error: { message } }, { status, headers }));

describe('send', () => {
  it('posts the body once, follows no redirect, and returns a 2xx unchanged', async () => {
    const sent: [string, RequestInit][] = [];
    const answer = new Response('{}');
    const controller = new AbortController();
    const { response, secrets } = await send(
      CALL,
      sending((url, init) => {
        sent.push([url, init]);
        return Promise.resolve(answer);
      }, controller.signal),
    );
    expect(response).toBe(answer);
    expect(secrets).toContain(KEY);
    expect(sent).toEqual([
      [
        CALL.url,
        {
          method: 'POST',
          headers: { ...CALL.headers, authorization: `Bearer ${KEY}` },
          body: CALL.body.text,
          redirect: 'manual',
          signal: controller.signal,
        },
      ],
    ]);
  });

  it('reports an unreachable provider without details', async () => {
    const failure = send(
      CALL,
      sending(() => Promise.reject(new TypeError(`connect ECONNREFUSED 10.0.0.7 ${KEY}`))),
    );
    await expect(failure).rejects.toMatchObject({
      type: 'provider_unavailable',
      status: 502,
      retryable: true,
      message: 'Acme could not be reached.',
    });
  });

  it('reports a disconnect, not a fault of the provider', async () => {
    const controller = new AbortController();
    controller.abort();
    const failure = send(
      CALL,
      sending(() => Promise.reject(controller.signal.reason as Error), controller.signal),
    );
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('client disconnected'), retryable: false });
  });

  it.each([301, 302, 303, 307, 308])('rejects a redirect (%i), and cancels its body', async (status) => {
    const body = createBody();
    const error = await errorOf(new Response(body.stream, { status, headers: { location: 'https://evil.example/' } }));
    expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false, message: expect.stringContaining('never followed') });
    expect(error.message).not.toContain('evil');
    expect(body.cancelled()).toBe(true);
  });
});

describe('send with an error status', () => {
  it.each([
    [400, 'invalid_request', 400, false],
    [401, 'provider_unavailable', 502, false],
    [402, 'provider_unavailable', 502, false],
    [403, 'provider_unavailable', 502, false],
    [404, 'not_found', 404, false],
    [408, 'timeout', 408, true],
    [413, 'payload_too_large', 413, false],
    [422, 'unprocessable', 422, false],
    [429, 'rate_limit_exceeded', 429, true],
    [500, 'provider_unavailable', 502, true],
    [502, 'provider_unavailable', 502, true],
    [503, 'provider_overloaded', 503, true],
    [504, 'timeout', 504, true],
    [529, 'provider_overloaded', 529, true],
    [599, 'provider_unavailable', 502, true],
  ])('converts status %i to %s, status %i, retryable: %s', async (status, type, told, retryable) => {
    expect(await refuse(status)).toMatchObject({
      type,
      status: told,
      retryable,
      details: { providerName: 'Acme', raw: { message: 'no', status } },
    });
  });

  it.each([
    [401, 'bad key', "Acme rejected the router's key: bad key (check ACME_API_KEY)"],
    [403, 'no', "Acme does not permit this to the router's account: no (check what the account of ACME_API_KEY may use, and where)"],
    [
      400,
      'Country, region, or territory not supported',
      "Acme does not permit this to the router's account: Country, region, or territory not supported (check what the account of ACME_API_KEY may use, and where)",
    ],
    [402, 'no', "The router's account at Acme cannot pay: no (check the balance and the limits of the account of ACME_API_KEY)"],
    [
      400,
      'Insufficient Balance',
      "The router's account at Acme cannot pay: Insufficient Balance (check the balance and the limits of the account of ACME_API_KEY)",
    ],
  ])('names what the operator must check (%i, %s)', async (status, said, told) => {
    expect((await refuse(status, said)).message).toBe(told);
  });

  it('keeps every field of the upstream error', async () => {
    const said = { code: 400, status: 'INVALID_ARGUMENT', message: 'no', details: [{ reason: 'API_KEY_INVALID' }] };
    const error = await errorOf(Response.json({ error: said }, { status: 400 }));
    expect(error.details.raw).toEqual(said);
    expect(error.upstreamStatus).toBe(400);
  });

  it('reports a context length error whatever its status', async () => {
    expect(await refuse(400, 'maximum context length is 8192 tokens')).toMatchObject({ type: 'context_length_exceeded', status: 400 });
    expect(await refuse(413, 'prompt is too long')).toMatchObject({ type: 'context_length_exceeded', status: 400 });
  });

  it('names the parameter of the upstream error', async () => {
    const error = await errorOf(Response.json({ error: { message: 'too big', param: 'top_k' } }, { status: 400 }));
    expect(error.details.param).toBe('top_k');
  });

  it.each([
    ['7', 7],
    ['0', 1],
    ['0.2', 1],
    ['Fri, 20 Nov 2026 12:00:30 GMT', 30],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 1],
    ['999999999', 86_400],
    ['soon', undefined],
    ['', undefined],
  ])('reads Retry-After "%s" as %s seconds', async (header, seconds) => {
    expect((await refuse(429, 'slow down', { 'retry-after': header })).details.retryAfterSeconds).toBe(seconds);
  });

  it('is not retryable for an exhausted quota', async () => {
    const error = await errorOf(Response.json({ error: { message: 'no quota', code: 'insufficient_quota' } }, { status: 429 }));
    expect(error).toMatchObject({ type: 'rate_limit_exceeded', retryable: false });
  });

  it('returns the text of an HTML page, without markup', async () => {
    const page = '<html><head><style>b{color:red}</style><script>alert(1)</script></head><body><h1>502  Bad\nGateway</h1></body></html>';
    expect((await errorOf(new Response(page, { status: 502 }))).message).toBe('Acme: 502 Bad Gateway');
  });

  it('reports the status without a body', async () => {
    expect((await errorOf(new Response(null, { status: 500 }))).message).toBe('Acme: HTTP 500 without a message');
  });

  it('bounds the message and the bytes read', async () => {
    expect((await refuse(400, 'x'.repeat(5000))).message.length).toBeLessThan(1100);
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(16_384)) });
    expect((await errorOf(new Response(endless, { status: 500 }))).type).toBe('provider_unavailable');
  });

  it('handles a body that breaks', async () => {
    const body = createBody();
    const error = errorOf(new Response(body.stream, { status: 503 }));
    body.reset();
    expect((await error).status).toBe(503);
  });
});

describe('send secrets', () => {
  const spellings = [KEY, encodeURIComponent(KEY), btoa(String.fromCharCode(...new TextEncoder().encode(KEY)))];

  it.each(spellings)('are masked in the message (%s)', async (spelling) => {
    expect(sanitize(`key ${spelling}, again ${spelling}`, [KEY])).toBe('key ***, again ***');
    const error = await refuse(400, `Incorrect API key provided: ${spelling}.`);
    expect(JSON.stringify(errorBody(error))).not.toContain(spelling);
  });

  it.each(spellings)('are masked in every field of an error (%s)', async (spelling) => {
    const said = { message: 'no', code: `c ${spelling}`, type: `t ${spelling}`, param: `p ${spelling}` };
    const error = await errorOf(Response.json({ error: said }, { status: 400, headers: { 'x-request-id': spelling } }));
    expect(JSON.stringify({ ...errorBody(error), ...error.details })).not.toContain(spelling);
  });

  it('are masked where the message is cut', async () => {
    const page = `${'x'.repeat(195)}${KEY}`;
    expect((await errorOf(new Response(page, { status: 500 }))).message).not.toContain(KEY.slice(0, 5));
  });

  it('that are too short are ignored', () => {
    expect(sanitize('a cat', ['a'])).toBe('a cat');
    expect(sanitize('a cat', [])).toBe('a cat');
  });

  it('are removed together with control characters', () => {
    expect(sanitize('a\u0000b\u001b[31mc\r\u007fd\te\nf', [])).toBe('a b [31mc  d\te\nf');
  });
});
