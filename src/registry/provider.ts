/** A provider file, compiled: the types that the build writes and everything else reads. */
import type { ErrorRow } from '../unified/error-rows.ts';
import type { PromptKind } from '../unified/request/message.ts';
import type { Operation } from '../unified/request/parameters.ts';
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
type ModelOverride = {
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
  /** Stands between the provider's own base URL and `path`; absent = nothing. A base URL from a variable has it already. */
  basePath?: string;
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

/** How a model's reasoning is asked for. A way that is absent does not exist: without a switch, a budget and an effort of none it always reasons. */
export type ReasoningFacts = {
  /** Efforts that it accepts, in the list's order. */
  efforts?: string[];
  /** It can be switched on and off. */
  switch?: true;
  /** Reasoning tokens that it accepts as a budget; an end that is absent is not known. */
  budget?: { minimum?: number; maximum?: number };
};

/** A model that is gone from a provider. */
type Retirement = {
  /** The day it went, or the first day on which a list no longer had it; `YYYY-MM-DD`. */
  on: string;
  /** Where that is written. */
  source: string;
  /** Public slug of the model that takes its place; absent = none is known. */
  instead?: string;
};

/** What lists state of a model. An absent fact is not known. */
export type ModelFacts = {
  id: string;
  slug: string;
  name?: string;
  /** The day it was released, `YYYY-MM-DD`. */
  released?: string;
  /** The day its provider says that it goes, `YYYY-MM-DD`. */
  expires?: string;
  status?: 'beta' | 'deprecated';
  /** How far its training data goes, in the list's form. */
  knowledge?: string;
  openWeights?: boolean;
  contextTokens?: number;
  maxInputTokens?: number;
  maxOutputTokens?: number;
  input?: string[];
  output?: string[];
  tools?: boolean;
  /** It accepts a JSON schema for its answer. */
  structuredOutputs?: boolean;
  /** It accepts a temperature. */
  temperature?: boolean;
  /** `false`: it does not reason; `true`: it does, and how it is asked for is not known. */
  reasoning?: boolean | ReasoningFacts;
  /** Every sampling and tool parameter that it accepts, in OpenRouter's names; absent = not known. */
  parameters?: string[];
  priceUsdPerMillionTokens?: Price;
  retired?: Retirement;
  /** Fact to the name of the list that stated it, where that is not the first list of the file; under `id` the list that has the model. */
  from?: Record<string, string>;
};

/** A model as a list states it, before it has a public slug. */
export type ListedFacts = Omit<ModelFacts, 'slug' | 'from'> & {
  /** Its name across providers, in the list's own spelling. */
  canonical?: string;
};

/** A model as one provider offers it. */
export type Offering = Omit<ModelFacts, 'retired' | 'from' | 'knowledge' | 'openWeights'> & {
  /** Other ids of the same model at this provider, with the same limits and prices. */
  aliases?: string[];
  /** Price in USD of each web search that the provider makes. */
  priceUsdPerWebSearch?: number;
  /** Each request costs a fee besides its tokens: the cost of an answer is known only where the provider reports it. */
  hasRequestFee?: true;
  quantization?: string;
  /** What the model can do, for filters: `tools`, `structured_outputs`, `reasoning`, `prefill`, `vision`, ... */
  capabilities?: string[];
  source: string;
  checked: string;
};

/** A model that a provider offered once. */
export type RetiredModel = { id: string; slug: string; aliases?: string[]; retired: Retirement };

/** What a provider says in its terms that it does with prompts and answers. */
type DataPolicy = {
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
  /** By slug. Of several with one slug the first is called by it; the others (regions, older or faster builds) are called by their ids. */
  models: Offering[];
  /** Models that are gone; absent = none. */
  retired?: RetiredModel[];
};

/** `my-provider` to `MY_PROVIDER`: how a provider's variables begin. */
export function variablePrefix(slug: string): string {
  return slug.toUpperCase().replaceAll('-', '_');
}

/** What one operation of one model accepts, everything particular to the model applied. */
export type OperationRules = Omit<CompiledOperation, 'byModel' | 'onlyModels'>;
