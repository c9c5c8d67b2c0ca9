/** One endpoint after another: the order of calls, the reports, and what is remembered. The faults themselves are in `test/faults/`. */
import { describe, expect, it } from 'vitest';
import { MAX_SHOWN_CHARACTERS } from '../../src/attempts/shown-text.ts';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { createSticky } from '../../src/state/sticky-endpoints.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { Outcome } from '../../src/unified/endpoint-health.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, chunksOf, failureOf, textsOf } from '../support/read-stream.ts';
import { bodyOf, counts, createBody, isSilent, refuses, type Respond, says, spoken } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { LIMITS, turn, whileTimePasses } from '../support/fake-ports.ts';

const FOUR = { attempts: 4 };
const [alpha, beta, gamma] = [host('alpha'), host('beta'), host('gamma')];
/** Alpha before beta before gamma. */
const inOrder = (more: object = {}, preferences: object = {}) => ({
  model: 'any/m',
  provider: { order: ['alpha', 'beta', 'gamma'], ...preferences },
  ...more,
});
const slugsOf = (sent: readonly { url: string }[]) => sent.map(({ url }) => new URL(url).hostname.split('.')[0]);

describe.each([true, false])('an endpoint that fails (stream: %s)', (stream) => {
  it('is followed by the next one at once, and the answer says so', async () => {
    const router = createMultiProvider([[alpha, refuses('down')], [beta, says('B')]], FOUR); // prettier-ignore
    const response = await router.ask(inOrder({ stream }), { wantsMetadata: true });
    expect(slugsOf(router.sent)).toEqual(['alpha', 'beta']);
    expect(response.headers.get('x-tributary-provider')).toBe('beta');
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
    const last = stream ? (await chunksOf(response)).chunks.at(-1) : await bodyRead(response);
    expect(last).toMatchObject({ provider: 'The beta', usage: { calls: 1 } });
    expect(last?.openrouter_metadata).toMatchObject({
      attempt: 2,
      attempts: [
        { provider: 'The alpha', status: 503, error_type: 'provider_overloaded', first_content_ms: null },
        { provider: 'The beta', status: 200, error_type: null },
      ],
    });
  });

  it('leads the error when the others fail as well, and they are in the attempts', async () => {
    const router = createMultiProvider([[alpha, refuses('first', 500)], [beta, refuses('second', 401)], [gamma, refuses('third', 404)]], FOUR); // prettier-ignore
    const failure = await failureOf(whileTimePasses(router.clock, router.ask(inOrder({ stream }))));
    expect(failure).toBeInstanceOf(RouterError);
    const { message, details } = failure as RouterError;
    expect(message).toContain('first');
    expect(details.metadata?.['attempts']).toMatchObject([
      { provider: 'The alpha', status: 500 },
      { provider: 'The beta', status: 401 },
      { provider: 'The gamma', status: 404 },
    ]);
  });

  it('is asked no more often than the operator allows', async () => {
    const router = createMultiProvider([[alpha, refuses('first')], [beta, refuses('second')], [gamma, says('C')]], { attempts: 2 }); // prettier-ignore
    await failureOf(whileTimePasses(router.clock, router.ask(inOrder({ stream }))));
    expect(slugsOf(router.sent)).toEqual(['alpha', 'beta']);
  });

  it('is the last when the request is at fault', async () => {
    const router = createMultiProvider([[alpha, refuses('no such field', 400)], [beta, says('B')]], FOUR); // prettier-ignore
    expect(await failureOf(router.ask(inOrder({ stream })))).toMatchObject({ status: 400 });
    expect(slugsOf(router.sent)).toEqual(['alpha']);
  });
});

