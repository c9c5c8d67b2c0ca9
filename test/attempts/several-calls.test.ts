/** Requests that take several upstream calls, over a network that the test answers for: what the client gets when some of them fail. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../support/read-stream.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { COMPLETIONS_WIRE } from '../dialects/openai-completions/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { turn } from '../support/fake-ports.ts';
import { acme, chatOperation, completionsOperation } from '../support/fake-providers.ts';
import { chatBody, completionsBody, createFakeRouter } from '../support/fake-router.ts';
import { bodyOf, createBody, type SentCall } from '../support/scripted-upstream.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const rules = chatOperation().parameters;
/** Makes one choice at a time. */
const single = acme({ operations: { chat: [chatOperation({ parameters: { ...rules, n: false } })] } });

const streamOf = (...payloads: (JsonObject | string)[]) =>
  new Response(bodyOf(...payloads.map(event)), { headers: { 'content-type': 'text/event-stream' } });
const wholeStream = (text: string) =>
  streamOf(CHAT_WIRE.chunk([{ text }]), CHAT_WIRE.chunk([{ finish: 'stop' }]), { choices: [], usage: USAGE }, '[DONE]');
const wholeBody = (text: string) => Response.json(CHAT_WIRE.body([{ text, finish: 'stop' }], { usage: USAGE }));
const answer = (stream: boolean, text: string) => (stream ? wholeStream(text) : wholeBody(text));
const refusal = (message: string, status = 503) => Response.json({ error: { message } }, { status });

/** A router whose calls are answered by their number. */
function createCallRouter(respond: (call: number, sent: SentCall) => Response | Promise<Response>, provider = single) {
  let calls = 0;
  return createFakeRouter(provider, (sent) => respond(calls++, sent));
}

type ReadChoice = { text: string; finish: unknown; error: string | null; times: number };

/** The choices of a stream or a body, by index. */
function choicesOf(written: string): ReadChoice[] {
  const documents = written.startsWith('{') ? [JSON.parse(written) as JsonObject] : framesIn(written.replaceAll(': keep-alive\n\n', ''));
  const told: ReadChoice[] = [];
  for (const choice of documents.flatMap((frame) => (frame === '[DONE]' ? [] : (frame['choices'] as JsonObject[])))) {
    const entry = (told[Number(choice['index'])] ??= { text: '', finish: null, error: null, times: 0 });
    const content = (choice['delta'] ?? choice['message']) as JsonObject | undefined;
    entry.text += String(content?.['content'] ?? choice['text'] ?? '');
    if (choice['finish_reason'] === null) continue;
    entry.finish = choice['finish_reason'];
    entry.times++;
    if (choice['error'] !== undefined) entry.error = String((choice['error'] as JsonObject)['message']);
  }
  return told;
}

describe.each([true, false])('three choices of a provider that makes one at a time (stream: %s)', (stream) => {
  it('are three calls, and one answer with the sum of their bills', async () => {
    const router = createCallRouter((call) => answer(stream, `text ${call}`));
    const response = await router.ask(chatBody({ n: 3, seed: 7, stream }));
    const written = await response.text();
    expect(choicesOf(written)).toEqual([0, 1, 2].map((call) => ({ text: `text ${call}`, finish: 'stop', error: null, times: 1 })));
    expect(router.sent.map(({ body }) => [body['seed'], 'n' in body])).toEqual([7, 8, 9].map((seed) => [seed, false]));
    expect(written).toContain('"prompt_tokens":15,"completion_tokens":21,"total_tokens":36');
    expect(written).toContain('"calls":3');
    expect(response.headers.get('x-tributary-adjustments')).toContain('n;action=emulated;from=3;to=1');
  });

  it.each<[string, () => Response | Promise<Response>, string, string]>([
    ['refuses', () => refusal('no capacity'), '', 'no capacity'],
    ['cannot be reached', () => Promise.reject(new TypeError('refused')), '', 'could not be reached'],
    ['is an error with HTTP 200', () => Response.json({ error: { message: 'no capacity' } }), '', 'no capacity'],
    ['breaks off', () => streamOf(CHAT_WIRE.chunk([{ text: 'begun' }])), 'begun', 'without a finish reason'],
    [
      'fails after content',
      () => streamOf(CHAT_WIRE.chunk([{ text: 'begun' }]), { error: { message: 'no capacity' } }),
      'begun',
      'no capacity',
    ],
  ])('of which the second %s: the others finish, and it ends with its own error', async (_, fail, text, message) => {
    const router = createCallRouter((call) => (call === 1 ? fail() : answer(stream, `text ${call}`)));
    const response = await router.ask(chatBody({ n: 3, stream }));
    expect(response.status).toBe(200);
    const written = await response.text();
    expect(choicesOf(written)).toEqual([
      { text: 'text 0', finish: 'stop', error: null, times: 1 },
      { text, finish: 'error', error: expect.stringMatching(new RegExp(`^Acme.*${message}`)), times: 1 },
      { text: 'text 2', finish: 'stop', error: null, times: 1 },
    ]);
    expect(stream ? written.split('data: [DONE]').length - 1 : 1).toBe(1);
  });

  it('that all fail before content are an HTTP error with the first cause', async () => {
    const router = createCallRouter((call) => (call === 0 ? refusal('first', 429) : refusal('later')));
    await expect(router.ask(chatBody({ n: 3, stream }))).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('first'),
      details: { headers: { 'x-tributary-provider': 'acme' } },
    });
    expect(router.sent).toHaveLength(3);
  });

  it('beyond the calls that are allowed are a 400 that names the variable, and no provider is called', async () => {
    const router = createCallRouter(() => answer(stream, 'x'));
    await expect(router.ask(chatBody({ n: 33, stream }))).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/33 calls.*32.*MAX_UPSTREAM_CALLS/),
      details: { param: 'n' },
    });
    expect(router.sent).toEqual([]);
    await (await router.ask(chatBody({ n: 32, stream }))).text();
    expect(router.sent).toHaveLength(32);
  });

  it('that all wait for their headers are no more than five at once', async () => {
    const waiting: ((response: Response) => void)[] = [];
    const router = createCallRouter(() => new Promise<Response>((resolve) => void waiting.push(resolve)));
    const written = router.ask(chatBody({ n: 12, stream })).then((response) => response.text());
    for (let answered = 0; answered < 12; answered++) {
      await turn();
      expect(router.sent.length - answered).toBeLessThanOrEqual(5);
      expect(router.sent.length).toBe(Math.min(12, answered + 5));
      waiting[answered]?.(answer(stream, `text ${answered}`));
    }
    expect(choicesOf(await written).map(({ text }) => text)).toEqual(Array.from({ length: 12 }, (_, call) => `text ${call}`));
  });
});

