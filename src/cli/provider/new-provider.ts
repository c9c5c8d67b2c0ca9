/** What a new provider file is written from: its fields, their checks and their defaults. Pure. */
import { didYouMean, nearestNames } from '../../lib/nearest.ts';
import { toPrintable } from '../../lib/printable.ts';
import { readBaseUrl } from '../../platform/base-url.ts';
import { variablePrefix, type Auth, type CompiledProvider } from '../../registry/provider.ts';

/** How a new provider takes its key. */
export type NewAuth =
  | { scheme: 'bearer' }
  | { scheme: 'none' }
  | { scheme: 'header'; header: string }
  | { scheme: 'query'; parameter: string };

/** The fields of a new provider file. All are checked. */
export type NewProvider = {
  /** Name of the file. */
  slug: string;
  /** Name for people. */
  name: string;
  /** Address of the reference. */
  docs: string;
  /** Address before the path of an operation, without a slash at its end. */
  baseUrl: string;
  /** Variable of the key. */
  keyVariable: string;
  auth: NewAuth;
  /** The file whose auth scheme and headers were taken, because they are usual for the format; null = the scheme was given. */
  authLike: string | null;
  headers: Readonly<Record<string, string>>;
  /** Wire formats, one for each operation. */
  dialects: readonly string[];
  /** Path of the list of models, below the base URL. */
  modelsPath: string;
};

/** Wire formats by name, with the operation of each. */
export type Formats = { readonly [name: string]: { operation: string; path: string } };

/** Longest name of a provider, in characters. */
const MAX_NAME = 80;

/** Returns why a slug cannot be used, or null. @param taken slugs of existing files. */
export function slugObjection(slug: string, taken: readonly string[]): string | null {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug))
    return `the slug is ${shown(slug)}; expected lower-case letters, digits and hyphens, 63 at most, such as my-provider`;
  if (!taken.includes(slug)) return null;
  return `providers/${slug}.jsonc exists already and is not overwritten. Edit it, or choose another slug`;
}

/** Returns why a name cannot be used, or null. */
export function nameObjection(name: string): string | null {
  const isFit = name.trim() === name && name !== '' && name.length <= MAX_NAME && toPrintable(name, MAX_NAME) === name;
  return isFit ? null : `the name is ${shown(name)}; expected 1 to ${MAX_NAME} printable characters, such as My Provider`;
}

/** Returns why a base URL cannot be used, or null. The value is not repeated: it may contain a password. */
export function baseUrlObjection(text: string): string | null {
  const { fault } = readBaseUrl(text);
  if (fault !== null) return `the base URL must be set ${fault}, such as https://api.example.org/v1`;
  return /[{}]/.test(text)
    ? 'the base URL contains braces. State variables in the file afterwards: see "variables" in providers/README.md'
    : null;
}

/** Returns why an address of documentation cannot be used, or null. */
export function docsObjection(text: string): string | null {
  const url = URL.parse(text);
  const isFit =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && toPrintable(text, 500) === text;
  return isFit ? null : `the documentation is ${shown(text)}; expected the http or https address of the reference`;
}

/** Returns why a name of a variable cannot be used, or null. @param reserved names with another meaning. */
export function keyVariableObjection(name: string, reserved: readonly string[]): string | null {
  if (!/^[A-Z][A-Z0-9_]{0,99}$/.test(name))
    return `the variable of the key is ${shown(name)}; expected its name in upper case, such as MY_PROVIDER_API_KEY, not the key itself`;
  return reserved.includes(name) ? `the variable ${name} has another meaning already (docs/limits.md). Choose another name` : null;
}

/** Returns why a path cannot be used, or null. */
export function modelsPathObjection(path: string): string | null {
  return /^\/[\w./~-]{0,200}$/.test(path) ? null : `the path of the models is ${shown(path)}; expected a path such as /models`;
}

/** Returns why wire formats cannot be used together, or null. */
export function dialectsObjection(names: readonly string[], formats: Formats): string | null {
  if (names.length === 0) return 'a wire format is missing; expected at least one, such as openai-chat';
  const unknown = names.find((name) => !Object.hasOwn(formats, name));
  if (unknown !== undefined) {
    const near = didYouMean(nearestNames(unknown, Object.keys(formats), 2));
    return `the wire format is ${shown(unknown)}; expected one of ${Object.keys(formats).join(', ')}.${near}`;
  }
  const operations = names.map((name) => formats[name]?.operation ?? '');
  const twice = operations.find((operation, at) => operations.indexOf(operation) !== at);
  return twice === undefined
    ? null
    : `two wire formats are for ${twice}; expected one for each operation. Alternatives with "onlyModels" are written by hand`;
}

/** Reads `bearer`, `none`, `header:NAME` or `query:NAME`. Null when it is none of these. */
export function readAuth(text: string): NewAuth | null {
  if (text === 'bearer' || text === 'none') return { scheme: text };
  const [, header] = /^header:([a-z0-9-]{1,60})$/.exec(text) ?? [];
  if (header !== undefined) return { scheme: 'header', header };
  const [, parameter] = /^query:([\w-]{1,60})$/.exec(text) ?? [];
  return parameter === undefined ? null : { scheme: 'query', parameter };
}

/** Default name of the variable of a key. */
export const defaultKeyVariable = (slug: string): string => `${variablePrefix(slug)}_API_KEY`;

/** Default name: the words of the slug with capitals. */
export const defaultName = (slug: string): string =>
  slug
    .split('-')
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

/** How files that have a wire format at its usual path take their key: the most frequent scheme with its headers. Null where there is none. */
export function usualAuth(
  dialect: string,
  formats: Formats,
  providers: readonly CompiledProvider[],
): { auth: NewAuth; headers: Readonly<Record<string, string>>; like: string } | null {
  const found = providers.flatMap(({ slug, auth: [auth], operations, discontinued }) => {
    const operation = Object.values(operations)
      .flat()
      .find((one) => one.dialect === dialect && one.path === formats[dialect]?.path && one.basePath === undefined);
    const simple = auth === undefined || discontinued !== null ? null : toNewAuth(auth);
    return operation === undefined || simple === null ? [] : [{ auth: simple, headers: operation.headers, like: slug }];
  });
  const alike = Map.groupBy(found, ({ auth, headers }) => JSON.stringify([auth, headers]));
  const [most] = [...alike.values()].toSorted((one, other) => other.length - one.length);
  return most?.[0] ?? null;
}

function toNewAuth(auth: Auth): NewAuth | null {
  if (auth.scheme === 'bearer' || auth.scheme === 'none') return { scheme: auth.scheme };
  if (auth.scheme === 'header') return { scheme: 'header', header: auth.header };
  return auth.scheme === 'query' ? { scheme: 'query', parameter: auth.parameter } : null;
}

/** A value as an error shows it. A long one may be a key that was put into the wrong place. */
const shown = (text: string) => (text.length > 40 ? `a text of ${text.length} characters` : JSON.stringify(toPrintable(text, 40)));
