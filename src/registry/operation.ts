/** Finds the operation of a provider that serves a model, and its rules: of the provider, of id patterns, and from the catalogue. Pure. */
import { memoize } from '../lib/memoize.ts';
import type { Operation } from '../unified/request/parameters.ts';
import { offeringOf } from './catalog.ts';
import { formsOf, rulesWithFacts } from './model-rules.ts';
import type { CompiledOperation, CompiledProvider, Offering, OperationRules } from './provider.ts';

/** The other operation that can replace one: chat and text completions replace each other. */
const STAND_IN: Readonly<Record<Operation, Operation | null>> = { chat: 'completions', completions: 'chat', embeddings: null };

/**
 * Returns the operation of a provider that serves a model: the requested one if available, otherwise the one that can replace it. Null when
 * neither serves the model.
 */
export function operationFor(provider: CompiledProvider, wanted: Operation, modelId: string): ServingOperation | null {
  return served(provider, `${wanted} ${modelId}`, () => findOperation(provider, wanted, modelId));
}

/** The alternative of an operation in a client's own format that serves a model for such clients. Null where there is none. */
export function nativeOperationFor(provider: CompiledProvider, format: string, modelId: string): ServingOperation | null {
  const compiled = provider.operations.chat?.find(({ dialect }) => dialect === format);
  if (compiled?.nativeModels?.some((pattern) => matches(pattern, modelId)) !== true) return null;
  return served(provider, `native ${format} ${modelId}`, () => toServing('chat', compiled, { provider, modelId }));
}

/** The operation that serves a model. Read-only. */
export type ServingOperation = { readonly operation: Operation; readonly rules: OperationRules };

/** Most memoized models per provider. */
const MAX_REMEMBERED = 64;
/** Memoized results, because merging the rules of a model is expensive. */
const served = memoize<CompiledProvider, ServingOperation | null>(MAX_REMEMBERED);

function findOperation(provider: CompiledProvider, wanted: Operation, modelId: string): ServingOperation | null {
  for (const operation of [wanted, STAND_IN[wanted]]) {
    const compiled = operation === null ? undefined : alternativeFor(provider, operation, modelId);
    if (operation === null || compiled === undefined) continue;
    return toServing(operation, compiled, { provider, modelId });
  }
  return null;
}

/** An operation with its rules for one model. */
function toServing(
  operation: Operation,
  compiled: CompiledOperation,
  { provider, modelId }: { provider: CompiledProvider; modelId: string },
): ServingOperation {
  const [rules, facts] = [rulesFor(compiled, modelId), operation === 'embeddings' ? null : factsOf(provider, modelId)];
  const stated = new Set(
    compiled.byModel.flatMap(({ pattern, parameters }) => (matches(pattern, modelId) ? Object.keys(parameters ?? {}) : [])),
  );
  return { operation, rules: facts === null ? rules : rulesWithFacts({ rules, stated, forms: formsOf(compiled), facts }) };
}

/** Returns what is known of a model. What a list states about a model holds for its dated releases, which lists leave out. */
const factsOf = (provider: CompiledProvider, modelId: string): Offering | null =>
  offeringOf(provider, modelId) ?? offeringOf(provider, modelId.replace(/[-@]20\d\d-?\d\d-?\d\d$/, ''));

/** Returns the alternative that lists a model; else the one for all models, unless another operation lists the model. */
function alternativeFor({ operations }: CompiledProvider, operation: Operation, modelId: string): CompiledOperation | undefined {
  const listed = (alternatives: readonly CompiledOperation[]) =>
    alternatives.find(({ onlyModels }) => onlyModels?.some((pattern) => matches(pattern, modelId)));
  const own = operations[operation] ?? [];
  const named = listed(own);
  if (named !== undefined) return named;
  const isElsewhere = Object.entries(operations).some(([name, alternatives]) => name !== operation && listed(alternatives) !== undefined);
  return isElsewhere ? undefined : own.find(({ onlyModels }) => onlyModels === null);
}

function rulesFor(operation: CompiledOperation, modelId: string): OperationRules {
  const { byModel, onlyModels: _, nativeModels: __, ...base } = operation;
  const fitting = byModel.filter((override) => matches(override.pattern, modelId)).reverse(); // most specific last, so that it has priority
  return fitting.reduce<OperationRules>(
    (rules, override) => ({
      ...rules,
      parameters: { ...rules.parameters, ...override.parameters },
      quirks: override.quirks === undefined ? rules.quirks : withQuirks(rules.quirks, override.quirks),
      template: override.template ?? rules.template,
      roles: { ...rules.roles, ...override.roles },
      messageFields: [...rules.messageFields, ...(override.messageFields ?? [])],
    }),
    base,
  );
}

/** Rules that a provider file states for many models: the general ones, and those for ids that a pattern covers. */
export type RuleGroup = {
  operation: Operation;
  /** Patterns of the ids that are served in this way; null = all others. */
  onlyModels: readonly string[] | null;
  rules: OperationRules;
  ofModels: readonly { pattern: string; rules: OperationRules }[];
};

/** Returns the rules of each alternative of an operation, without facts about models; of the operation that can replace it where it has none. */
export function ruleGroupsOf({ operations }: CompiledProvider, wanted: Operation): readonly RuleGroup[] {
  const operation = [wanted, STAND_IN[wanted]].find((name) => name !== null && (operations[name] ?? []).length > 0) ?? wanted;
  return (operations[operation] ?? []).map((one) => ({
    operation,
    onlyModels: one.onlyModels,
    rules: rulesFor(one, ''),
    // A pattern is matched by the more general ones, as the ids are that it covers.
    ofModels: one.byModel.map(({ pattern }) => ({ pattern, rules: rulesFor(one, pattern) })),
  }));
}

/** Returns the rules that a provider file states for a model, without facts about it; null where the operation does not serve it. */
export function statedRules(provider: CompiledProvider, operation: Operation, modelId: string): OperationRules | null {
  const compiled = alternativeFor(provider, operation, modelId);
  return compiled === undefined ? null : rulesFor(compiled, modelId);
}

/** Adds quirks; `-name` removes one. */
function withQuirks(quirks: readonly string[], more: readonly string[]): string[] {
  return [...quirks, ...more.filter((name) => !name.startsWith('-'))].filter((name) => !more.includes(`-${name}`));
}

/** True when a glob (`gpt-5*`) matches a whole id. Linear time; no regular expression is built from the file. */
export function matches(pattern: string, id: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return pattern === id;
  const last = pieces.at(-1) ?? '';
  if (!id.startsWith(first) || !id.endsWith(last) || id.length < first.length + last.length) return false;
  let position = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = id.indexOf(piece, position);
    if (found < 0 || found + piece.length > id.length - last.length) return false;
    position = found + piece.length;
  }
  return true;
}