describe('a client that leaves', () => {
  it('in the middle of a stream gives every upstream up', async () => {
    const bodies = [createBody(), createBody(), createBody()];
    const router = createCallRouter((call) => new Response(bodies[call]?.stream ?? null));
    const response = router.ask(chatBody({ n: 3, stream: true }));
    await turn();
    bodies[1]?.write(event(CHAT_WIRE.chunk([{ text: 'Hel' }])));
    await (await response).body?.cancel();
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
  });

  it('before the answer aborts the calls that run, and those that wait are never made', async () => {
    const signal = new AbortController();
    const router = createCallRouter(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const response = router.ask(chatBody({ n: 12 }), { signal: signal.signal });
    await turn();
    signal.abort();
    await expect(response).rejects.toMatchObject({ message: expect.stringContaining('client disconnected') });
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, true, true, true, true]);
  });
});

describe('stop sequences of the router, over several calls', () => {
  it('end each choice apart, and give up its own upstream alone', async () => {
    const bodies = [createBody(), createBody()];
    const provider = acme({ operations: { chat: [chatOperation({ parameters: { ...rules, n: false, stop: false } })] } });
    const router = createCallRouter((call) => new Response(bodies[call]?.stream ?? null), provider);
    const response = router.ask(chatBody({ n: 2, stop: 'END', stream: true }));
    await turn();
    bodies[0]?.write(event(CHAT_WIRE.chunk([{ text: 'one END two' }])));
    const written = (await response).text();
    await turn();
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    bodies[1]?.write([CHAT_WIRE.chunk([{ text: 'other EN' }]), CHAT_WIRE.chunk([{ finish: 'length' }])].map(event).join(''));
    bodies[1]?.write(event({ choices: [], usage: USAGE }) + event('[DONE]'));
    bodies[1]?.close();
    expect(choicesOf(await written).map(({ text, finish }) => [text, finish])).toEqual([
      ['one ', 'stop'],
      ['other EN', 'length'],
    ]);
    expect(await written).toContain('"estimated":["prompt_tokens","completion_tokens","total_tokens"]');
  });
});

describe('several prompts of a provider that takes one at a time', () => {
  const provider = acme({ operations: { completions: [completionsOperation({ prompts: ['text'] })] } });
  const respond = (_: number, { body }: SentCall) =>
    Response.json(
      COMPLETIONS_WIRE.body(
        [0, 1].map((index) => ({ index, text: ` after ${String(body['prompt'])}`, finish: 'stop' })),
        { usage: USAGE },
      ),
    );

  it('are numbered prompt x n + choice', async () => {
    const router = createCallRouter(respond, provider);
    const response = await router.ask(completionsBody({ prompt: ['a', 'b'], n: 2 }), { operation: 'completions' });
    expect(choicesOf(await response.text()).map(({ text }) => text)).toEqual([' after a', ' after a', ' after b', ' after b']);
    expect(router.sent.map(({ body }) => [body['prompt'], body['n']])).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });
});

describe('best_of, done by the router', () => {
  const provider = acme({
    operations: {
      completions: [completionsOperation({ parameters: { ...completionsOperation().parameters, n: false, best_of: false } })],
    },
  });
  const scored = (text: string, logprob: number) => ({
    text,
    fields: { logprobs: { tokens: [text], token_logprobs: [logprob], top_logprobs: [{}], text_offset: [0] } },
  });
  const LOGPROBS = [-3, -1, -2];

  it.each([true, false])('returns the likeliest, bills all, and hides what it ranked by (stream: %s)', async (stream) => {
    const router = createCallRouter((call) => {
      const made = scored(`text ${call}`, LOGPROBS[call] ?? 0);
      if (!stream) return Response.json(COMPLETIONS_WIRE.body([{ ...made, finish: 'stop' }], { usage: USAGE }));
      return streamOf(
        COMPLETIONS_WIRE.chunk([made]),
        COMPLETIONS_WIRE.chunk([{ finish: 'stop' }]),
        { choices: [], usage: USAGE },
        '[DONE]',
      );
    }, provider);
    const response = await router.ask(completionsBody({ n: 2, best_of: 3, stream }), { operation: 'completions' });
    const written = await response.text();
    expect(choicesOf(written).map(({ text }) => text)).toEqual(['text 1', 'text 2']);
    expect(router.sent.map(({ body }) => body['logprobs'])).toEqual([1, 1, 1]);
    expect(written).not.toContain('token_logprobs');
    expect(written).toContain('"completion_tokens":21');
  });
});
