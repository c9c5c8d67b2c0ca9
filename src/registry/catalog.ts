/**
 * The provider files, compiled and indexed: which providers there are, which models they offer, what each accepts.
 * Read-only. The build step writes it down; nothing of it is read until it is asked for.
 */
import type { ErrorRow } from '../unified/error-rows.ts';
import type { Operation } from '../unified/parameters.ts';
import type { PromptKind } from '../unified/message.ts';
import { hashText } from '../unified/hash.ts';
import { once, remembering } from '../unified/once.ts';
import type { Rules } from '../unified/rule.ts';

/** Variables that hold a provider's keys, and how the keys are sent (`upstream/auth/`). */
export type Auth = {
  /** Variable of the key; several keys in it, separated by commas, are used in turn. */
  secret: string;
  /** The key is sent when it is set, and not demanded. */
  optional: boolean;
} & (
  | { scheme: 'bearer' | 'azure' | 'google-service-account' | 'none' }
  /** The key alone, in a header of its own. */
  | { scheme: 'header'; header: string }
  | { scheme: 'query'; parameter: string }
  /** `region`, `accessKeyId` and `sessionToken` are names of variables. */
  | { scheme: 'aws-sigv4'; service: string; region: string; accessKeyId: string; sessionToken: string | null }
);

/** What is particular to some models of a provider. */
export type ModelOverride = {
  /** Glob on the upstream id; `*` stands for any text. */
  pattern: string;
  parameters?: Rules;
  /** Habits that these models have besides; `-name` takes one away. */
  quirks?: string[];
  template?: string;
  roles?: Record<string, string>;
  messageFields?: string[];
};

/** One operation of a provider, the dialect's own rules merged in. */
export type CompiledOperation = {
  dialect: string;
  /** Below the base URL, with the placeholders of `dialects/dialect.ts`. */
  path: string;
  /** Of a streamed call; null = the same. */
  streamPath: string | null;
  /** Upstream ids that this operation serves; null = all. */
  onlyModels: string[] | null;
  template: string;
  prompts: PromptKind[];
  roles: Record<string, string>;
  messageFields: string[];
  quirks: string[];
  /** Sent with every call, besides the key. */
  headers: Record<string, string>;
  /** Most inputs of one call, for embeddings; null = no limit. */
  maxInputs: number | null;
  parameters: Rules;
  /** Most specific first. */
  byModel: ModelOverride[];
};

/**
 * USD per million tokens of each kind. A kind that is not stated has no known price, except that images and videos in a prompt cost what
 * its text costs, and reasoning what the answer costs.
 */
export type Rates = {
  prompt: number;
  completion: number;
  /** Read from the provider's cache. */
  cachedPrompt?: number;
  /** Written to it, for five minutes or as long as the provider keeps it by default. */
  cacheWrite?: number;
  /** Written to it for an hour. */
  cacheWrite1h?: number;
  audioPrompt?: number;
  cachedAudioPrompt?: number;
  imagePrompt?: number;
  audioCompletion?: number;
  imageCompletion?: number;
  reasoning?: number;
};

/** Rates, and those that replace them all for long prompts: the last step whose `promptTokens` are fewer than the prompt has. */
type SteppedRates = Rates & { above?: (Rates & { promptTokens: number })[] };

/** What a model costs: at the plain service tier, and at others by the provider's word for them. */
export type Price = SteppedRates & { tiers?: Record<string, SteppedRates> };

/** A model as one provider offers it. */
export type Offering = {
  slug: string;
  id: string;
  /** Other ids of the same model at this provider, with the same limits and prices. */
  aliases?: string[];
  name?: string;
  contextTokens?: number;
  maxOutputTokens?: number;
  input?: string[];
  output?: string[];
  priceUsdPerMillionTokens?: Price;
  /** What the provider takes for each web search that it makes. */
  priceUsdPerWebSearch?: number;
  quantization?: string;
  /** What the model can do, for filters: `tools`, `structured_outputs`, `reasoning`, `prefill`, `vision`, ... */
  capabilities?: string[];
  source: string;
  checked: string;
};

