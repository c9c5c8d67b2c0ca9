/**
 * The operator's variables, read into what the house asks for. With `worker.ts` the only file that may look at `env`.
 * Only plain text variables are needed; every storage binding is optional.
 */
import type { Access, AccessPort, Limits } from '../ports.ts';
import { variablePrefix, type CompiledProvider } from '../registry/catalog.ts';

/** What Cloudflare hands a Worker: variables, secrets and bindings. */
export type Env = Readonly<Record<string, unknown>>;

const text = (env: Env, name: string): string => {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return typeof value === 'string' ? value.trim() : '';
};

const list = (value: string): string[] =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/**
 * The way to each provider. `<SLUG>_BASE_URL` overrides the file's base URL, and whoever is called there decides about keys; without
 * it the file's own host is called, with the secret that the file names. `SIMULATOR_URL` (set by the local dev and demo scripts, by
 * nobody else) puts the simulator behind every provider that has neither a key nor a base URL of its own.
 */
export function createAccess(env: Env): AccessPort {
  return (provider) => accessTo(provider, env);
}

function accessTo(provider: CompiledProvider, env: Env): Access {
  const baseUrlVariable = `${variablePrefix(provider.slug)}_BASE_URL`;
  const override = text(env, baseUrlVariable).replace(/\/+$/, '');
  const keys = list(text(env, provider.auth.secret));
  const simulator = text(env, 'SIMULATOR_URL').replace(/\/+$/, '');
  if (simulator !== '' && override === '' && keys.length === 0) {
    return { baseUrl: `${simulator}/${provider.slug}/v1`, keys: [], simulated: true, missing: [] };
  }
  if (override !== '' && !/^https?:\/\/[^/]/.test(override)) {
    return { baseUrl: null, keys: [], simulated: false, missing: [`${baseUrlVariable} to an http or https address`] };
  }
  const baseUrl = override === '' ? provider.baseUrl : override;
  if (baseUrl === null) return { baseUrl, keys, simulated: false, missing: [baseUrlVariable] };
  const needsKey = provider.auth.scheme !== 'none' && !provider.auth.optional && override === '';
  const missing = needsKey && keys.length === 0 ? [provider.auth.secret] : [];
  return { baseUrl, keys, simulated: false, missing };
}

/** Who may call the router. */
export type CallerKeys = { keys: readonly string[]; allowAnonymous: boolean };

/** `ROUTER_API_KEYS` and `ALLOW_ANONYMOUS`. */
export function callerKeys(env: Env): CallerKeys {
  return { keys: list(text(env, 'ROUTER_API_KEYS')), allowAnonymous: text(env, 'ALLOW_ANONYMOUS').toLowerCase() === 'true' };
}

const MEBIBYTE = 1024 * 1024;

/** Limits, each with the variable that moves it. */
export function limits(env: Env): Limits {
  const count = (name: string, otherwise: number) => {
    const value = Number(text(env, name));
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return {
    requestBytes: count('MAX_REQUEST_BYTES', 20 * MEBIBYTE),
    eventCharacters: count('MAX_EVENT_CHARACTERS', 16 * MEBIBYTE),
    answerBytes: count('MAX_ANSWER_BYTES', 64 * MEBIBYTE),
    upstreamCalls: count('MAX_UPSTREAM_CALLS', 32),
  };
}
