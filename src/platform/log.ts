/** Formats the operator's log lines: one line each, without secrets or control characters, and without text that imitates another line. */
import type { Catalog } from '../registry/catalog.ts';
import { isObject, parseJson } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';
import { toPrintable } from '../lib/printable.ts';
import { mask, secretsInUrl } from '../upstream/secrets.ts';
import { textOfVariable, type Env } from './env.ts';
import { pairsOf } from './telemetry/otlp-settings.ts';

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
  const values = [...new Set(['ROUTER_API_KEYS', 'ADMIN_API_KEY', 'GUARD_SECRET', ...names])].flatMap((name) =>
    Object.hasOwn(env, name) ? pieces(env[name]) : [],
  );
  const headers = HEADER_VARIABLES.flatMap((name) => Object.values(pairsOf(textOfVariable(env, name)))).filter(isLong);
  return [...values, ...headers, ...Object.values(env).flatMap((value) => (typeof value === 'string' ? secretsInUrl(value.trim()) : []))];
}

/** Variables with headers for the receiver of traces and metrics: keys, as a rule. */
const HEADER_VARIABLES = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS'] as const;

/** A shorter value is no key; masked, it would hide words of log lines. */
const isLong = (value: string) => value.length >= 8;

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
