/**
 * Reads the operator's variables into ports and limits. Only this file and `worker.ts` may read `env`. Only plain text variables are
 * required; every storage binding is optional.
 */
import type { Access, AccessPort, CallerProviderKey, Limits } from '../ports.ts';
import { keyLimitsVariable, variablePrefix, type Auth, type CompiledProvider } from '../registry/provider.ts';
import { ADDRESS_VALUE, isAddressValue, readBaseUrl } from './base-url.ts';
import { BINDING_URL, bindingOf } from './ai-binding.ts';
import type { VariableName } from './variable-names.ts';
import { RouterError } from '../unified/error.ts';
import { CALLER_KEY_NAME } from '../upstream/auth/scheme.ts';
import { NO_KEY_LIMITS, readKeyLimits } from './provider-key-limits.ts';

/** Variables, secrets and bindings, as passed by Cloudflare. */
export type Env = Readonly<Record<string, unknown>>;

/** The value of a variable without surrounding blanks; empty = not set. */
export const textOfVariable = (env: Env, name: VariableName): string => textOf(env, name);

const text = textOfVariable;

/** The same for a name that a provider file states. */
const textOf = (env: Env, name: string): string => {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return typeof value === 'string' ? value.trim() : '';
};

const list = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/**
 * Creates the access to each provider. `<SLUG>_BASE_URL` overrides the base URL of the provider file; the server called there decides about
 * keys. Without it the base URL of the file is called, with the secret that the file names. `SIMULATOR_URL` (set only by the local dev and
 * demo scripts) replaces every provider without a key and without an own base URL by the simulator.
 */
export function createAccess(env: Env): AccessPort {
  const known = new Map<CompiledProvider, Access>(); // variables do not change within an isolate
  return (provider, own) => {
    if (own !== undefined) return accessTo(provider, env, { ...own, auth: authForCallers(provider, own) });
    const access = known.get(provider) ?? accessTo(provider, env);
    known.set(provider, access);
    return access;
  };
}

/** A caller's key, and how it is sent. */
type OwnKey = CallerProviderKey & { auth: Auth };

/** A bearer token of a client, else the first auth scheme that takes a single key. @throws RouterError where there is none. */
function authForCallers({ name, auth }: CompiledProvider, { clientHeaders }: CallerProviderKey): Auth {
  if (clientHeaders !== undefined) return { scheme: 'bearer', secret: 'authorization', optional: false };
  const found = auth.find(({ scheme }) => scheme !== 'none' && scheme !== 'aws-sigv4');
  if (found !== undefined) return { ...found, secret: CALLER_KEY_NAME };
  throw new RouterError('invalid_request', `${name} takes no single key, so a request cannot bring one. Remove its entry.`);
}

