/** Checks a whole provider file: addresses, variables, keys, headers, errors. Finds settings without effect or with an unexpected one. Pure. */
import type { Operation } from '../../unified/request/parameters.ts';
import { variablePrefix, type Offering } from '../provider.ts';
import { checkModels, type StatedModels } from './models.ts';
import { below, checkAlternatives, checkOperation, type Format, type StatedOperation } from './operation.ts';
import { near, repeated, withSuggestion, type Complaint } from './suggest.ts';

/** A provider file with a valid shape. */
export type StatedProvider = StatedModels & {
  baseUrl?: string | undefined;
  modelsPath?: string | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  auth: readonly StatedAuth[];
  timeouts?: { firstContentMs?: number | undefined; idleMs?: number | undefined; totalMs?: number | undefined } | undefined;
  errors?: readonly { codes?: string[] | undefined; words?: string[] | undefined }[] | undefined;
};

/** The context of the check. */
type CheckContext = {
  formats: Readonly<Record<string, Format>>;
  /** The models that the provider offers, including those of its list. */
  offered: readonly Offering[];
};

type StatedAuth = {
  scheme: string;
  secret?: string | undefined;
  optional?: boolean | undefined;
  header?: string;
  region?: string;
  accessKeyId?: string;
  sessionToken?: string | undefined;
};

/** Returns all complaints about a file with a valid shape. */
export function checkProvider(slug: string, file: StatedProvider, { formats, offered }: CheckContext): Complaint[] {
  const stated = Object.entries(file.operations).flatMap(([name, alternatives]) =>
    (alternatives ?? []).flatMap((one, place) => {
      const format = formats[one.dialect];
      return format === undefined ? [] : [{ name: name as Operation, one, format, path: ['operations', name, place] }];
    }),
  );
  const paths = stated.map(({ one, format, path }) => ({ one, path, sent: one.path ?? format.path }));
  return [
    ...checkBaseUrl(file.baseUrl, [
      ...paths.flatMap(({ one, sent }) => [sent, one.streamPath ?? sent, one.countPath ?? sent]),
      file.modelsPath ?? '',
    ]),
    ...checkVariables(slug, file, paths),
    ...checkAuth(slug, file.auth).map(below(['auth'])),
    ...checkHeaders(file.headers ?? {}, file.auth, ['headers']),
    ...checkTimeouts(file.timeouts ?? {}),
    ...checkErrors(file.errors ?? []),
    ...stated.flatMap(({ name, one, format, path }) => [
      ...checkOperation(name, one, { format, models: offered }).map(below(path)),
      ...checkHeaders(one.headers ?? {}, file.auth, [...path, 'headers']),
    ]),
    ...Object.entries(file.operations).flatMap(([name, all]) => checkAlternatives(all ?? []).map(below(['operations', name]))),
    ...checkModels(file, offered),
  ];
}

