/** One row of the ledger: a generation, without its content. */

/** Tokens by kind. Totals include their parts. Null = not known. */
export type LedgerTokens = Readonly<{
  prompt: number;
  completion: number;
  cached: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
}>;

/** A generation, as it is stored. Only fields are added: an object may be read by an older version of the Worker. */
export type LedgerRow = Readonly<{
  /** With the prefix of generations. */
  id: string;
  /** When the request came, in milliseconds since 1970. */
  createdMs: number;
  operation: string;
  /** Wire format of the client. */
  format: string;
  /** Public slug of the model, else its id at the provider. */
  model: string;
  /** The model as the client named it. */
  modelAsked: string;
  /** Slug of the provider. */
  provider: string;
  /** Hash of the end user; null = none was named. */
  user: string | null;
  session: string | null;
  tags: Readonly<Record<string, string>>;
  attempts: number;
  adjustments: number;
  /** Null = nothing was measured or estimated. */
  tokens: LedgerTokens | null;
  /** Billionths of a USD, an integer. Null = the cost is not known. */
  costNanoUsd: number | null;
  /** Names of the fields that are estimates; `cost` too. */
  estimated: readonly string[];
  /** From the request to its end, in milliseconds. */
  durationMs: number;
  /** To the first content of a stream. */
  firstContentMs: number | null;
  streamed: boolean;
  cancelled: boolean;
  /** HTTP status that the client got. */
  status: number;
  /** Type of the error; null = the answer is whole. */
  error: string | null;
  finish: string | null;
  /** `hit` or `joined`: from the response cache, at no cost. */
  cache: 'hit' | 'joined' | 'miss' | null;
  /** Made with the caller's own provider key. */
  isByok: boolean;
}>;