/** What a provider says in its terms that it does with prompts and answers. */
export type DataPolicy = {
  /** Models may be trained on them. */
  trains: boolean;
  /** They are kept after the answer, for however long. */
  retains: boolean;
};

/** One provider file, compiled. */
export type CompiledProvider = {
  /** File name without its ending. */
  slug: string;
  name: string;
  docs: string;
  baseUrl: string | null;
  /** Ways to prove who calls; the first whose variables are set is used. At least one. */
  auth: Auth[];
  /** Variables that stand in `baseUrl` and in paths, in braces, with what is used when they are not set. */
  variables: Record<string, { default?: string }>;
  /** Binding of the Worker over which the provider is called when it is bound and no key is set; null = none. */
  binding: string | null;
  discontinued: string | null;
  /** Deadlines of its own, in milliseconds; absent = ours. */
  timeouts?: { firstContentMs?: number; idleMs?: number; totalMs?: number };
  /** What becomes of what is sent to it; absent = not stated. */
  dataPolicy?: DataPolicy;
  /** Where its list of models is, below the base URL. */
  modelsPath: string;
  /** What its errors mean beyond the table of its format; absent = nothing more. */
  errors?: ErrorRow[];
  /** Alternatives of each operation: the first that lists a model serves it, else the one that lists none. */
  operations: { [Name in Operation]?: CompiledOperation[] };
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
  /** Names its content: two catalogues of one version are the same. */
  readonly version: string;
  readonly providers: readonly CompiledProvider[];
  /** The provider of that slug. */
  provider(slug: string): CompiledProvider | undefined;
  /** Who offers a public model slug, in the order of the files. */
  offerings(slug: string): readonly { provider: CompiledProvider; offering: Offering }[];
  /** The public slug of the only offering that has this id at its provider; null where none has it, or several have. */
  slugOfId(modelId: string): string | null;
  /** Every public slug, sorted. */
  slugs(): readonly string[];
}

/** Who offers a public model slug: the slug of each provider, and the place of the offering among its models. */
export type Offers = Readonly<Record<string, readonly (readonly [provider: string, place: number])[]>>;

/**
 * The catalogue as the build writes it. Each provider is JSON until somebody asks for it: an isolate that starts needs one or two of
 * them, and reading all takes longer than answering.
 */
export type WrittenCatalog = {
  /** A hash of the rest. */
  version: string;
  providers: Readonly<Record<string, string>>;
  /** {@link Offers}, as JSON. */
  offers: string;
};

/** Indexes what providers offer. */
function offersOf(providers: readonly CompiledProvider[]): Offers {
  const offers = new Map<string, [string, number][]>();
  for (const { slug, models } of providers) {
    for (const [place, model] of models.entries()) offers.set(model.slug, [...(offers.get(model.slug) ?? []), [slug, place]]);
  }
  return Object.fromEntries(offers);
}

/** Compiled providers as the build writes them. */
export function writeCatalog(providers: readonly CompiledProvider[]): WrittenCatalog {
  return {
    version: versionOf(providers),
    providers: Object.fromEntries(providers.map((provider) => [provider.slug, JSON.stringify(provider)])),
    offers: JSON.stringify(offersOf(providers)),
  };
}

const versionOf = (providers: readonly CompiledProvider[]) => hashText(JSON.stringify(providers));

/** The catalogue of compiled providers. */
export function createCatalog(providers: readonly CompiledProvider[]): Catalog {
  const bySlug = new Map(providers.map((provider) => [provider.slug, provider]));
  return toCatalog({
    slugs: providers.map(({ slug }) => slug),
    provider: (slug) => bySlug.get(slug),
    offers: once(() => offersOf(providers)),
    version: once(() => versionOf(providers)),
  });
}

