/** Formats the operator's log lines: one line each, without secrets or control characters, and without text that imitates another line. */
import type { Catalog } from '../registry/catalog.ts';
import { isObject, parseJson } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';
import { toPrintable } from '../lib/printable.ts';
import { mask, secretsInUrl } from '../upstream/secrets.ts';
import type { Env } from './env.ts';

/** Longest line, in characters. Long enough for a stack trace. */
const LINE_CHARACTERS = 4000;

/** Creates a function that makes any text safe for the log: it masks the secrets of all providers and callers, escapes and shortens. */
export function createToLogLine(env: Env, catalog: Catalog): (text: string) => string {
  const secrets = once(() => secretsOf(env, catalog));
  return (text) => toPrintable(mask(text, secrets()), LINE_CHARACTERS);
}

/** Returns the values of all secret variables, and the passwords and keys in base URLs. */
function secretsOf(env: Env, catalog: Catalog): string[] {
  const names = catalog.providers.flatMap(({ auth }) => auth.flatMap((scheme) => secretNames(scheme)));
  const values = [...new Set(['ROUTER_API_KEYS', 'ADMIN_API_KEY', ...names])].flatMap((name) =>
    Object.hasOwn(env, name) ? pieces(env[name]) : [],
  );
  return [...values, ...Object.values(env).flatMap((value) => (typeof value === 'string' ? secretsInUrl(value.trim()) : []))];
}

const secretNames = (auth: object): string[] =>
  Object.entries(auth).flatMap(([field, name]) =>
    ['secret', 'accessKeyId', 'sessionToken'].includes(field) && typeof name === 'string' ? [name] : [],
  );

/** Returns the keys of a list, or the secret fields of a JSON key file. */
function pieces(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const file = parseJson(value);
  if (!isObject(file)) return value.split(',').map((key) => key.trim());
  const key = typeof file['private_key'] === 'string' ? file['private_key'].replace(/-----[A-Z ]+-----|\\n|\s/g, '') : '';
  return [key, typeof file['private_key_id'] === 'string' ? file['private_key_id'] : ''];
}
