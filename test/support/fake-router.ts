/** Router for tests of the whole pipeline: real catalogue, planning, fitting and streams over fake ports and scripted providers. */
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { complete } from '../../src/pipeline/generate.ts';
import type { Limits, Ports } from '../../src/ports.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Price } from '../../src/registry/provider.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { createFakeClock, type FakeClock, LIMITS, QUIET, reachable, FACTS } from './fake-ports.ts';
import { acme } from './fake-providers.ts';
import type { Respond, SentCall } from './scripted-upstream.ts';

const CLIENTS = { chat: openaiChatClient, completions: openaiCompletionsClient };

/** What a client may send besides its body. */
type AskOptions = { operation?: TextOperation; signal?: AbortSignal; wantsMetadata?: boolean };

export interface FakeRouter {
  readonly clock: FakeClock;
  /** The upstream calls, oldest first. */
  readonly sent: SentCall[];
  /** The calls to the provider at `https://<slug>.example`. */
  sentTo(slug: string): SentCall[];
  /** Parses a body and answers it. */
  ask(body: JsonObject, options?: AskOptions): Promise<Response>;
  /** Answers a parsed request. */
  answer(request: UnifiedRequest, options?: AskOptions): Promise<Response>;
}

/** The key of every upstream call. */
export const PROVIDER_KEY = 'sk-world-0123456789';

/** Router with one provider. @param respond answers every upstream call, whatever its URL. */
export function createFakeRouter(provider: CompiledProvider, respond: Respond, ports: Partial<Ports> = {}): FakeRouter {
  return createRouter([provider], respond, () => ports);
}

/** Router with several providers. A body without messages says hello. @param hosts providers, each with its answers. @param more replaces ports. */
export function createMultiProvider(
  hosts: readonly (readonly [CompiledProvider, Respond])[],
  limits: Partial<Limits> = {},
  more: (clock: FakeClock) => Partial<Ports> = () => ({}),
): FakeRouter {
  function respond(call: SentCall): Response | Promise<Response> {
    const found = hosts.find(([{ baseUrl }]) => call.url.startsWith(`${String(baseUrl)}/`));
    if (found === undefined) throw new Error(`no provider at ${call.url}`);
    return found[1](call);
  }
  const router = createRouter(
    hosts.map(([provider]) => provider),
    respond,
    (clock) => ({ limits: { ...LIMITS, ...limits }, ...more(clock) }),
  );
  return { ...router, ask: (body, options) => router.ask({ messages: [{ role: 'user', content: 'hello' }], ...body }, options) };
}

function createRouter(providers: CompiledProvider[], respond: Respond, portsOf: (clock: FakeClock) => Partial<Ports>): FakeRouter {
  const clock = createFakeClock();
  const sent: SentCall[] = [];

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const call: SentCall = {
      url,
      headers: new Headers(init.headers),
      body: init.body == null ? {} : (JSON.parse(String(init.body)) as JsonObject),
      signal: init.signal ?? new AbortController().signal,
    };
    sent.push(call);
    return respond(call);
  }

  const ports: Ports = {
    clock,
    random: { id: () => 'x'.repeat(20), fraction: () => 0 },
    ...QUIET,
    access: ({ baseUrl }) => reachable(baseUrl, PROVIDER_KEY),
    fetch,
    limits: LIMITS,
    ...portsOf(clock),
  };

  function answer(request: UnifiedRequest, { operation = 'chat', signal, wantsMetadata = false }: AskOptions = {}): Promise<Response> {
    return complete(request, CLIENTS[operation], {
      catalog: createCatalog(providers),
      ports,
      ...FACTS,
      signal: signal ?? new AbortController().signal,
      wantsMetadata,
    });
  }

  return {
    clock,
    sent,
    sentTo: (slug) => sent.filter(({ url }) => url.startsWith(`https://${slug}.example/`)),
    answer,
    ask: (body, options = {}) => answer(CLIENTS[options.operation ?? 'chat'].parse(body), options),
  };
}

/** Provider at `https://<slug>.example` that offers the models `<slug>/m` and `any/m`. */
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

/** Chat request to the provider Acme. */
export const chatBody = (more: JsonObject = {}): JsonObject => ({
  model: '@acme/m',
  messages: [{ role: 'user', content: 'hello' }],
  ...more,
});

/** Completions request to the provider Acme. */
export const completionsBody = (more: JsonObject = {}): JsonObject => ({ model: '@acme/m', prompt: 'Once', ...more });