function accessTo(provider: CompiledProvider, env: Env, own?: OwnKey): Access {
  const baseUrlVariable = `${variablePrefix(provider.slug)}_BASE_URL`;
  const override = textOf(env, baseUrlVariable);
  const simulator = text(env, 'SIMULATOR_URL').replace(/\/+$/, '');
  const auth = own?.auth ?? provider.auth.find((scheme) => unset(scheme, env).length === 0) ?? provider.auth[0];
  if (auth === undefined) throw new Error(`${provider.slug} has no auth`); // the build rejects such a file
  const keys = own === undefined ? keysOf(auth, env) : [own.key];
  const address = override === '' ? (provider.baseUrl ?? '') : '';
  const { variables, unfit, absent } = checkVariables(variablesOf(provider, auth, env), [address, ...pathsOf(provider)]);
  const limits = own === undefined ? readKeyLimits(textOf(env, keyLimitsVariable(auth)), keys.length) : NO_KEY_LIMITS;
  if (limits.fault !== null) unfit.push(`${keyLimitsVariable(auth)} ${limits.fault}`);
  const shared = {
    auth,
    keys,
    variables,
    transport: null,
    isSimulated: false,
    ...(limits.limits === null ? {} : { keyLimits: limits.limits }),
    ...(own === undefined ? {} : { isCallerKey: true as const, clientHeaders: own.clientHeaders ?? {} }),
  };

  if (simulator !== '' && override === '' && keys.length === 0) {
    const simulatedAuth = auth.scheme === 'header' || auth.scheme === 'none' ? auth : { ...auth, scheme: 'bearer' as const };
    return { ...shared, auth: simulatedAuth, baseUrl: `${simulator}/${provider.slug}/v1`, isSimulated: true, missingVariables: [] };
  }
  if (override !== '') {
    const { url, fault } = readBaseUrl(override);
    return { ...shared, baseUrl: url, missingVariables: [...(fault === null ? [] : [`${baseUrlVariable} ${fault}`]), ...unfit] };
  }
  const binding = provider.binding === null || keys.length > 0 ? null : bindingOf(env, provider.binding);
  if (binding !== null) return { ...shared, transport: binding, baseUrl: BINDING_URL, missingVariables: [] };
  if (provider.baseUrl === null) return { ...shared, baseUrl: null, missingVariables: [baseUrlVariable] };
  const isKnown = absent.length + unfit.length === 0;
  const filled = address.replace(PLACEHOLDER, (_, name: string) => encodeURIComponent(variables[name] ?? ''));
  const { url, fault } = isKnown ? readBaseUrl(filled) : { url: null, fault: null };
  const inHost = namesIn(address.split('/', 3).join('/'));
  const advice = inHost.length > 0 ? `${inHost.join(' and ')} to what can stand in the name of a host` : `${baseUrlVariable} ${fault}`;
  const faults = fault === null ? [] : [advice];
  const missingVariables = [...(own === undefined ? missingKeys(provider, env) : []), ...absent, ...unfit, ...faults];
  return { ...shared, baseUrl: url, ...(hasBasePath(provider) ? { isFileAddress: true } : {}), missingVariables };
}

/** Returns the variables that an auth scheme requires and that are not set. */
function unset(auth: Auth, env: Env): string[] {
  if (auth.scheme === 'none') return [];
  const needed = auth.scheme === 'aws-sigv4' ? [auth.accessKeyId, auth.secret] : [auth.secret];
  return needed.filter((name) => keysOf({ ...auth, secret: name }, env).length === 0);
}

/** Schemes with a single key: a key file contains commas, and an AWS secret belongs to one access key id. */
const SINGLE = new Set(['google-service-account', 'aws-sigv4']);

function keysOf(auth: Auth, env: Env): readonly string[] {
  const value = textOf(env, auth.secret);
  return SINGLE.has(auth.scheme) ? (value === '' ? [] : [value]) : [...new Set(list(value))];
}

/** Returns the variables to set so that one auth scheme of a provider can be used. */
function missingKeys({ auth }: CompiledProvider, env: Env): string[] {
  const missing = auth.map((scheme) => (scheme.optional ? [] : unset(scheme, env)));
  return missing.some((names) => names.length === 0) ? [] : [missing.map((names) => names.join(' and ')).join(', or ')];
}

function variablesOf({ variables }: CompiledProvider, auth: Auth, env: Env): Record<string, string> {
  const own = Object.entries(variables).map(([name, { default: otherwise }]) => [name, textOf(env, name) || (otherwise ?? '')]);
  const names = auth.scheme === 'aws-sigv4' ? [auth.accessKeyId, auth.sessionToken, auth.region] : [];
  const more = names.filter((name) => name !== null && !Object.hasOwn(variables, name)).map((name) => [name, textOf(env, String(name))]);
  return Object.fromEntries([...own, ...more]) as Record<string, string>;
}

const pathsOf = ({ operations }: CompiledProvider) =>
  Object.values(operations).flatMap((alternatives) => alternatives.flatMap(({ path, streamPath }) => [path, streamPath ?? '']));