it('a failover after the headers have left is reported in the stream', async () => {
  const router = createMultiProvider([[alpha, isSilent], [beta, says('B')]], FOUR); // prettier-ignore
  const response = await whileTimePasses(router.clock, router.ask(inOrder({ stream: true }, { timeouts: { first_content_ms: 4000 } })));
  expect(response.headers.get('x-tributary-provider')).toBe('alpha');
  const { chunks, done } = await whileTimePasses(router.clock, chunksOf(response));
  expect(done).toBe(true);
  expect(chunks.at(-1)).toMatchObject({
    provider: 'The beta',
    adjustments: [{ param: 'provider', action: 'emulated', from: 'alpha', to: 'beta', reason: expect.stringContaining('4000 ms') }],
  });
  // What alpha read in vain is not counted: it reported no usage, and no content came.
  expect(chunks.at(-1)?.usage).toMatchObject({ calls: 1 });
});

it('a stream that breaks off again where it was carried on ends with the first cause', async () => {
  const [text] = spoken('Hi', counts(5, 7));
  const breaks = () => new Response(bodyOf(text ?? ''));
  const router = createMultiProvider([[alpha, breaks], [beta, breaks]], FOUR); // prettier-ignore
  const response = await whileTimePasses(router.clock, router.ask(inOrder({ stream: true })));
  const { chunks, done } = await whileTimePasses(router.clock, chunksOf(response));
  expect(done).toBe(false);
  expect(textsOf(chunks)).toEqual({ 0: 'Hi' });
  expect(chunks.at(-1)?.error).toMatchObject({
    message: expect.stringContaining('The alpha'),
    metadata: { attempts: expect.arrayContaining([expect.objectContaining({ provider: 'The beta' })]) },
  });
});

it('a stream that breaks off after more text than is kept of it ends with its error, and no endpoint is called again', async () => {
  const [text] = spoken('x'.repeat(MAX_SHOWN_CHARACTERS + 1), counts(5, 7));
  const router = createMultiProvider([[alpha, () => new Response(bodyOf(text ?? ''))], [beta, says('B')]], FOUR); // prettier-ignore
  const response = await whileTimePasses(router.clock, router.ask(inOrder({ stream: true })));
  const { chunks, done } = await whileTimePasses(router.clock, chunksOf(response));
  expect([done, slugsOf(router.sent)]).toEqual([false, ['alpha']]);
  expect(chunks.at(-1)?.error).toMatchObject({ message: expect.stringContaining('The alpha') });
});

it('an upstream that falls silent in the middle is given up, its connection with it', async () => {
  const [text] = spoken('Hi', counts(5, 7));
  const body = createBody();
  const router = createMultiProvider([[alpha, () => new Response(body.stream)]], FOUR); // prettier-ignore
  const asking = router.ask(inOrder({ stream: true }, { resume: false, timeouts: { idle_ms: 2000 } }));
  body.write(text ?? '');
  const { done } = await whileTimePasses(router.clock, chunksOf(await whileTimePasses(router.clock, asking)));
  expect([done, body.cancelled(), router.sent[0]?.signal.aborted]).toEqual([false, true, true]);
});

it('an event that cannot be read is left out, and the answer says so', async () => {
  const frames = spoken('Hi', counts(5, 7));
  const router = createMultiProvider([[alpha, () => new Response(bodyOf(frames[0] ?? '', 'data: {"cho\n\n', ...frames.slice(1)))]], FOUR);
  const { chunks, done } = await chunksOf(await router.ask(inOrder({ stream: true })));
  expect(done).toBe(true);
  expect(textsOf(chunks)).toEqual({ 0: 'Hi0' });
  expect(chunks.at(-1)?.adjustments).toMatchObject([{ param: 'stream', action: 'dropped', reason: expect.stringContaining('The alpha') }]);
});

