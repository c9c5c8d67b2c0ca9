/** Types of a compiled provider file. */
import type { ErrorRow } from '../unified/error-rows.ts';
import type { PromptKind } from '../unified/request/message.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { Rules } from '../unified/rule.ts';

/** Variables with a provider's keys, and how keys are sent (`upstream/auth/`). */
export type Auth = {
  /** Variable of the key. Several keys, separated by commas, are rotated. */
  secret: string;
  /** True = the key is sent when set, but not required. */
  optional: boolean;
} & (
  | { scheme: 'bearer' | 'azure' | 'google-service-account' | 'none' }
  /** The key in its own header. */
  | { scheme: 'header'; header: string }
  | { scheme: 'query'; parameter: string }
  /** `region`, `accessKeyId` and `sessionToken` are names of variables. */
  | { scheme: 'aws-sigv4'; service: string; region: string; accessKeyId: string; sessionToken: string | null }
);

/** Settings for some models of a provider. */
type ModelOverride = {
  /** Glob on the upstream id; `*` stands for any text. */
  pattern: string;
  parameters?: Rules;
  /** Additional quirks of these models; `-name` removes one. */
  quirks?: string[];
  template?: string;
  roles?: Record<string, string>;
  messageFields?: string[];
};

/** One operation of a provider, merged with the dialect's rules. */
export type CompiledOperation = {
  dialect: string;
  /** Inserted between the base URL of the provider file and `path`; absent = nothing. A base URL from a variable already contains it. */
  basePath?: string;
  /** Path below the base URL, with the placeholders of `dialects/dialect.ts`. */
  path: string;
  /** Path of a streamed call; null = `path`. */
  streamPath: string | null;
  /** Path of a call that counts the tokens of a request; absent = the provider has none. */
  countPath?: string;
  /** Upstream ids that this operation serves; null = all. */
  onlyModels: string[] | null;
  /** Further models, for requests that have this format already. Absent = none. */
  nativeModels?: string[];
  template: string;
  prompts: PromptKind[];
  roles: Record<string, string>;
  messageFields: string[];
  quirks: string[];
  /** Headers of every call, besides the key. */
  headers: Record<string, string>;
  /** Most inputs of one call, for embeddings; null = no limit. */
  maxInputs: number | null;
  parameters: Rules;
  /** Parameters that the provider ignores without an error. They are never sent, whatever lists state of a model; absent = none. */
  ignores?: string[];
  /** Most specific first. */
  byModel: ModelOverride[];
};

/**
 * Prices in USD per million tokens. A kind that is not stated has no known price, with two exceptions: images and videos in a prompt cost
 * the same as text, and reasoning the same as completion.
 */
export type Rates = {
  prompt: number;
  completion: number;
  /** Tokens read from the provider's cache. */
  cachedPrompt?: number;
  /** Tokens written to it, for five minutes or the provider's default time. */
  cacheWrite?: number;
  /** Tokens written to it for one hour. */
  cacheWrite1h?: number;
  audioPrompt?: number;
  cachedAudioPrompt?: number;
  imagePrompt?: number;
  audioCompletion?: number;
  imageCompletion?: number;
  reasoning?: number;
};

/** Rates, and rates for long prompts: the last step whose `promptTokens` is below the length of the prompt replaces all rates. */
type SteppedRates = Rates & { above?: (Rates & { promptTokens: number })[] };

/** Prices of a model: at the standard service tier, and at other tiers by the provider's name. */
export type Price = SteppedRates & { tiers?: Record<string, SteppedRates> };

/** How reasoning of a model is requested. An absent form does not exist: without switch, budget and effort "none" the model always reasons. */
export type ReasoningFacts = {
  /** Accepted efforts, in the list's order. */
  efforts?: string[];
  /** It can be switched on and off. */
  switch?: true;
  /** Accepted budgets in reasoning tokens; an absent bound is unknown. */
  budget?: { minimum?: number; maximum?: number };
};

/** The retirement of a model. */
type Retirement = {
  /** Date of the retirement, or of the first list without the model; `YYYY-MM-DD`. */
  on: string;
  /** URL of the source. */
  source: string;
  /** Public slug of the replacement; absent = unknown. */
  instead?: string;
};

