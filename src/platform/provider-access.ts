/** Reads from the operator's variables how providers are reached. */
import type { Access, AccessPort, CallerProviderKey } from '../ports.ts';
import { keyLimitsVariable, variablePrefix, type Auth, type CompiledProvider } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';
import { CALLER_KEY_NAME } from '../upstream/auth/scheme.ts';
import { BINDING_URL, bindingOf } from './ai-binding.ts';
import { ADDRESS_VALUE, isAddressValue, readBaseUrl } from './base-url.ts';
import { list, textOf, textOfVariable, type Env } from './env.ts';
import { NO_KEY_LIMITS, readKeyLimits } from './provider-key-limits.ts';

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
  const simulator = textOfVariable(env, 'SIMULATOR_URL').replace(/\/+$/, '');
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