describe('how endpoints do', () => {
  /** A world whose book can be read. */
  function reported(hosts: Parameters<typeof createMultiProvider>[0]) {
    const outcomes: [string, Outcome][] = [];
    const health = createHealthTracker({ nowMs: () => 0 });
    const report = (endpoint: string, outcome: Outcome) => void outcomes.push([endpoint, outcome]);
    return { outcomes, router: createMultiProvider(hosts, FOUR, () => ({ health: { ...health, report } })) };
  }
  const kinds = (outcomes: [string, Outcome][]) => outcomes.map(([endpoint, { kind }]) => `${endpoint} ${kind}`);

  it('is reported when an attempt is over, one way or the other', async () => {
    const { router, outcomes } = reported([[alpha, refuses('down')], [beta, says('B')]]); // prettier-ignore
    const response = await router.ask(inOrder({ stream: true }));
    expect(kinds(outcomes)).toEqual(['alpha alpha-m failure']);
    await response.text();
    expect(kinds(outcomes)).toEqual(['alpha alpha-m failure', 'beta beta-m success']);
  });

  it('is measured where a stream shows it: the first content, and tokens for each second after it', async () => {
    const body = createBody();
    const { router, outcomes } = reported([[alpha, () => new Response(body.stream)]]);
    const [first, ...rest] = spoken('Hi', counts(5, 40));
    const asking = router.ask(inOrder({ stream: true }));
    await turn();
    router.clock.advance(300);
    body.write(first ?? '');
    const text = (await asking).text();
    await turn();
    router.clock.advance(2000);
    body.write(rest.join(''));
    body.close();
    await text;
    expect(outcomes).toMatchObject([['alpha alpha-m', { kind: 'success', firstContentMs: 300, tokensPerSecond: 20 }]]);
  });

  it('says nothing of speed without a stream', async () => {
    const { router, outcomes } = reported([[alpha, says('A', counts(5, 400))]]);
    await router.ask(inOrder());
    expect(outcomes).toMatchObject([['alpha alpha-m', { kind: 'success', firstContentMs: null, tokensPerSecond: null }]]);
  });

  it('is not judged by a "not now", which is reported with its wait', async () => {
    const limited = () => Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '30' } });
    const { router, outcomes } = reported([[alpha, limited], [beta, says('B')]]); // prettier-ignore
    await router.ask(inOrder());
    expect(outcomes[0]).toMatchObject(['alpha alpha-m', { kind: 'limited', retryAfterMs: 30_000 }]);
  });

  it.each<[string, Respond, object]>([
    ['the request is at fault', refuses('no such field', 400), {}],
    ['the prompt is too long', refuses("This model's maximum context length is 8192 tokens", 400), {}],
    ['the client has less patience than we have', isSilent, { timeouts: { first_content_ms: 1 } }],
  ])('says nothing ill of it when %s', async (_, respond, preferences) => {
    const { router, outcomes } = reported([[alpha, respond]]);
    await failureOf(whileTimePasses(router.clock, router.ask(inOrder({}, preferences))));
    expect(kinds(outcomes)).toEqual([]);
  });

  it('says nothing of it when the client leaves', async () => {
    const { router, outcomes } = reported([[alpha, isSilent]]);
    const leaving = new AbortController();
    const asking = failureOf(router.ask(inOrder({ stream: true }), { signal: leaving.signal }));
    await turn();
    leaving.abort();
    await asking;
    expect(kinds(outcomes)).toEqual([]);
  });

  it('a broken stream that is carried on speaks ill of the one that broke', async () => {
    const [text] = spoken('Hi', counts(5, 7));
    const { router, outcomes } = reported([[alpha, () => new Response(bodyOf(text ?? ''))], [beta, says('Hi')]]); // prettier-ignore
    const { chunks } = await chunksOf(await router.ask(inOrder({ stream: true })));
    expect(textsOf(chunks)).toEqual({ 0: 'Hi0' });
    expect(kinds(outcomes)).toEqual(['alpha alpha-m failure', 'beta beta-m success']);
  });

  it('flapping for a minute: the client sees none of it, and the endpoint is asked less and less while it is down', async () => {
    let downAsked = 0;
    let upAsked = 0;
    const router = createMultiProvider(
      [
        [
          alpha,
          (sent) => {
            const isDown = (router.clock.nowMs() - startMs) % 20_000 >= 10_000;
            if (isDown) downAsked++;
            else upAsked++;
            return isDown ? refuses('down', 500)() : says('A')(sent);
          },
        ],
        [beta, says('B')],
      ],
      FOUR,
      (clock) => ({ health: createHealthTracker(clock) }),
    );
    const startMs = router.clock.nowMs();
    for (let second = 0; second < 240; second++) {
      const { chunks, done } = await chunksOf(await router.ask(inOrder({ stream: true })));
      expect(done && textsOf(chunks)[0]).toMatch(/^[AB]0$/);
      router.clock.advance(250);
    }
    // Of 120 requests while it was down: three to find out, then probes, fewer with each relapse.
    expect(downAsked).toBeGreaterThan(3);
    expect(downAsked).toBeLessThan(25);
    // And it serves again soon after it is up.
    expect(upAsked).toBeGreaterThan(60);
  });

  it('one request probes, and those beside it go elsewhere', async () => {
    let isUp = false;
    const open: (() => void)[] = [];
    const slowly: Respond = (sent) =>
      isUp ? new Promise((resolve) => void open.push(() => resolve(says('A')(sent)))) : refuses('down', 500)();
    const router = createMultiProvider([[alpha, slowly], [beta, says('B')]], FOUR, (clock) => ({ health: createHealthTracker(clock) })); // prettier-ignore
    for (let turns = 0; turns < 3; turns++) await router.ask(inOrder());
    isUp = true;
    router.clock.advance(1500);
    const before = router.sentTo('alpha').length;
    const asking = Array.from({ length: 5 }, () => router.ask(inOrder()));
    await turn();
    expect(router.sentTo('alpha')).toHaveLength(before + 1);
    for (const answer of open) answer();
    await Promise.all(asking);
  });
});