/** Facts about a model from lists. An absent fact is unknown. */
export type ModelFacts = {
  id: string;
  slug: string;
  name?: string;
  /** Release date, `YYYY-MM-DD`. */
  released?: string;
  /** Announced retirement date, `YYYY-MM-DD`. */
  expires?: string;
  status?: 'beta' | 'deprecated';
  /** End of its training data, in the list's form. */
  knowledge?: string;
  openWeights?: boolean;
  contextTokens?: number;
  maxInputTokens?: number;
  maxOutputTokens?: number;
  input?: string[];
  output?: string[];
  tools?: boolean;
  /** Accepts a JSON schema for its answer. */
  structuredOutputs?: boolean;
  /** Accepts a temperature. */
  temperature?: boolean;
  /** `false`: no reasoning. `true`: reasoning, but how it is requested is unknown. */
  reasoning?: boolean | ReasoningFacts;
  /** All accepted sampling and tool parameters, with OpenRouter's names; absent = unknown. */
  parameters?: string[];
  priceUsdPerMillionTokens?: Price;
  retired?: Retirement;
  /** Fact to the list that stated it, if it is not the first list of the file. `id`: the list that contains the model. */
  from?: Record<string, string>;
};

/** A model in a list, before it has a public slug. */
export type ListedFacts = Omit<ModelFacts, 'slug' | 'from'> & {
  /** Its name across providers, in the list's spelling. */
  canonical?: string;
};

/** A model at one provider. */
export type Offering = Omit<ModelFacts, 'retired' | 'from' | 'knowledge' | 'openWeights'> & {
  /** Other ids of the same model at this provider, with the same limits and prices. */
  aliases?: string[];
  /** Price in USD per web search of the provider. */
  priceUsdPerWebSearch?: number;
  /** True when each request costs a fee besides tokens. The cost is then known only if the provider reports it. */
  hasRequestFee?: true;
  quantization?: string;
  /** Capabilities for filters: `tools`, `structured_outputs`, `reasoning`, `prefill`, `vision`, ... */
  capabilities?: string[];
  source: string;
  checked: string;
};

/** A model that a provider no longer offers. */
export type RetiredModel = { id: string; slug: string; aliases?: string[]; retired: Retirement };

/** Use of prompts and answers according to the provider's terms. */
type DataPolicy = {
  /** True when they may be used for training. */
  trains: boolean;
  /** True when they are stored after the answer, for any time. */
  retains: boolean;
};

/** A compiled provider file. */
export type CompiledProvider = {
  /** File name without extension. */
  slug: string;
  name: string;
  docs: string;
  /** Its `gen_ai.provider.name` in traces and metrics, where the conventions of OpenTelemetry have one; absent = the slug. */
  telemetryName?: string;
  baseUrl: string | null;
  /** Auth schemes; the first one whose variables are set is used. At least one. */
  auth: Auth[];
  /** Tokens that clients of a format get by signing in to the provider itself. Absent = none. */
  clientToken?: { format: string; prefix: string };
  /** Variables in `baseUrl` and paths (in braces), with their defaults. */
  variables: Record<string, { default?: string }>;
  /** Worker binding that is used when bound and no key is set; null = none. */
  binding: string | null;
  discontinued: string | null;
  /** Deadlines in milliseconds; absent = the router's defaults. */
  timeouts?: { firstContentMs?: number; idleMs?: number; totalMs?: number };
  /** Data policy; absent = not stated. */
  dataPolicy?: DataPolicy;
  /** Path of its list of models, below the base URL. */
  modelsPath: string;
  /** Error rows in addition to the table of its format; absent = none. */
  errors?: ErrorRow[];
  /** Alternatives of each operation: the first that lists a model serves it, else the one without a list. */
  operations: { [Name in Operation]?: CompiledOperation[] };
  /** Sorted by slug. Of several with one slug, the slug selects the first; the others (regions, older or faster builds) are selected by id. */
  models: Offering[];
  /** Retired models; absent = none. */
  retired?: RetiredModel[];
};

/** Returns the prefix of a provider's variables: `my-provider` gives `MY_PROVIDER`. */
export function variablePrefix(slug: string): string {
  return slug.toUpperCase().replaceAll('-', '_');
}

/** Returns the variable with the limits of a provider's keys. */
export const keyLimitsVariable = ({ secret }: Pick<Auth, 'secret'>): string => `${secret}_LIMITS`;

/** What one operation of one model accepts, with all settings of the model applied. */
export type OperationRules = Omit<CompiledOperation, 'byModel' | 'onlyModels' | 'nativeModels'>;