const hasBasePath = ({ operations }: CompiledProvider) =>
  Object.values(operations).some((alternatives) => alternatives.some(({ basePath }) => basePath !== undefined));

const PLACEHOLDER = /\{([A-Z][A-Z0-9_]*)\}/g;
const namesIn = (text: string): string[] => [...text.matchAll(PLACEHOLDER)].map(([, name]) => name ?? '');

/** Checks the variables in addresses: returns those that are not set, and those whose values would change the address (they are removed). */
function checkVariables(
  variables: Readonly<Record<string, string>>,
  addresses: readonly string[],
): { variables: Readonly<Record<string, string>>; absent: string[]; unfit: string[] } {
  const names = [...new Set(addresses.flatMap(namesIn))];
  const unfit = names.filter((name) => !isAddressValue(variables[name] ?? ''));
  return {
    variables: { ...variables, ...Object.fromEntries(unfit.map((name) => [name, ''])) },
    absent: names.filter((name) => (variables[name] ?? '') === ''),
    unfit: unfit.map((name) => `${name} ${ADDRESS_VALUE}`),
  };
}

/** Accepted callers of the router. */
export type CallerKeys = { keys: readonly string[]; adminKeys: readonly string[]; allowAnonymous: boolean };

/** Reads `ROUTER_API_KEYS`, `ADMIN_API_KEY` and `ALLOW_ANONYMOUS`. */
export function callerKeys(env: Env): CallerKeys {
  return {
    keys: list(text(env, 'ROUTER_API_KEYS')),
    adminKeys: list(text(env, 'ADMIN_API_KEY')),
    allowAnonymous: text(env, 'ALLOW_ANONYMOUS').toLowerCase() === 'true',
  };
}

/**
 * Reads the secrets that text for clients is sealed with: `COMPACTION_KEY` (one or more, comma-separated), else the keys of callers and the
 * admin's. A router without any answers callers on its own machine only: it has a fixed secret, so that restarts change nothing.
 */
export function sealingSecrets(env: Env): readonly [string, ...string[]] {
  const own = list(text(env, 'COMPACTION_KEY'));
  const { keys, adminKeys } = callerKeys(env);
  const [first = 'no secret', ...more] = own.length > 0 ? own : [...keys, ...adminKeys];
  return [first, ...more];
}

/** Reads `ANONYMOUS_HOSTS`: hosts that are served in addition to localhost while there are no caller keys. */
export function anonymousHosts(env: Env): readonly string[] {
  return list(text(env, 'ANONYMOUS_HOSTS'));
}

/** Reads `CATALOG_URL`: where `npm run dev` serves the catalogue of edited files; empty otherwise. */
export const catalogUrl = (env: Env): string => text(env, 'CATALOG_URL');

/** Reads `MODEL_ALIASES`: the operator's model names, as JSON (`registry/aliases.ts` parses it); empty = none. */
export const modelAliases = (env: Env): string => text(env, 'MODEL_ALIASES');

/** Reads `RESERVE_OUTPUT_TOKENS` (4096) and `LEASE_SECONDS` (900): what is reserved for a request of a key with limits, and for how long. */
export function leasePolicy(env: Env): { outputTokens: number; leaseMs: number } {
  return { outputTokens: countIn(env, 'RESERVE_OUTPUT_TOKENS', 4096), leaseMs: countIn(env, 'LEASE_SECONDS', 900) * 1000 };
}

/** Whose answers are kept in the ledger: of keys that were created, of all callers, or only of keys with limits. */
export type LedgerScope = 'keys' | 'all' | 'none';

/** Reads `LEDGER_FOR`; `keys` where it is not set. */
export function ledgerScope(env: Env): LedgerScope {
  const scope = text(env, 'LEDGER_FOR').toLowerCase();
  return scope === 'all' || scope === 'none' ? scope : 'keys';
}

const MEBIBYTE = 1024 * 1024;

