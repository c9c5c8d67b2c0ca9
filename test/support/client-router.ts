/** The real client formats in front of the providers of the catalogue, whose answers are scripted. */
import { ANONYMOUS_CALLER, type Caller } from '../../src/accounts/caller.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { complete } from '../../src/pipeline/generate.ts';
import type { Ports } from '../../src/ports.ts';
import { createRefusedParameters } from '../../src/state/refused-parameters.ts';
import { CATALOG } from '../fitting/sent.ts';
import type { CacheWish } from '../../src/unified/request/cache-wish.ts';
import { createFakeClock, LIMITS, QUIET, reachable, type FakeClock, FACTS } from './fake-ports.ts';
import type { Respond, SentCall } from './scripted-upstream.ts';

/** A router with what it has sent. `unhealthy`: endpoints with a failure. */
export type ClientRouter = {
  sent: SentCall[];
  unhealthy: string[];
  ask(client: TextClientDialect, body: JsonObject, headers?: Readonly<Record<string, string>>): Promise<Response>;
};

/** What is not as usual. `clock`: the one of the ports. `signal`: of the client. */
type Changes = { ports?: Partial<Ports>; cache?: CacheWish; clock?: FakeClock; caller?: Caller; signal?: AbortSignal };

/** Every provider answers this. @param keys of each provider. */
export function createClientRouter(
  respond: Respond,
  keys: readonly [string, ...string[]] = ['sk-key-0123456789'],
  { ports: changed = {}, cache, clock = createFakeClock(), caller = ANONYMOUS_CALLER, signal = new AbortController().signal }: Changes = {},
): ClientRouter {
  const [sent, unhealthy]: [SentCall[], string[]] = [[], []];
  const ports: Ports = {
    ...QUIET,
    clock,
    learned: createRefusedParameters(clock),
    health: { ...QUIET.health, report: (endpoint, { kind }) => void (kind === 'success' || unhealthy.push(endpoint)) },
    random: { id: () => 'x'.repeat(20), fraction: () => 0 },
    access: ({ baseUrl }) => ({ ...reachable(String(baseUrl).replace(/\{\w+\}/g, 'v'), keys[0]), keys }),
    limits: { ...LIMITS, attempts: 4 },
    fetch: async (url, init) => {
      const call: SentCall = {
        url,
        headers: new Headers(init.headers),
        body: JSON.parse(String(init.body)) as JsonObject,
        signal: new AbortController().signal,
      };
      sent.push(call);
      return await respond(call);
    },
    ...changed,
  };
  const options = {
    catalog: CATALOG,
    ports,
    ...FACTS,
    caller,
    signal,
    ...(cache === undefined ? {} : { cache }),
  };
  return {
    sent,
    unhealthy,
    ask: (client, body, headers = {}) =>
      complete(
        client.parse(body, (name) => headers[name] ?? null),
        client,
        options,
      ),
  };
}
