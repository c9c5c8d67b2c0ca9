/** Requests that use the response cache, from the client format to scripted upstreams. */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Accounts, GenerationRecord, Ports, ResponseCache } from '../../src/ports.ts';
import { createClientRouter } from '../support/client-router.ts';
import { createFakeClock, reachable, whileTimePasses } from '../support/fake-ports.ts';
import { counts, says, type Respond } from '../support/scripted-upstream.ts';

/** A store in the memory of the test. */
function createStore(changes: Partial<ResponseCache> = {}): ResponseCache & { size(): number; lookups(): number } {
  const texts = new Map<string, string>();
  let lookups = 0;
  return {
    maxCharacters: 100_000,
    keepsToolCalls: true,
    find: (key) => {
      lookups++;
      return Promise.resolve(texts.get(key) ?? null);
    },
    store: (key, text) => void texts.set(key, text),
    remove: (key) => Promise.resolve(void texts.delete(key)),
    size: () => texts.size,
    lookups: () => lookups,
    ...changes,
  };
}

const WISH = { ttlSeconds: 300, mayRead: true, mustClear: false };

function start(
  respond: Respond,
  { store = createStore(), ports = {} }: { store?: ReturnType<typeof createStore>; ports?: Partial<Ports> } = {},
) {
  const clock = createFakeClock();
  const router = createClientRouter(respond, undefined, { ports: { responseCache: store, ...ports }, cache: WISH, clock });
  return { ...router, clock, store };
}

const CHAT = { model: '@novita/m', messages: [{ role: 'user', content: 'Hi' }] };
const stateOf = ({ headers }: Response) => headers.get('x-tributary-cache');

/** An answer of Anthropic, as a body or as a stream. */
const MESSAGE = {
  id: 'msg_upstream',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'Hello', citations: null }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  not_known: { a: 1 },
  usage: { input_tokens: 5, output_tokens: 7, server_tool_use: { web_search_requests: 2 }, service_tier: 'standard' },
};
const FRAMES: readonly JsonObject[] = [
  { type: 'message_start', message: { ...MESSAGE, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'lo' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];
const sse = (frames: readonly JsonObject[]) =>
  frames.map((frame) => `event: ${String(frame['type'])}\ndata: ${JSON.stringify(frame)}\n\n`).join('');
const claude: Respond = ({ body }) =>
  body['stream'] === true ? new Response(sse(FRAMES), { headers: { 'content-type': 'text/event-stream' } }) : Response.json(MESSAGE);

describe('an answer from the response cache', () => {
  it('calls no upstream, costs nothing, and reserves nothing', async () => {
    const records: GenerationRecord[] = [];
    let reserved = 0;
    const open = () => ({ headers: {}, rateLimits: [], settle: (record: GenerationRecord) => void records.push(record) });
    const accounts: Accounts = {
      outputTokens: 5,
      open,
      reserve: () => {
        reserved++;
        return Promise.resolve(open());
      },
      describe: () => Promise.resolve(null),
    };
    const router = start(says('Hello', counts(5, 7)), { ports: { accounts } });
    expect(stateOf(await router.ask(openaiChatClient, CHAT))).toBe('miss');
    router.clock.advance(7000);
    const repeated = await router.ask(openaiChatClient, CHAT);
    expect([stateOf(repeated), repeated.headers.get('age')]).toEqual(['hit', '7']);
    expect(router.sent.length).toBe(1);
    expect(reserved).toBe(0);
    expect(records.map(({ cache, usage }) => [cache, usage?.costUsd])).toEqual([
      ['miss', null],
      ['hit', 0],
    ]);
    expect(records[1]).toMatchObject({
      provider: 'novita',
      tries: [],
      usage: { calls: 0, saved: { promptTokens: 5, completionTokens: 7 } },
    });
  });

  it('reports the adjustments of the client that asks', async () => {
    const router = start(says('Hello'));
    await router.ask(openaiChatClient, { ...CHAT, not_known: 1, max_tokens: 5 });
    const chat = await router.ask(openaiChatClient, { ...CHAT, max_tokens: 5 });
    const messages = await router.ask(anthropicClient, { ...CHAT, max_tokens: 5, system: 'x', thinking: { type: 'disabled' } });
    expect([stateOf(chat), stateOf(messages)]).toEqual(['miss', 'miss']);
    const again = await router.ask(anthropicClient, { ...CHAT, max_tokens: 5, system: 'x', thinking: { type: 'disabled' } });
    expect(stateOf(again)).toBe('hit');
    expect(again.headers.get('x-tributary-adjustments')).toBe(messages.headers.get('x-tributary-adjustments'));
  });

  it("has the upstream's own payloads where the client has its format, with an own id and no counts", async () => {
    const router = start(claude);
    const request = { model: '@anthropic/claude-sonnet-4-5', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] };
    const made = (await (await router.ask(anthropicClient, request)).json()) as JsonObject;
    expect(made['id']).toBe('msg_upstream');
    const hit = await router.ask(anthropicClient, request);
    expect(stateOf(hit)).toBe('hit');
    expect(await hit.json()).toMatchObject({
      id: 'msg_1',
      content: MESSAGE.content,
      not_known: { a: 1 },
      usage: { input_tokens: 0, output_tokens: 0, server_tool_use: { web_search_requests: 0 }, service_tier: 'standard', cost: 0 },
    });
    const streams = [
      await router.ask(anthropicClient, { ...request, stream: true }),
      await router.ask(anthropicClient, { ...request, stream: true }),
    ];
    expect(streams.map(stateOf)).toEqual(['miss', 'hit']);
    const frames = await streams[1]?.text();
    expect(frames).toContain('"not_known":{"a":1}');
    expect(frames).toContain('"text":"Hello"');
    expect(frames).toContain('"id":"msg_1"');
    expect(frames).not.toContain('msg_upstream');
    expect(frames).not.toContain('"output_tokens":7');
    expect(router.sent.length).toBe(2);
  });

  it('is not used when its endpoint may not serve the request any more', async () => {
    let without = '';
    const access: Ports['access'] = ({ slug }) =>
      reachable(`https://${slug}.example`, 'sk-key-0123456789', slug === without ? { missingVariables: ['A'] } : {});
    const router = start(says('Hello'), { ports: { access } });
    const request = { model: 'openai/gpt-oss-120b', messages: CHAT.messages };
    const first = await router.ask(openaiChatClient, request);
    expect(stateOf(await router.ask(openaiChatClient, request))).toBe('hit');
    without = first.headers.get('x-tributary-provider') ?? '';
    const next = await router.ask(openaiChatClient, request);
    expect(stateOf(next)).toBe('miss');
    expect(next.headers.get('x-tributary-provider')).not.toBe(without);
  });

  it.each([
    ['store', openaiChatClient, { ...CHAT, store: true }],
    ['several models', openaiChatClient, { ...CHAT, models: ['@deepinfra/m'], route: 'all' }],
  ] as const)('is not for a request with %s', async (_, client, body) => {
    const router = start(says('Hello'));
    const response = await router.ask(client, body as JsonObject).catch(() => null);
    expect(response === null ? null : stateOf(response)).toBeNull();
    expect(router.store.size()).toBe(0);
  });

  it('is not stored when it is too large, or has calls of tools that are not to be stored', async () => {
    const large = start(says('Hello'), { store: createStore({ maxCharacters: 100 }) });
    await large.ask(openaiChatClient, CHAT);
    expect(large.store.size()).toBe(0);
    const calls = { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] };
    const answer = () =>
      Response.json({
        choices: [{ index: 0, message: { role: 'assistant', content: null, ...calls }, finish_reason: 'tool_calls' }],
        usage: counts(1, 1),
      });
    const body = { ...CHAT, tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] };
    for (const keepsToolCalls of [true, false]) {
      const router = start(answer, { store: createStore({ keepsToolCalls }) });
      await router.ask(openaiChatClient, body);
      expect(router.store.size()).toBe(keepsToolCalls ? 1 : 0);
    }
  });
});

