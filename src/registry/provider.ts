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
  /** What the provider accepts for each web search that it makes. */
  priceUsdPerWebSearch?: number;
  /** Each request costs a fee besides its tokens: the cost of an answer is known only where the provider reports it. */
  hasRequestFee?: true;
  quantization?: string;
  /** What the model can do, for filters: `tools`, `structured_outputs`, `reasoning`, `prefill`, `vision`, ... */
  capabilities?: string[];
  source: string;
  checked: string;
};

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
  models: Offering[];
};

/** `my-provider` to `MY_PROVIDER`: how a provider's variables begin. */
export function variablePrefix(slug: string): string {
  return slug.toUpperCase().replaceAll('-', '_');
}

/** What one operation of one model accepts, everything particular to the model applied. */
export type OperationRules = Omit<CompiledOperation, 'byModel' | 'onlyModels'>;