describe('a conversation', () => {
  /** Two equals, drawn: the draw always falls on the last. */
  const drawn = (respond: (name: string) => Respond) =>
    createMultiProvider([[alpha, respond('A')], [beta, respond('B')]], FOUR, (clock) => ({ sticky: createSticky(clock) })); // prettier-ignore

  it('of a session stays where it was served', async () => {
    const router = drawn((name) => says(name));
    await router.ask({ model: 'any/m', session_id: 's', provider: { order: ['beta'] } });
    await router.ask({ model: 'any/m', session_id: 's' });
    await router.ask({ model: 'any/m', session_id: 'another' });
    expect(slugsOf(router.sent)).toEqual(['beta', 'beta', 'alpha']);
  });

  it('of a session stays where it was served also among endpoints of several models', async () => {
    const router = drawn((name) => says(name));
    const mixed = { models: ['alpha/m', 'beta/m'], session_id: 's' };
    await router.ask({ ...mixed, provider: { order: ['beta'], sort: { partition: 'none' } } });
    await router.ask({ ...mixed, provider: { sort: { partition: 'none' } } });
    expect(slugsOf(router.sent)).toEqual(['beta', 'beta']);
  });

  it('without a session stays where its prompt was read from a cache, and only there', async () => {
    const cached = { ...counts(5, 7), prompt_tokens_details: { cached_tokens: 4 } };
    const warm = drawn((name) => says(name, cached));
    const cold = drawn((name) => says(name));
    for (const router of [warm, cold]) {
      await router.ask({ model: 'any/m', provider: { order: ['beta'] } });
      await router.ask({ model: 'any/m' });
    }
    expect([slugsOf(warm.sent), slugsOf(cold.sent)]).toEqual([
      ['beta', 'beta'],
      ['beta', 'alpha'],
    ]);
  });
});