/** The catalogue that the build has written. */
export function readCatalog({ version, providers, offers }: WrittenCatalog): Catalog {
  const read = new Map(Object.entries(providers).map(([slug, json]) => [slug, once(() => JSON.parse(json) as CompiledProvider)]));
  return toCatalog({
    slugs: [...read.keys()],
    provider: (slug) => read.get(slug)?.(),
    offers: once(() => JSON.parse(offers) as Offers),
    version: () => version,
  });
}

type CatalogParts = { slugs: readonly string[]; provider: Catalog['provider']; offers: () => Offers; version: () => string };

function toCatalog({ slugs, provider, offers, version }: CatalogParts): Catalog {
  const all = once(() => slugs.flatMap((slug) => provider(slug) ?? []));
  const byId = once(() => slugsById(all()));
  return {
    get version() {
      return version();
    },
    get providers() {
      return all();
    },
    provider,
    offerings(slug) {
      const places = Object.hasOwn(offers(), slug) ? offers()[slug] : undefined;
      return (places ?? []).flatMap(([name, place]) => {
        const found = provider(name);
        const offering = found?.models[place];
        return found === undefined || offering === undefined ? [] : [{ provider: found, offering }];
      });
    },
    slugOfId: (modelId) => byId().get(modelId) ?? null,
    slugs: () => Object.keys(offers()).sort(),
  };
}

/** The entry of a model by its id, or by another id that its file gives it; null where no entry has it. */
export function offeringOf({ models }: CompiledProvider, modelId: string): Offering | null {
  return models.find(({ id }) => id === modelId) ?? models.find(({ aliases }) => aliases?.includes(modelId)) ?? null;
}

/** Id at the provider to public slug; null for an id that several offerings have. */
function slugsById(providers: readonly CompiledProvider[]): ReadonlyMap<string, string | null> {
  const slugs = new Map<string, string | null>();
  for (const { models } of providers)
    for (const { id, aliases = [], slug } of models) for (const one of [id, ...aliases]) slugs.set(one, slugs.has(one) ? null : slug);
  return slugs;
}

/** The other operation that a request can be turned into: chat and text completions stand in for each other. */
const STAND_IN: Readonly<Record<Operation, Operation | null>> = { chat: 'completions', completions: 'chat', embeddings: null };

/**
 * Which operation of a provider serves a model: the one the client asked for where the provider has it for that model,
 * otherwise the one that can stand in for it. Null when neither serves the model.
 */
export function operationFor(provider: CompiledProvider, wanted: Operation, modelId: string): Served | null {
  return served(provider, `${wanted} ${modelId}`, () => findOperation(provider, wanted, modelId));
}

/** What serves a model. Not to be changed. */
export type Served = { readonly operation: Operation; readonly rules: OperationRules };

/** So many models of one provider are remembered. */
const MOST_REMEMBERED = 64;
/** What was found before: laying the rules of a model over those of its provider is worth doing once. */
const served = remembering<CompiledProvider, Served | null>(MOST_REMEMBERED);

function findOperation(provider: CompiledProvider, wanted: Operation, modelId: string): Served | null {
  for (const operation of [wanted, STAND_IN[wanted]]) {
    const compiled = operation === null ? undefined : alternativeFor(provider, operation, modelId);
    if (operation !== null && compiled !== undefined) return { operation, rules: rulesFor(compiled, modelId) };
  }
  return null;
}

/** The alternative that lists a model; else the one that takes all, unless the model belongs to another operation by name. */
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
  const { byModel, onlyModels: _, ...base } = operation;
  const fitting = byModel.filter((override) => matches(override.pattern, modelId)).reverse(); // most specific last, so that it wins
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

/** Habits with more of them; `-name` takes one away. */
function withQuirks(quirks: readonly string[], more: readonly string[]): string[] {
  return [...quirks, ...more.filter((name) => !name.startsWith('-'))].filter((name) => !more.includes(`-${name}`));
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
