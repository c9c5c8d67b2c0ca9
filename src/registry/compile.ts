/**
 * Compiles provider files to a catalogue: parses JSONC, checks it, and merges in the dialect's rules. Pure: text in, data or problems out.
 * Runs at build time on Node and is not part of the Worker.
 */
import { findNodeAtLocation, getNodeValue, type Node } from 'jsonc-parser';
import type * as z from 'zod';
import type { PromptKind } from '../unified/request/message.ts';
import type { ErrorRow } from '../unified/error-rows.ts';
import type { Rules } from '../unified/rule.ts';
import { variablePrefix, type Auth, type CompiledOperation, type CompiledProvider } from './provider.ts';
import { checkCapabilities } from './check/models.ts';
import { checkProvider, type StatedProvider } from './check/provider.ts';
import { UNIFIED_NAMES } from './check/rules.ts';
import { lostKeys, readTree } from './check/source.ts';
import { withSuggestion } from './check/suggest.ts';
import { mergeModels, type MergedModels, type StatedModel } from './facts/merge.ts';
import { readModelFile, type ModelFile } from './facts/model-file.ts';
import { providerFileSchema, type DialectWords, type ProviderFile } from './schema.ts';

/** A file of `providers/`: `providers/novita.jsonc`, or generated facts in `providers/models/novita.json`. */
export type SourceFile = { path: string; text: string };

/** A problem in a file, with its position. */
export type Problem = { path: string; line: number; column: number; key: string; message: string };

/** Facts of each wire format that the build uses. */
export type DialectFacts = DialectWords & {
  readonly [name: string]: {
    operation: string;
    quirks: readonly string[];
    path: string;
    streamPath?: string;
    counter?: { readonly path: string };
    prompts?: readonly PromptKind[];
    maxInputs?: number;
    rules: Rules;
  };
};

/** Compiles all files. Providers are sorted by slug, problems by file and line. With problems the catalogue must not be used. */
export function compile(
  files: readonly SourceFile[],
  dialects: DialectFacts,
  templates: readonly string[],
): { providers: CompiledProvider[]; problems: Problem[] } {
  const schema = providerFileSchema(dialects, templates);
  const { generated, problems } = readGenerated(files.filter(isGenerated));
  const providers: CompiledProvider[] = [];
  const stated = files.filter((file) => !isGenerated(file));
  for (const { path, text } of stated.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const file = { path, text: text.replace(/^\uFEFF/, '') };
    const slug = slugOf(path);
    if (!/^[a-z0-9][a-z0-9-]*$/.test(slug)) {
      const message = 'expected lower-case letters, digits and hyphens, such as my-provider.jsonc';
      problems.push({ path, line: 1, column: 1, key: '(file name)', message });
      continue;
    }
    const checked = check(slug, file, { schema, dialects, facts: generated.get(slug) ?? null });
    if (Array.isArray(checked)) problems.push(...checked.sort((one, other) => one.line - other.line || one.column - other.column));
    else providers.push(checked);
  }
  const known = new Set(stated.map(({ path }) => slugOf(path)));
  for (const { path } of files.filter(isGenerated))
    if (!known.has(slugOf(path)))
      problems.push(wholeFile(path, `no provider is called ${slugOf(path)}: providers/${slugOf(path)}.jsonc is missing`));
  return { providers, problems };
}

const isGenerated = ({ path }: SourceFile) => path.endsWith('.json');

const wholeFile = (path: string, message: string): Problem => ({ path, line: 1, column: 1, key: '(file)', message });

/** Reads the generated facts, by provider. */
function readGenerated(files: readonly SourceFile[]): { generated: Map<string, ModelFile>; problems: Problem[] } {
  const generated = new Map<string, ModelFile>();
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    try {
      generated.set(slugOf(path), readModelFile(text));
    } catch (thrown) {
      problems.push(wholeFile(path, `is no file of models: ${thrown instanceof Error ? thrown.message : String(thrown)}`));
    }
  }
  return { generated, problems };
}

