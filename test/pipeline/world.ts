/** A router with one provider of our own and a network that the test answers for. */
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { complete } from '../../src/pipeline/generate.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { createFakeClock, type FakeClock } from '../stream/fake-clock.ts';
import type { Ports } from '../../src/ports.ts';
import { LIMITS, QUIET, reachable } from '../upstream/own-host.ts';

/** One upstream call as it went out. */
export type SendResult = { url: string; headers: Headers; body: JsonObject; signal: AbortSignal };

/** What a client may bring besides its body. */
type Asking = { operation?: TextOperation; signal?: AbortSignal; wantsMetadata?: boolean };

const CLIENTS = { chat: openaiChatClient, completions: openaiCompletionsClient };

export interface World {
  readonly clock: FakeClock;
  readonly sent: SendResult[];
  /** Parses a body and answers it. */
  ask(body: JsonObject, asking?: Asking): Promise<Response>;
  /** Answers a parsed request. */
  answer(request: UnifiedRequest, asking?: Asking): Promise<Response>;
}

/** The key that every call carries. */
export const WORLD_KEY = 'sk-world-0123456789';

export function createWorld(
  provider: CompiledProvider,
  respond: (sent: SendResult) => Response | Promise<Response>,
  ports: Partial<Ports> = {},
): World {
  const clock = createFakeClock();
  const sent: SendResult[] = [];

  function fetch(url: string, init: RequestInit): Promise<Response> {
    const call: SendResult = {
      url,
      headers: new Headers(init.headers),
      body: JSON.parse(String(init.body)) as JsonObject,
      signal: init.signal ?? new AbortController().signal,
    };
    sent.push(call);
    return Promise.resolve(respond(call));
  }

  function answer(request: UnifiedRequest, { operation = 'chat', signal, wantsMetadata = false }: Asking = {}): Promise<Response> {
    return complete(request, CLIENTS[operation], {
      catalog: createCatalog([provider]),
      ports: {
        clock,
        random: { id: () => 'x'.repeat(20), fraction: () => 0 },
        ...QUIET,
        ...ports,
        access: ({ baseUrl }) => reachable(baseUrl, WORLD_KEY),
        fetch,
        limits: LIMITS,
      },
      generationId: 'gen-1',
      signal: signal ?? new AbortController().signal,
      allowsNullUsage: true,
      wantsMetadata,
      hops: [],
      simulatorHeaders: {},
    });
  }

  return { clock, sent, answer, ask: (body, asking = {}) => answer(CLIENTS[asking.operation ?? 'chat'].parse(body), asking) };
}

/** A chat request to the provider called Acme. */
export const chatBody = (more: JsonObject = {}): JsonObject => ({
  model: '@acme/m',
  messages: [{ role: 'user', content: 'hello' }],
  ...more,
});

/** A completions request to the provider called Acme. */
export const completionsBody = (more: JsonObject = {}): JsonObject => ({ model: '@acme/m', prompt: 'Once', ...more });
