/** A router with several providers and a network that the test answers for, host by host. */
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { complete } from '../../src/pipeline/generate.ts';
import type { Limits, Ports } from '../../src/ports.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Price } from '../../src/registry/provider.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../dialects/answer-head.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { createFakeClock, turn, type FakeClock } from '../stream/fake-clock.ts';
import { acme, bodyOf, LIMITS, QUIET, reachable } from '../upstream/own-host.ts';
import type { SendResult } from '../pipeline/world.ts';

/** A provider at `https://<slug>.example` that offers the model `<slug>/m`, and `any/m` as everybody does. */
export function host(slug: string, changes: Partial<CompiledProvider> = {}, price?: Price): CompiledProvider {
  const entry = { id: `${slug}-m`, source: '', checked: '', ...(price === undefined ? {} : { priceUsdPerMillionTokens: price }) };
  return acme({
    slug,
    name: `The ${slug}`,
    baseUrl: `https://${slug}.example`,
    models: [
      { slug: `${slug}/m`, ...entry },
      { slug: 'any/m', ...entry },
    ],
    ...changes,
  });
}

export type Respond = (sent: SendResult) => Response | Promise<Response>;

/** What a client may bring besides its body. */
type Asking = { signal?: AbortSignal; wantsMetadata?: boolean };

export interface Several {
  readonly clock: FakeClock;
  readonly sent: SendResult[];
  /** The calls to one host. */
  sentTo(slug: string): SendResult[];
  ask(body: JsonObject, asking?: Asking): Promise<Response>;
}

/** @param hosts each with what it answers. @param more ports that remember, for tests of what is remembered. */
export function createSeveral(
  hosts: readonly (readonly [CompiledProvider, Respond])[],
  limits: Partial<Limits> = {},
  more: (clock: FakeClock) => Partial<Ports> = () => ({}),
): Several {
  const clock = createFakeClock();
  const memoize = more(clock);
  const sent: SendResult[] = [];
  const isFor = (call: SendResult, { baseUrl }: CompiledProvider) => call.url.startsWith(`${String(baseUrl)}/`);

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const call: SendResult = {
      url,
      headers: new Headers(init.headers),
      body: init.body == null ? {} : (JSON.parse(String(init.body)) as JsonObject),
      signal: init.signal ?? new AbortController().signal,
    };
    sent.push(call);
    const respond = hosts.find(([provider]) => isFor(call, provider))?.[1];
    if (respond === undefined) throw new Error(`nobody is at ${url}`);
    return respond(call);
  }

  return {
    clock,
    sent,
    sentTo: (slug) => sent.filter(({ url }) => url.startsWith(`https://${slug}.example/`)),
    ask: (body, { signal, wantsMetadata = false } = {}) =>
      complete(openaiChatClient.parse({ messages: [{ role: 'user', content: 'hello' }], ...body }), openaiChatClient, {
        catalog: createCatalog(hosts.map(([provider]) => provider)),
        ports: {
          clock,
          random: { id: () => 'x'.repeat(20), fraction: () => 0 },
          ...QUIET,
          access: ({ baseUrl }) => reachable(baseUrl, 'sk-several-0123456789'),
          fetch,
          limits: { ...LIMITS, ...limits },
          ...memoize,
        },
        generationId: 'gen-1',
        signal: signal ?? new AbortController().signal,
        allowsNullUsage: true,
        wantsMetadata,
        hops: [],
        simulatorHeaders: {},
      }),
  };
}

/** Waits for something while the clock goes on, a little with each turn of the event loop. */
export async function whileTimePasses<Value>(clock: FakeClock, pending: Promise<Value>, stepMs = 100): Promise<Value> {
  let isOver = false;
  const settle = () => void (isOver = true);
  pending.then(settle, settle);
  for (;;) {
    await turn();
    await turn();
    if (isOver) return pending;
    clock.advance(stepMs);
  }
}

/** Token counts on the wire. */
export const counts = (prompt: number, completion: number): JsonObject => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** The frames of an answer with so many choices; choice 1 of `Hi` says `Hi1`. */
export function spoken(says: string, usage: JsonObject, choices = 1, more: JsonObject = {}): string[] {
  const indexes = Array.from({ length: choices }, (_, index) => index);
  return [
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, text: says }], more)),
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, text: String(index) }], more)),
    ...indexes.map((index) => CHAT_WIRE.chunk([{ index, finish: 'stop' }], more)),
    { choices: [], usage },
    '[DONE]',
  ].map(event);
}

/** Answers as asked, streamed or not, with as many choices as asked for. */
export const says =
  (text: string, usage: JsonObject = counts(5, 7), more: JsonObject = {}): Respond =>
  ({ body }) => {
    const choices = typeof body.n === 'number' ? body.n : 1;
    if (body.stream === true) return new Response(bodyOf(...spoken(text, usage, choices, more)));
    const pieces = Array.from({ length: choices }, (_, index) => ({ index, text: `${text}${index}`, finish: 'stop' }));
    return Response.json(CHAT_WIRE.body(pieces, { usage, ...more }));
  };

/** Refuses. */
export const refuses =
  (message: string, status = 503) =>
  () =>
    Response.json({ error: { message } }, { status });

/** Never answers, unless it is given up. */
export const isSilent: Respond = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

/** A chunk or a body as a client reads it. */
export type Read = {
  id: string;
  object: string;
  created: number;
  model: string;
  provider: string;
  choices: ReadChoice[];
  usage?: ReadUsage | null;
  adjustments?: { param: string; action: string; reason: string }[];
  error?: { message: string };
  openrouter_metadata?: { attempt: number; summary: string; attempts: JsonObject[] };
};
type ReadChoice = {
  index: number;
  delta?: { role?: string; content?: string };
  message?: { content: string | null };
  model?: string;
  provider?: string;
  finish_reason: string | null;
  error?: { message: string };
};
export type ReadUsage = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  cost: number | null;
  calls: number;
  estimated?: string[];
  by_choice?: (ReadUsage & { choices: number[]; model: string; provider: string })[];
};

/** The chunks of a stream. */
export async function chunksOf(response: Response): Promise<{ chunks: Read[]; done: boolean }> {
  const text = (await response.text()).replaceAll(': keep-alive\n\n', '');
  const frames = framesIn(text);
  return { chunks: frames.filter((frame) => frame !== '[DONE]') as unknown as Read[], done: frames.at(-1) === '[DONE]' };
}

/** The text of each choice of a stream. */
export function textsOf(chunks: readonly Read[]): Record<number, string> {
  const texts: Record<number, string> = {};
  for (const { index, delta } of chunks.flatMap(({ choices }) => choices)) texts[index] = (texts[index] ?? '') + (delta?.content ?? '');
  return texts;
}

export const bodyRead = async (response: Response): Promise<Read> => (await response.json()) as Read;

/** What a call that must fail failed with. */
export async function failureOf(call: Promise<Response>): Promise<unknown> {
  return call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
}