describe('a client that leaves', () => {
  /** A stream under way, with what was told to the operator. */
  async function underWay(preferences: object, signal = new AbortController()) {
    const body = createBody();
    const log: string[] = [];
    const background: Promise<unknown>[] = [];
    const ports = { log: (line: string) => void log.push(line), background: (work: Promise<unknown>) => void background.push(work) };
    const router = createMultiProvider([[alpha, () => new Response(body.stream)]], FOUR, () => ports);
    const asking = router.ask(inOrder({ stream: true }, preferences), { signal: signal.signal });
    await turn();
    return { body, log, background, router, asking, signal };
  }
  const [first, ...rest] = spoken('Hi', counts(5, 7));

  it('cancels the upstream', async () => {
    const { body, asking, background, router } = await underWay({});
    body.write(first ?? '');
    await (await asking).body?.cancel();
    await turn();
    expect(router.sent[0]?.signal.aborted).toBe(true);
    expect(background).toEqual([]);
  });

  it('has its answer read to the end where it asked for that, and the bill is in the log', async () => {
    const { body, asking, background, log, router } = await underWay({ on_disconnect: 'drain' });
    body.write(first ?? '');
    await (await asking).body?.cancel();
    await turn();
    expect(router.sent[0]?.signal.aborted).toBe(false);
    body.write(rest.join(''));
    body.close();
    await Promise.all(background);
    expect(log).toEqual(['gen-1 (alpha) was read to its end after its client disconnected: 5 and 7 tokens, its cost is not known']);
  });

  it('also before the first byte', async () => {
    const { body, asking, background, log, signal, router } = await underWay({ on_disconnect: 'drain' });
    signal.abort();
    expect(router.sent[0]?.signal.aborted).toBe(false);
    body.write([first, ...rest].join(''));
    body.close();
    await Promise.all([...background, asking]);
    expect(background).toHaveLength(1);
    expect(log).toHaveLength(1);
  });

  it('has nothing new begun for it', async () => {
    const { body, asking, background, router } = await underWay({ on_disconnect: 'drain' });
    body.write(first ?? '');
    await (await asking).body?.cancel();
    body.reset();
    await Promise.all(background);
    expect(router.sent).toHaveLength(1);
  });

  it('says so when the answer comes to nothing', async () => {
    const { body, asking, background, log } = await underWay({ on_disconnect: 'drain', resume: false });
    body.write(first ?? '');
    await (await asking).body?.cancel();
    body.reset();
    await Promise.all(background);
    expect(log).toEqual([expect.stringContaining('gen-1 (alpha) was read to its end after its client disconnected: ')]);
  });
});

it('several models at once fail over each by itself', async () => {
  const [one, other] = [host('one'), host('other')];
  const router = createMultiProvider([[one, says('1')], [other, refuses('down')]], FOUR); // prettier-ignore
  const response = await whileTimePasses(router.clock, router.ask({ models: ['one/m', 'other/m'], route: 'all', stream: true }));
  const { chunks, done } = await whileTimePasses(router.clock, chunksOf(response));
  expect(done).toBe(true);
  expect(textsOf(chunks)[0]).toBe('10');
  expect(slugsOf(router.sent).filter((slug) => slug === 'other')).toHaveLength(2);
});

describe('a file that upstreams require as bytes', () => {
  const wantsBytes = (slug: string) => host(slug, { operations: { chat: [chatOperation({ quirks: ['files-as-bytes'] })] } });
  const png = () =>
    new Response(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), { headers: { 'content-type': 'image/png' } });
  const messages = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://files.example/a.png' } }] }];
  const media = { ...LIMITS.media, hosts: ['*'] };

  it.each<[string, Respond, object]>([
    ['several models', says('A'), { models: ['alpha/m', 'beta/m'], route: 'all' }],
    ['one after the other', refuses('down'), inOrder()],
  ])('is fetched once for %s', async (_, respond, names) => {
    const hosts: [CompiledProvider, Respond][] = [
      [wantsBytes('alpha'), respond],
      [wantsBytes('beta'), says('B')],
      [host('files'), png],
    ];
    const router = createMultiProvider(hosts, { ...FOUR, media });
    await router.ask({ ...names, messages });
    expect(router.sentTo('files')).toHaveLength(1);
    for (const slug of ['alpha', 'beta']) expect(JSON.stringify(router.sentTo(slug)[0]?.body)).toContain('data:image/png;base64,');
  });
});
