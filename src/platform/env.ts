/**
 * Reads the operator's variables into settings and limits; `provider-access.ts` reads those of providers. Only plain text variables are
 * required; every storage binding is optional.
 */
import type { Limits } from '../ports.ts';
import type { VariableName } from './variable-names.ts';

/** Variables, secrets and bindings, as passed by Cloudflare. */
export type Env = Readonly<Record<string, unknown>>;

/** The value of a variable without surrounding blanks; empty = not set. */
export const textOfVariable = (env: Env, name: VariableName): string => textOf(env, name);

const text = textOfVariable;

/** The same for a name that a provider file states. */
export const textOf = (env: Env, name: string): string => {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return typeof value === 'string' ? value.trim() : '';
};

/** The entries of a list with commas. */
export const list = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

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

/** The callers whose answers are in the ledger: of keys that were created, of all callers, or only of keys with limits. */
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