describe('identical requests at the same time', () => {
  /** An upstream that answers when it is told to: fails at first, then succeeds. */
  function held(answers: readonly (() => Response)[]) {
    const waiting: (() => void)[] = [];
    let count = 0;
    const respond: Respond = async () => {
      const answer = answers[Math.min(count++, answers.length - 1)];
      await new Promise<void>((resolve) => void waiting.push(resolve));
      return answer?.() ?? new Response(null, { status: 500 });
    };
    return { respond, release: () => waiting.splice(0).forEach((resolve) => resolve()), count: () => waiting.length };
  }

  const settled = async (router: ReturnType<typeof start>, upstream: ReturnType<typeof held>, all: readonly Promise<Response>[]) => {
    const results = Promise.allSettled(all);
    const releasing = { isOver: false };
    void results.then(() => (releasing.isOver = true));
    const pump = async () => {
      while (!releasing.isOver) {
        // Keys are hashed in the background: an answer that came earlier would be found by the others, not joined.
        if (router.store.lookups() >= all.length) upstream.release();
        await new Promise((resolve) => void setImmediate(resolve));
      }
    };
    void pump();
    return whileTimePasses(router.clock, results, 20);
  };

  const answer = () =>
    Response.json({
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: counts(1, 1),
    });

  it('are answered by one upstream call', async () => {
    const upstream = held([answer]);
    const router = start(upstream.respond);
    const all = [1, 2, 3].map(() => router.ask(openaiChatClient, CHAT));
    const results = await settled(router, upstream, all);
    expect(results.map((one) => (one.status === 'fulfilled' ? stateOf(one.value) : 'failed')).sort()).toEqual(['joined', 'joined', 'miss']);
    expect(router.sent.length).toBe(1);
  });

  it('go on alone when the first fails, and one of them is the next that others wait for', async () => {
    const upstream = held([() => Response.json({ error: { message: 'no such model' } }, { status: 404 }), answer]);
    const router = start(upstream.respond);
    const all = [1, 2, 3].map(() => router.ask(openaiChatClient, CHAT));
    const results = await settled(router, upstream, all);
    expect(results.map((one) => (one.status === 'fulfilled' ? stateOf(one.value) : 'failed')).sort()).toEqual(['failed', 'miss', 'miss']);
    expect(router.sent.length).toBe(3);
    expect(router.store.size()).toBe(1);
  });
});