/** A whole number above 0; any other value counts as not set. */
export function countIn(env: Env, name: VariableName, otherwise: number): number {
  const value = Number(text(env, name));
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

/** How answers of Responses are kept: `requested` where a request has `store: true`, `default` unless it has `store: false`, or `never`. */
export type StoreMode = 'requested' | 'default' | 'never';

/** Reads `STORE_RESPONSES`. */
export function storeMode(env: Env): StoreMode {
  const value = text(env, 'STORE_RESPONSES').toLowerCase();
  return value === 'default' || value === 'never' ? value : 'requested';
}

/** Most bytes of kept answers that are read at a time, and so of one of them. */
export const MAX_STORED_TEXT_BYTES = 16 * MEBIBYTE;

/** Reads how long answers of Responses are kept, and the most bytes of one answer and of all answers of an account. */
export function responseLimits(env: Env): { ttlMs: number; answerBytes: number; accountBytes: number } {
  return {
    ttlMs: 1000 * countIn(env, 'RESPONSE_TTL_SECONDS', 86_400),
    answerBytes: Math.min(MAX_STORED_TEXT_BYTES, countIn(env, 'MAX_STORED_RESPONSE_BYTES', 8 * MEBIBYTE)),
    accountBytes: countIn(env, 'MAX_STORED_BYTES', 256 * MEBIBYTE),
  };
}

/** Reads `CACHE_MAX_BYTES` (0 = no answers are stored) and `CACHE_TOOL_CALLS`. */
export function cacheLimits(env: Env): { maxCharacters: number; keepsToolCalls: boolean } {
  const given = text(env, 'CACHE_MAX_BYTES');
  const isCount = given !== '' && Number.isInteger(Number(given)) && Number(given) >= 0;
  return { maxCharacters: isCount ? Number(given) : MEBIBYTE, keepsToolCalls: text(env, 'CACHE_TOOL_CALLS').toLowerCase() !== 'false' };
}

/** Longest join time. Above it, text visibly arrives in bursts. */
const MAX_JOIN_MS = 1000;

/** Reads the limits and the variables that change them. */
export function limits(env: Env): Limits {
  const count = (name: VariableName, otherwise: number) => countIn(env, name, otherwise);
  return {
    requestBytes: count('MAX_REQUEST_BYTES', 20 * MEBIBYTE),
    requestMemoryBytes: count('MAX_REQUEST_MEMORY_BYTES', 64 * MEBIBYTE),
    eventCharacters: count('MAX_EVENT_CHARACTERS', 16 * MEBIBYTE),
    answerBytes: count('MAX_ANSWER_BYTES', 16 * MEBIBYTE),
    upstreamCalls: count('MAX_UPSTREAM_CALLS', 32),
    attempts: count('MAX_ATTEMPTS', 4),
    silentMs: text(env, 'MAX_SILENCE_MS') === '0' ? 0 : count('MAX_SILENCE_MS', 60_000),
    joinMs: text(env, 'JOIN_WRITES_MS') === '0' ? 0 : Math.min(MAX_JOIN_MS, count('JOIN_WRITES_MS', 25)),
    media: {
      bytes: count('MAX_MEDIA_BYTES', 20 * MEBIBYTE),
      timeoutMs: count('MEDIA_TIMEOUT_MS', 10_000),
      hosts: list(text(env, 'FETCH_MEDIA_FROM')),
    },
  };
}

/** What is kept of an answer that is made apart from its client's connection. */
export type StreamLimits = {
  /** Most bytes of a stream. */
  bytes: number;
  /** How long it is kept after its end. */
  keptSeconds: number;
};

/** Reads `STREAM_TTL_SECONDS`; the bytes are those of `MAX_ANSWER_BYTES`, and at most 5 MiB. */
export const streamLimits = (env: Env): StreamLimits => ({
  bytes: Math.min(5 * MEBIBYTE, limits(env).answerBytes),
  keptSeconds: countIn(env, 'STREAM_TTL_SECONDS', 600),
});
