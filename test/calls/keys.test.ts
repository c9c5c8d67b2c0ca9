/** Several keys of a provider in one request: which are tried, what is reported, and how many calls a request may make. */
import { describe, expect, it } from 'vitest';
import type { Limits, Ports } from '../../src/ports.ts';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { endpointName } from '../../src/unified/endpoint-health.ts';
import { RouterError } from '../../src/unified/error.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, chunksOf, failureOf, textsOf } from '../support/read-stream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { bodyOf, createBody, refuses, type Respond, says, type SentCall } from '../support/scripted-upstream.ts';
import { createFakeClock, type FakeClock, LIMITS, reachable, whileTimePasses } from '../support/fake-ports.ts';

const [alpha, beta] = [host('alpha'), host('beta')];
const GOOD = 'sk-good-1234';
const [BAD, WORSE] = ['sk-bad-5678', 'sk-worse-9012'];
const ASKING = { model: 'any/m', provider: { order: ['alpha', 'beta'] } };

const keyOf = ({ headers }: SentCall) => headers.get('authorization')?.replace('Bearer ', '') ?? '';
const keysOf = (sent: readonly SentCall[]) => sent.map(keyOf);
/** Answers the good key, and any other as stated. */
const onlyGood =
  (otherwise: Respond, well: Respond = says('A')): Respond =>
  (sent) =>
    (keyOf(sent) === GOOD ? well : otherwise)(sent);
const errorEvent = (error: object) => event({ error });

/** A router whose providers all have these keys. */
function keyed(
  hosts: Parameters<typeof createMultiProvider>[0],
  keys: readonly string[] = [BAD, GOOD],
  limits: Partial<Limits> = {},
  ports: (clock: FakeClock) => Partial<Ports> = (clock) => ({ keyHealth: createKeyHealth(clock) }),
) {
  return createMultiProvider(hosts, { attempts: 4, ...limits }, (clock) => ({
    access: ({ baseUrl }) => reachable(baseUrl, '', { keys }),
    ...ports(clock),
  }));
}