/** Checks the base URL: it must not contain a part of the operations' paths, or anything that a path cannot follow. */
function checkBaseUrl(baseUrl: string | undefined, paths: readonly string[]): Complaint[] {
  if (baseUrl === undefined) return [];
  const complain = (message: string) => [{ path: ['baseUrl'], message }];
  if (!URL.canParse(baseUrl.replace(/\{[A-Z0-9_]+\}/g, 'x'))) return complain('expected an http or https address');
  const odd = /[?#]/.exec(baseUrl)?.[0];
  if (odd !== undefined) return complain(`has a "${odd}", but the path of the operation comes behind it`);
  if (/^https?:\/\/[^/]*@/.test(baseUrl)) return complain('has a user or a password in it; keys come from variables');
  const segments = baseUrl.replace(/\/+$/, '').split('/').slice(3);
  for (const path of paths) {
    const added =
      path
        .split(/[?{]/)[0]
        ?.split('/')
        .filter((segment) => segment !== '') ?? [];
    for (let count = added.length; count > 0; count--) {
      const head = added.slice(0, count).join('/');
      if (segments.length >= count && segments.slice(-count).join('/') === head)
        return complain(`ends in /${head}, which is added to it: ${path} comes behind. Leave it out here`);
    }
  }
  return [];
}

type StatedPath = { one: StatedOperation; path: readonly (string | number)[]; sent: string };

/** Checks placeholders: each must be declared in `variables`, and each declared variable must be used. */
function checkVariables(slug: string, file: StatedProvider, paths: readonly StatedPath[]): Complaint[] {
  const declared = Object.keys(file.variables ?? {});
  const ofKeys = file.auth
    .flatMap(({ region, accessKeyId, sessionToken }) => [region, accessKeyId, sessionToken])
    .filter((name) => name !== undefined);
  const known = [...declared, ...ofKeys];
  const used = new Set<string>(ofKeys);
  const complaints: Complaint[] = [];
  function check(text: string | undefined, path: readonly (string | number)[], placeholders: readonly string[]): void {
    for (const [, name = ''] of (text ?? '').matchAll(/\{([^}]*)\}/g)) {
      used.add(name);
      if (placeholders.includes(name) || known.includes(name)) continue;
      const message = `{${name}} is not declared in "variables"`;
      for (const meant of near(name, declared)) used.add(meant); // one complaint per mistake
      complaints.push({ path, message: withSuggestion(message, name, [...known, ...placeholders]) });
    }
  }
  check(file.baseUrl, ['baseUrl'], []);
  for (const { one, path, sent } of paths) {
    check(sent, [...path, 'path'], ['model', '+model']);
    check(one.streamPath, [...path, 'streamPath'], ['model', '+model']);
    check(one.countPath, [...path, 'countPath'], ['model', '+model']);
  }
  const unfilled = [
    { path: ['modelsPath'], text: file.modelsPath ?? '' },
    ...[file.headers ?? {}, ...paths.map(({ one }) => one.headers ?? {})].flatMap((headers, at) =>
      Object.entries(headers).map(([name, text]) => ({ path: [...(at === 0 ? [] : (paths[at - 1]?.path ?? [])), 'headers', name], text })),
    ),
  ];
  for (const { path, text } of unfilled) {
    const [found] = /\{[A-Z][A-Z0-9_]*\}/.exec(text) ?? [];
    if (found !== undefined) complaints.push({ path, message: `${found} is not filled in here, only in baseUrl and in paths` });
  }
  for (const name of declared) {
    const path = ['variables', name];
    if (name === `${variablePrefix(slug)}_BASE_URL`)
      complaints.push({ path, message: 'is what replaces the whole baseUrl; expected another name' });
    else if (!used.has(name)) complaints.push({ path, message: `is never used: {${name}} stands neither in baseUrl nor in a path` });
  }
  return complaints;
}

/** The first auth scheme whose variables are set is used. Finds schemes that an earlier one always precedes. */
function checkAuth(slug: string, schemes: readonly StatedAuth[]): Complaint[] {
  const secretOf = ({ secret }: StatedAuth) => secret ?? `${variablePrefix(slug)}_API_KEY`;
  return schemes.flatMap((auth, place) => {
    if (auth.secret === `${variablePrefix(slug)}_BASE_URL`)
      return [{ path: [place, 'secret'], message: 'is the variable of the address, not of a key' }];
    if (auth.scheme === 'none') {
      const word = auth.secret === undefined ? (auth.optional === undefined ? null : 'optional') : 'secret';
      return word === null ? [] : [{ path: [place, word], message: 'has no effect: the scheme none sends no key' }];
    }
    const earlier = schemes.slice(0, place);
    const beaten = earlier.some(
      (before) =>
        before.scheme === 'none' ||
        (secretOf(before) === secretOf(auth) && (before.accessKeyId === undefined || before.accessKeyId === auth.accessKeyId)),
    );
    return beaten ? [{ path: [place], message: 'is never used: an earlier scheme is used whenever this one could be' }] : [];
  });
}

/** Headers that the platform sets. */
const PLATFORM = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'keep-alive', 'upgrade', 'te', 'trailer']);

function checkHeaders(
  headers: Readonly<Record<string, string>>,
  ways: readonly StatedAuth[],
  path: readonly (string | number)[],
): Complaint[] {
  const ofKeys = new Set(
    ways.flatMap(({ scheme, header }) => {
      if (scheme === 'header') return [header];
      if (scheme === 'azure') return ['api-key', 'authorization'];
      return scheme === 'none' || scheme === 'query' ? [] : ['authorization'];
    }),
  );
  return Object.keys(headers).flatMap((name) => {
    if (ofKeys.has(name)) return [{ path: [...path, name], message: 'is overwritten by the key, see auth' }];
    return PLATFORM.has(name) ? [{ path: [...path, name], message: 'is written by the platform, whatever stands here' }] : [];
  });
}

function checkTimeouts({ firstContentMs = 0, idleMs = 0, totalMs = Infinity }: NonNullable<StatedProvider['timeouts']>): Complaint[] {
  const late = { firstContentMs, idleMs };
  return Object.entries(late).flatMap(([name, ms]) =>
    ms > totalMs ? [{ path: ['timeouts', name], message: `never passes: totalMs is only ${totalMs}` }] : [],
  );
}

function checkErrors(rows: NonNullable<StatedProvider['errors']>): Complaint[] {
  return (['codes', 'words'] as const).flatMap((kind) => {
    const entries = rows.flatMap((row, place) => (row[kind] ?? []).map((entry, at) => ({ entry, path: ['errors', place, kind, at] })));
    return repeated(entries, ({ entry }) => entry).map(({ place }) => ({
      path: entries[place]?.path ?? [],
      message: 'never applies: an earlier row has it',
    }));
  });
}