/** Formats a problem for a terminal: `providers/novita.jsonc:12:9 operations.chat.parameters.top_k.minimum: ...`. */
export function describeProblem({ path, line, column, key, message }: Problem): string {
  return `${path}:${line}:${column} ${key}: ${message}`;
}

const slugOf = (path: string) => (path.split('/').at(-1) ?? path).replace(/\.jsonc?$/, '');

type CheckContext = { schema: ReturnType<typeof providerFileSchema>; dialects: DialectFacts; facts: ModelFile | null };

function check(slug: string, file: SourceFile, { schema, dialects, facts }: CheckContext): CompiledProvider | Problem[] {
  const placed = ({ offset, key, message }: { offset: number; key: string; message: string }) => ({
    path: file.path,
    ...lineAndColumn(file.text, offset),
    key,
    message,
  });
  const tree = readTree(file.text);
  if ('message' in tree) return [placed(tree)];
  const problems = lostKeys(tree).map(placed);
  if (problems.length > 0) return problems; // the parsed data is incomplete
  const result = schema.safeParse(getNodeValue(tree));
  if (!result.success) return result.error.issues.flatMap((issue) => toProblems(issue, file, tree));
  const merged = mergeModels(facts, result.data.models as StatedModel[]);
  const provider = toProvider(slug, result.data, { dialects, merged });
  const complaints = checkProvider(slug, result.data as StatedProvider, { formats: dialects, offered: merged.models });
  if (complaints.length === 0) complaints.push(...checkCapabilities(provider, result.data as StatedProvider));
  for (const { path, message } of complaints) problems.push(at({ file, tree }, pathInFile(path, tree), message));
  return problems.length === 0 ? provider : problems;
}

function toProblems(issue: z.core.$ZodIssue, file: SourceFile, tree: Node): Problem[] {
  const path = pathInFile(
    issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
    tree,
  );
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const message = UNIFIED_NAMES.includes(key)
        ? `${issue.message}. Rules stand in operations, under "parameters"`
        : withSuggestion(issue.message, key);
      return at({ file, tree }, [...path, key], message);
    });
  }
  const inner =
    issue.code === 'invalid_union'
      ? issue.errors.flat().find((nested) => nested.path.length > 0 || nested.code === 'unrecognized_keys')
      : undefined;
  if (inner !== undefined) return toProblems({ ...inner, path: [...issue.path, ...inner.path] }, file, tree);
  const { message } = issue.code === 'invalid_key' ? (issue.issues[0] ?? issue) : issue;
  const given: unknown = findNodeAtLocation(tree, path)?.value;
  return [at({ file, tree }, path, withSuggestion(message.charAt(0).toLowerCase() + message.slice(1), given))];
}

function at({ file, tree }: { file: SourceFile; tree: Node }, path: (string | number)[], message: string): Problem {
  // A missing key has no position, so the position of its nearest parent is used.
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node === undefined) continue;
    const place = node.parent?.type === 'property' ? (node.parent.offset ?? node.offset) : node.offset;
    return { path: file.path, ...lineAndColumn(file.text, place), key: path.join('.') || '(file)', message };
  }
  return { path: file.path, line: 1, column: 1, key: path.join('.'), message };
}