describe.each([true, false])('several keys (stream: %s)', (stream) => {
  const asking = { ...ASKING, stream };

  it.each([
    ['401', refuses('no', 401)],
    ['402', refuses('no', 402)],
    ['403', refuses('no', 403)],
    ['404', refuses('no', 404)],
    ['429', refuses('no', 429)],
    ['an error body with status 200', () => Response.json({ error: { message: 'no', code: 401 } })],
    ['an error as the first event', () => new Response(bodyOf(errorEvent({ message: 'no', code: 429 })))],
    [
      'an error after an empty chunk',
      () => new Response(bodyOf(event(CHAT_WIRE.chunk([{ index: 0, text: '' }])), errorEvent({ message: 'no', code: 401 }))),
    ],
  ] as [string, Respond][])('the next one is tried after %s, and the endpoint has not failed', async (_, refused) => {
    const health = createHealthTracker(createFakeClock());
    const ports = (clock: FakeClock) => ({ keyHealth: createKeyHealth(clock), health });
    const router = keyed([[alpha, onlyGood(refused)], [beta, says('B')]], [BAD, WORSE, GOOD], {}, ports); // prettier-ignore
    const response = await router.ask(asking, { wantsMetadata: true });
    expect(response.headers.get('x-tributary-attempts')).toBe('3');
    const read = stream ? (await chunksOf(response)).chunks : [await bodyRead(response)];
    expect(read.flatMap(({ choices }) => choices.map(({ delta, message }) => (delta ?? message)?.content ?? '')).join('')).toBe('A0');
    expect(keysOf(router.sent)).toEqual([BAD, WORSE, GOOD]);
    expect(read.at(-1)?.openrouter_metadata?.attempts).toMatchObject([
      { provider: 'The alpha', message: expect.stringContaining('no'), calls: 1 },
      { provider: 'The alpha', message: expect.stringContaining('no'), calls: 1 },
      { provider: 'The alpha', status: 200, error_type: null, calls: 1 },
    ]);
    expect(health.healthOf(endpointName('alpha', 'alpha-m'))).toMatchObject({ successes: 1, failures: 0, limited: 0 });
  });

  it('requests that began on the bad key at the same time all move on by themselves', async () => {
    const router = keyed([[alpha, onlyGood(refuses('no', 401))]], [BAD, WORSE, GOOD], { attempts: 1 }, () => ({}));
    const answers = await Promise.all(Array.from({ length: 30 }, () => router.ask(asking)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(router.sent).toHaveLength(90);
  });

  it('a key that was not accepted is not used by the next requests', async () => {
    const router = keyed([[alpha, onlyGood(refuses('no', 401))]]);
    for (let request = 0; request < 4; request++) await (await router.ask(asking)).text();
    expect(keysOf(router.sent)).toEqual([BAD, GOOD, GOOD, GOOD, GOOD]);
  });

  it('when none is accepted the next endpoint is asked, and no key is shown', async () => {
    const router = keyed([[alpha, refuses(`no ${BAD} ${WORSE} ${GOOD}`, 401)], [beta, refuses('down', 503)]], [BAD, WORSE]); // prettier-ignore
    const failure = await failureOf(whileTimePasses(router.clock, router.ask(asking)));
    expect(failure).toMatchObject({ status: 502, message: expect.stringContaining('no *** ***') });
    expect(router.sentTo('alpha')).toHaveLength(2);
    expect((failure as RouterError).details.metadata?.['attempts']).toMatchObject([
      { provider: 'The alpha', status: 401, calls: 1 },
      { provider: 'The alpha', status: 401, calls: 1 },
      { provider: 'The beta', status: 503, calls: 1 },
      { provider: 'The beta', status: 503, calls: 1 },
    ]);
  });

  it('no other key is tried after an error that is not about keys', async () => {
    const router = keyed([[alpha, refuses('no such field', 400)]]);
    expect(await failureOf(router.ask(asking))).toMatchObject({ status: 400 });
    expect(router.sent).toHaveLength(1);
  });

  it('of a bad and a limited key the limited one is waited for', async () => {
    let calls = 0;
    const limited: Respond = (sent) =>
      keyOf(sent) === BAD
        ? refuses('no', 401)()
        : ++calls === 1
          ? Response.json({ error: { message: 'slow' } }, { status: 429, headers: { 'retry-after': '2' } })
          : says('A')(sent);
    const router = keyed([[alpha, limited]], [BAD, GOOD]);
    const response = await whileTimePasses(router.clock, router.ask(asking));
    expect(response.status).toBe(200);
    expect(keysOf(router.sent)).toEqual([BAD, GOOD, GOOD]);
  });

  it('a key that no header can carry is passed over', async () => {
    const router = keyed([[alpha, says('A')]], ['sk-\u0007-line', GOOD]);
    expect((await router.ask(asking)).status).toBe(200);
    expect(keysOf(router.sent)).toEqual([GOOD]);
  });

  it('each call of an answer with several has its own', async () => {
    const single = host('alpha', { operations: { chat: [chatOperation({ parameters: { ...chatOperation().parameters, n: false } })] } });
    const router = keyed([[single, onlyGood(refuses('no', 401))]]);
    const response = await router.ask({ ...asking, n: 4 });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain('"error"');
    expect(keysOf(router.sent).filter((key) => key === GOOD)).toHaveLength(4);
  });
});

it('an answer that breaks off since a key has no money left is carried on with another key', async () => {
  const broken = () => new Response(bodyOf(event(CHAT_WIRE.chunk([{ index: 0, text: 'A' }])), errorEvent({ message: 'no', code: 402 })));
  const router = keyed([[alpha, onlyGood(broken)]]);
  const { chunks, done } = await chunksOf(await router.ask({ ...ASKING, stream: true }));
  expect([textsOf(chunks), done]).toEqual([{ 0: 'A0' }, true]);
  expect(keysOf(router.sent)).toEqual([BAD, GOOD]);
  await (await router.ask({ ...ASKING, stream: true })).text();
  expect(keysOf(router.sent)).toEqual([BAD, GOOD, GOOD]);
});

it('without a stream an answer that breaks off for its key is asked for again with the next', async () => {
  const frames = [event(CHAT_WIRE.chunk([{ index: 0, text: 'A' }])), errorEvent({ message: 'no', code: 402 })];
  for (const pieces of [frames, [frames.join('')]]) {
    const router = keyed([[alpha, onlyGood(() => new Response(bodyOf(...pieces)))]]);
    const { choices } = await bodyRead(await router.ask(ASKING));
    expect(choices.map(({ message }) => message?.content)).toEqual(['A0']);
    expect(keysOf(router.sent)).toEqual([BAD, GOOD]);
  }
});

it('a key that fails in the read that brings the first content is set aside', async () => {
  const frames = [event(CHAT_WIRE.chunk([{ index: 0, text: 'A' }])), errorEvent({ message: 'no', code: 402 })];
  const router = keyed([[alpha, onlyGood(() => new Response(bodyOf(frames.join(''))))]]);
  for (let request = 0; request < 3; request++) await (await router.ask({ ...ASKING, stream: true })).text();
  expect(keysOf(router.sent)).toEqual([BAD, GOOD, GOOD, GOOD]);
});

it('the attempts have each failure once, and the one that leads last', async () => {
  const answers: Respond = (sent) => (keyOf(sent) === BAD ? refuses('limited', 429)() : refuses('unknown key', 401)());
  const router = keyed([[alpha, answers]], [BAD, WORSE], { attempts: 1 });
  const failure = (await failureOf(router.ask(ASKING))) as RouterError;
  expect(failure).toMatchObject({ status: 429, message: expect.stringContaining('limited') });
  expect(failure.details.metadata?.['attempts']).toMatchObject([{ status: 401 }, { status: 429 }]);
});

it('an answer that may not be carried on ends with the error of its key, which is then set aside', async () => {
  const broken = () => new Response(bodyOf(event(CHAT_WIRE.chunk([{ index: 0, text: 'Hi' }])), errorEvent({ message: 'no', code: 401 })));
  const router = keyed([[alpha, onlyGood(broken)]]);
  const asking = { model: 'any/m', provider: { order: ['alpha'], resume: false }, stream: true };
  const { chunks, done } = await chunksOf(await router.ask(asking));
  expect([textsOf(chunks), done, chunks.at(-1)?.error?.message]).toEqual([{ 0: 'Hi' }, false, expect.stringContaining('no')]);
  for (let request = 0; request < 2; request++) await (await router.ask(asking)).text();
  expect(keysOf(router.sent)).toEqual([BAD, GOOD, GOOD]);
});

it('an answer that is given up while another key is tried is not left open', async () => {
  const second = createBody();
  const refused = createBody();
  const signal = new AbortController();
  const router = keyed([[alpha, onlyGood(() => new Response(refused.stream), () => new Response(second.stream))]]); // prettier-ignore
  const asked = router.ask({ ...ASKING, stream: true }, { signal: signal.signal }).catch((error: unknown) => error);
  await new Promise(setImmediate);
  refused.write(errorEvent({ message: 'no', code: 401 }));
  await new Promise(setImmediate);
  signal.abort();
  await new Promise(setImmediate);
  expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  second.close();
  await asked;
});

describe('the limit on upstream calls', () => {
  const named = (text: string) => expect.stringMatching(new RegExp(`${text}.*MAX_UPSTREAM_CALLS`));

  it('counts a change of key', async () => {
    const router = keyed([[alpha, onlyGood(refuses('bad', 401))], [beta, says('B')]], [BAD, WORSE, GOOD], { upstreamCalls: 2 }); // prettier-ignore
    expect(await failureOf(router.ask(ASKING))).toMatchObject({ message: named('bad') });
    expect(router.sent).toHaveLength(2);
  });

  it('is named by a choice that failed since no other key could be tried', async () => {
    const single = host('alpha', { operations: { chat: [chatOperation({ parameters: { ...chatOperation().parameters, n: false } })] } });
    const router = keyed([[single, onlyGood(refuses('bad', 401))]], [BAD, GOOD], { upstreamCalls: 3 });
    const text = await (await router.ask({ ...ASKING, n: 3 })).text();
    expect(text).toContain('A0');
    expect(text).toMatch(/bad [^"]*MAX_UPSTREAM_CALLS/);
    expect(router.sent).toHaveLength(3);
  });

  it('counts other endpoints and second tries', async () => {
    const router = keyed([[alpha, refuses('down', 503)], [beta, refuses('down, too', 503)]], [GOOD], { upstreamCalls: 2 }); // prettier-ignore
    expect(await failureOf(whileTimePasses(router.clock, router.ask(ASKING)))).toMatchObject({ message: named('down') });
    expect(router.sent).toHaveLength(2);
  });

  it('counts the second try without a parameter that was refused', async () => {
    const refusing = () => Response.json({ error: { message: 'Unknown parameter: seed', param: 'seed' } }, { status: 400 });
    const router = keyed([[alpha, refusing]], [GOOD], { upstreamCalls: 1 });
    expect(await failureOf(router.ask({ ...ASKING, seed: 1 }))).toMatchObject({ message: named('seed') });
    expect(router.sent).toHaveLength(1);
  });

  it('counts the call that carries a stream on', async () => {
    const broken = () => new Response(bodyOf(event(CHAT_WIRE.chunk([{ index: 0, text: 'Hi' }]))));
    const router = keyed([[alpha, broken], [beta, says('Hi there')]], [GOOD], { upstreamCalls: 1 }); // prettier-ignore
    const { chunks } = await chunksOf(await router.ask({ ...ASKING, stream: true }));
    expect(chunks.at(-1)?.error?.message).toEqual(named(''));
    expect(router.sent).toHaveLength(1);
  });

  it('lets an answer of as many calls come, asks no other endpoint for which it is too small, and asks one for which it is not', async () => {
    const single = (slug: string) =>
      host(slug, { operations: { chat: [chatOperation({ parameters: { ...chatOperation().parameters, n: false } })] } });
    const asking = { ...ASKING, n: 8, provider: { order: ['alpha', 'gamma', 'beta'] } };
    const whole = keyed([[single('alpha'), says('A')]], [GOOD], { upstreamCalls: 8 });
    expect((await whole.ask(asking)).status).toBe(200);
    expect(whole.sent).toHaveLength(8);

    const failing = keyed([[single('alpha'), refuses('down', 503)], [single('gamma'), says('C')]], [GOOD], { upstreamCalls: 8 }); // prettier-ignore
    expect(await failureOf(failing.ask(asking))).toMatchObject({ message: named('down') });
    expect(failing.sentTo('gamma')).toEqual([]);

    const other = keyed([[single('alpha'), refuses('down', 503)], [single('gamma'), says('C')], [beta, says('B')]], [GOOD], { upstreamCalls: 9 }); // prettier-ignore
    expect((await other.ask(asking)).headers.get('x-tributary-provider')).toBe('beta');
    expect(other.sent).toHaveLength(9);
  });

  it('is not named in an error that it did not cause', async () => {
    const router = keyed([[alpha, refuses('no such field', 400)]], [GOOD], { upstreamCalls: LIMITS.upstreamCalls });
    expect(((await failureOf(router.ask(ASKING))) as RouterError).message).not.toContain('MAX_UPSTREAM_CALLS');
  });
});
