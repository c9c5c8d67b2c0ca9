/**
 * The provider files, compiled and indexed: which providers there are, which models they offer, what each accepts.
 * Read-only. Built from a frozen literal that the build step writes; nothing is computed until it is asked for.
 */
import type { Operation } from '../unified/parameters.ts';
import type { PromptKind } from '../unified/message.ts';
import type { Rules } from '../unified/rule.ts';

/** What is particular to some models of a provider. */
export type ModelOverride = {
  /** Glob on the upstream id; `*` stands for any text. */
  pattern: string;
  parameters?: Rules;
  quirks?: string[];
  template?: string;
  roles?: Record<string, string>;
};

/** One operation of a provider, the dialect's own rules merged in. */
export type CompiledOperation = {
  dialect: string;
  path: string;
  /** Upstream ids that this operation serves; null = all. */
  onlyModels: string[] | null;
  template: string;
  prompts: PromptKind[];
  roles: Record<string, string>;
  messageFields: string[];
  quirks: string[];
  parameters: Rules;
  /** Most specific first. */
  byModel: ModelOverride[];
};

/** USD for a million tokens. */
export type Price = { prompt: number; completion: number; cachedPrompt?: number; cacheWrite?: number };

/** A model as one provider offers it. */
export type Offering = {
  slug: string;
  id: string;
  name?: string;
  contextTokens?: number;
  maxOutputTokens?: number;
  input?: string[];
  output?: string[];
  priceUsdPerMillionTokens?: Price;
  quantization?: string;
  source: string;
  checked: string;
};

/** One provider file, compiled. */
export type CompiledProvider = {
  /** File name without its ending. */
  slug: string;
  name: string;
  docs: string;
  baseUrl: string | null;
  auth: { scheme: 'bearer' | 'none'; secret: string; optional: boolean };
  discontinued: string | null;
  operations: { chat?: CompiledOperation; completions?: CompiledOperation };
  models: Offering[];
};

/** `my-provider` to `MY_PROVIDER`: how a provider's variables begin. */
export function variablePrefix(slug: string): string {
  return slug.toUpperCase().replaceAll('-', '_');
}

/** What one operation of one model accepts, everything particular to the model applied. */
export type OperationRules = Omit<CompiledOperation, 'byModel' | 'onlyModels'>;

/** Read access to all providers. */
export interface Catalog {
  readonly providers: readonly CompiledProvider[];
  /** The provider of that slug. */
  provider(slug: string): CompiledProvider | undefined;
  /** Who offers a public model slug, in the order of the files. */
  offerings(slug: string): readonly { provider: CompiledProvider; offering: Offering }[];
  /** Every public slug, sorted. */
  slugs(): readonly string[];
}

/** Indexes compiled providers. */
export function createCatalog(providers: readonly CompiledProvider[]): Catalog {
  const bySlug = new Map(providers.map((provider) => [provider.slug, provider]));
  const byModel = new Map<string, { provider: CompiledProvider; offering: Offering }[]>();
  for (const provider of providers) {
    for (const offering of provider.models) {
      const entries = byModel.get(offering.slug) ?? [];
      entries.push({ provider, offering });
      byModel.set(offering.slug, entries);
    }
  }
  return {
    providers,
    provider: (slug) => bySlug.get(slug),
    offerings: (slug) => byModel.get(slug) ?? [],
    slugs: () => [...byModel.keys()].sort(),
  };
}

/**
 * Which operation of a provider serves a model: the one the client asked for where the provider has it for that model,
 * otherwise the other one. Null when neither serves the model.
 */
export function operationFor(
  provider: CompiledProvider,
  wanted: Operation,
  modelId: string,
): { operation: Operation; rules: OperationRules } | null {
  const other: Operation = wanted === 'chat' ? 'completions' : 'chat';
  for (const operation of [wanted, other]) {
    const compiled = provider.operations[operation];
    if (compiled !== undefined && serves(compiled, modelId) && !belongsElsewhere(provider, operation, modelId)) {
      return { operation, rules: rulesFor(compiled, modelId) };
    }
  }
  return null;
}

const serves = (operation: CompiledOperation, modelId: string) =>
  operation.onlyModels === null || operation.onlyModels.some((pattern) => matches(pattern, modelId));

/** A model that the other operation lists by name is not served by this one, which takes the rest. */
function belongsElsewhere(provider: CompiledProvider, operation: Operation, modelId: string): boolean {
  const other = provider.operations[operation === 'chat' ? 'completions' : 'chat'];
  const listedHere = provider.operations[operation]?.onlyModels ?? null;
  return listedHere === null && other !== undefined && other.onlyModels !== null && serves(other, modelId);
}

function rulesFor(operation: CompiledOperation, modelId: string): OperationRules {
  const { byModel, onlyModels: _, ...base } = operation;
  const fitting = byModel.filter((override) => matches(override.pattern, modelId)).reverse(); // most specific last, so that it wins
  return fitting.reduce<OperationRules>(
    (rules, override) => ({
      ...rules,
      parameters: { ...rules.parameters, ...override.parameters },
      quirks: [...rules.quirks, ...(override.quirks ?? [])],
      template: override.template ?? rules.template,
      roles: { ...rules.roles, ...override.roles },
    }),
    base,
  );
}

/** Whether a glob (`gpt-5*`) matches a whole id. Linear: no regular expression is made from a file's text. */
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