/** Removes list indexes that the file does not have, where the schema converts a single value to a list. */
function pathInFile(path: readonly (string | number)[], tree: Node): (string | number)[] {
  return path.reduce<(string | number)[]>((known, step) => {
    const isListed = typeof step !== 'number' || findNodeAtLocation(tree, known)?.type === 'array';
    return isListed ? [...known, step] : known;
  }, []);
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function toProvider(
  slug: string,
  file: ProviderFile,
  { dialects, merged }: { dialects: DialectFacts; merged: MergedModels },
): CompiledProvider {
  const operations: CompiledProvider['operations'] = {};
  for (const name of ['chat', 'completions', 'embeddings'] as const) {
    const alternatives = file.operations[name];
    if (alternatives !== undefined) operations[name] = alternatives.map((one) => toOperation(one, file.headers ?? {}, dialects));
  }
  return {
    slug,
    name: file.name,
    docs: file.docs,
    ...(file.telemetryName === undefined ? {} : { telemetryName: file.telemetryName }),
    baseUrl: file.baseUrl?.replace(/\/+$/, '') ?? null,
    auth: file.auth.map((auth) => toAuth(auth, slug)),
    variables: Object.fromEntries(
      Object.entries(file.variables ?? {}).map(([name, { default: otherwise }]) => [
        name,
        otherwise === undefined ? {} : { default: otherwise },
      ]),
    ),
    binding: file.binding ?? null,
    ...(file.clientToken === undefined ? {} : { clientToken: file.clientToken }),
    discontinued: file.discontinued ?? null,
    ...(file.timeouts === undefined ? {} : { timeouts: definedOnly(file.timeouts) }),
    ...(file.dataPolicy === undefined ? {} : { dataPolicy: file.dataPolicy }),
    modelsPath: file.modelsPath ?? '/models',
    ...(file.errors === undefined ? {} : { errors: file.errors as ErrorRow[] }), // zod types absent keys as `undefined`; in the parsed data they are absent
    operations,
    models: merged.models,
    ...(merged.retired.length === 0 ? {} : { retired: merged.retired }),
  };
}

function toAuth(auth: ProviderFile['auth'][number], slug: string): Auth {
  const key = { secret: auth.secret ?? `${variablePrefix(slug)}_API_KEY`, optional: auth.optional ?? false };
  return auth.scheme === 'aws-sigv4' ? { ...auth, ...key, sessionToken: auth.sessionToken ?? null } : { ...auth, ...key };
}

type FileOperation = NonNullable<ProviderFile['operations']['chat']>[number];

function toOperation(operation: FileOperation, headers: Record<string, string>, dialects: DialectFacts): CompiledOperation {
  const dialect = dialects[operation.dialect];
  if (dialect === undefined) throw new Error(`the schema let an unknown dialect pass: ${operation.dialect}`);
  const countPath = operation.countPath ?? (operation.path === undefined ? dialect.counter?.path : undefined);
  return {
    dialect: operation.dialect,
    ...(operation.basePath === undefined ? {} : { basePath: operation.basePath }),
    path: operation.path ?? dialect.path,
    // A file with its own path has both paths, if they differ.
    streamPath: operation.streamPath ?? (operation.path === undefined ? (dialect.streamPath ?? null) : null),
    ...(countPath === undefined ? {} : { countPath }),
    onlyModels: operation.onlyModels ?? null,
    ...(operation.nativeModels === undefined ? {} : { nativeModels: operation.nativeModels }),
    template: operation.template ?? 'plain',
    prompts:
      operation.prompts ??
      dialect.prompts?.slice() ??
      (dialect.operation === 'chat' ? ['text'] : ['text', 'texts', 'tokens', 'token-lists']),
    roles: definedOnly(operation.roles ?? {}),
    messageFields: operation.messageFields ?? [],
    quirks: operation.quirks ?? [],
    headers: { ...headers, ...operation.headers },
    maxInputs: operation.maxInputs ?? dialect.maxInputs ?? null,
    parameters: {
      ...dialect.rules,
      ...(operation.parameters as Rules | undefined),
      ...Object.fromEntries((operation.ignores ?? []).map((name) => [name, false as const])),
    },
    ...(operation.ignores === undefined ? {} : { ignores: operation.ignores }),
    byModel: Object.entries(operation.byModel ?? {})
      .map(([pattern, override]) => ({ pattern, ...(definedOnly(override) as Omit<CompiledOperation['byModel'][number], 'pattern'>) }))
      .sort((one, other) => specificity(other.pattern) - specificity(one.pattern)),
  };
}

/** Returns the specificity of a pattern: the number of its letters; highest without a star. */
const specificity = (pattern: string) => (pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.MAX_SAFE_INTEGER);

function definedOnly<Value>(record: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}
