/**
 * Reads the keys of providers that a caller brings with a request. They are used for that request only: nothing keeps them, logs them, or
 * shows them to a provider that they are not for.
 */
import type { CallerProviderKey } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { CompiledProvider } from '../registry/provider.ts';
import { isObject, parseJson } from '../lib/json.ts';
import { RouterError } from '../unified/error.ts';
import { ROUTER_KEY_HEADER } from './authenticate.ts';
import type { Deps } from './deps.ts';

/** OpenRouter's header, a JSON object of keys by provider (`@openrouter/ai-sdk-provider` 2.10.0, read 2026-06-25). */
const PROVIDER_KEYS_HEADER = 'x-provider-api-keys';

/** Most keys of a request, and characters of one of them. A key file of Google has about 2,400. */
const [MAX_KEYS, MAX_KEY_CHARACTERS] = [32, 8192];

/** Most characters of the headers that go to a provider as the client sent them. */
const MAX_HEADER_CHARACTERS = 16_384;

/** Headers of a client that are for the router, for the connection, or about the network between them; beginnings end in `-`. */
const NOT_PASSED_ON: readonly string[] = [
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'via',
  'forwarded',
  'proxy-',
  'content-length',
  'content-encoding',
  'content-type',
  'accept',
  'accept-encoding',
  'authorization',
  'x-api-key',
  'cookie',
  'origin',
  'referer',
  'sec-',
  'cf-',
  'cdn-loop',
  'true-client-ip',
  'x-forwarded-',
  'x-real-ip',
  'x-tributary-',
  'x-openrouter-',
  'x-provider-',
  'idempotency-key',
  'traceparent',
  'tracestate',
  'x-session-id',
  'x-simulator-',
  'mf-',
];

/** Returns what the handlers use for a request: the same, unless the caller brings keys. @throws RouterError naming the header at fault. */
export function withCallerKeys(deps: Deps, headers: Headers, format: string): Deps {
  if (!headers.has(PROVIDER_KEYS_HEADER) && !headers.has(ROUTER_KEY_HEADER)) return deps;
  const keys = readCallerKeys(headers, deps.catalog, format);
  if (keys.size === 0) return deps;
  const { access } = deps.ports;
  return { ...deps, ports: { ...deps.ports, access: (provider) => access(provider, keys.get(provider.slug)) }, hasCallerKeys: true };
}

function readCallerKeys(headers: Headers, catalog: Catalog, format: string): Map<string, CallerProviderKey> {
  const keys = new Map<string, CallerProviderKey>();
  const given = headers.get(PROVIDER_KEYS_HEADER);
  if (given !== null) for (const [name, key] of entriesOf(given)) keys.set(slugOf(name, catalog), { key });
  if (headers.has(ROUTER_KEY_HEADER)) addClientToken(keys, headers, { catalog, format });
  return keys;
}

function entriesOf(given: string): [string, string][] {
  const read = given.length > MAX_KEYS * MAX_KEY_CHARACTERS ? null : parseJson(given);
  if (!isObject(read)) throw refuse('expected a JSON object of keys by the slug of their provider: {"SLUG": "KEY"}');
  const entries = Object.entries(read);
  if (entries.length > MAX_KEYS) throw refuse(`at most ${MAX_KEYS} providers, and here are ${entries.length}`);
  return entries.map(([name, value]) => {
    const key = typeof value === 'string' ? value.trim() : '';
    if (key === '' || key.length > MAX_KEY_CHARACTERS)
      throw refuse(`the entry ${JSON.stringify(name.slice(0, 100))} must be a text of 1 to ${MAX_KEY_CHARACTERS} characters`);
    return [name, key];
  });
}

function slugOf(name: string, catalog: Catalog): string {
  const slug = name.toLowerCase();
  if (catalog.provider(slug) !== undefined) return slug;
  throw refuse(`there is no provider ${JSON.stringify(name.slice(0, 100))}; GET /v1/providers lists them`);
}

const refuse = (why: string): RouterError =>
  new RouterError('invalid_request', `${PROVIDER_KEYS_HEADER}: ${why}.`, { param: PROVIDER_KEYS_HEADER });

/**
 * Adds the token of a client that signs in to a provider itself. The router's key is in its own header then, so `authorization` is for the
 * provider, and goes there with the client's other headers: the provider decides by them what the subscription may do.
 */
function addClientToken(
  keys: Map<string, CallerProviderKey>,
  headers: Headers,
  { catalog, format }: { catalog: Catalog; format: string },
): void {
  const key = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1];
  if (key === undefined || key === headers.get(ROUTER_KEY_HEADER)?.trim()) return;
  const taker = catalog.providers.find(({ clientToken }) => clientToken?.format === format && key.startsWith(clientToken.prefix));
  if (taker === undefined) throw noTaker(catalog.providers, format);
  keys.set(taker.slug, { key, clientHeaders: passedOn(headers) });
}

function noTaker(providers: readonly CompiledProvider[], format: string): RouterError {
  const takers = providers.flatMap(({ name, clientToken }) =>
    clientToken?.format === format ? [`tokens of ${name} that begin with ${clientToken.prefix}`] : [],
  );
  const taken = takers.length === 0 ? 'no provider takes a token from clients of this format' : `accepted are ${takers.join(' and ')}`;
  const message = `${ROUTER_KEY_HEADER} has the key of the router, so "authorization" is for a provider: ${taken}. Leave it out, or send other keys in ${PROVIDER_KEYS_HEADER}.`;
  return new RouterError('authentication', message, { param: 'authorization' });
}

function passedOn(headers: Headers): Record<string, string> {
  const passed: Record<string, string> = {};
  let characters = 0;
  for (const [name, value] of headers) {
    if (NOT_PASSED_ON.some((one) => (one.endsWith('-') ? name.startsWith(one) : name === one))) continue;
    characters += name.length + value.length;
    if (characters > MAX_HEADER_CHARACTERS)
      throw new RouterError('invalid_request', `The headers for the provider have more than ${MAX_HEADER_CHARACTERS} characters together.`);
    passed[name] = value;
  }
  return passed;
}
