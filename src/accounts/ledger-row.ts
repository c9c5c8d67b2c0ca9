/** One row of the ledger: a generation, without its content. */

/** Tokens by kind. Totals include their parts. Null = not known. */
type LedgerTokens = Readonly<{
  prompt: number;
  completion: number;
  cached: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
}>;

/** One attempt at the answer. */
export type LedgerAttempt = Readonly<{
  providerName: string;
  /** The model's id at the provider. */
  model: string;
  /** HTTP status of the upstream; null = it did not answer. */
  status: number | null;
  firstContentMs: number | null;
}>;

/** A generation, as it is stored. Only fields are added: an object may be read by an older version of the Worker. */
export type LedgerRow = Readonly<{
  /** With the prefix of generations. */
  id: string;
  /** Id at the upstream, where the client has the upstream's format. */
  upstreamId: string | null;
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
  providerName: string;
  /** Hash of the end user; null = none was named. */
  user: string | null;
  session: string | null;
  tags: Readonly<Record<string, string>>;
  attempts: number;
  /** The first {@link MAX_TRIES} attempts. */
  tries: readonly LedgerAttempt[];
  adjustments: number;
  /** Null = nothing was measured or estimated. */
  tokens: LedgerTokens | null;
  /** Billionths of a USD, an integer. Null = the cost is not known. */
  costNanoUsd: number | null;
  /** Names of the fields that are estimates; `cost` too. */
  estimated: readonly string[];
  /** From the request to its end, in milliseconds. */
  durationMs: number;
  /** To the first content; without a stream, to the whole answer. */
  firstContentMs: number | null;
  /** From the first content of a stream to its end. */
  generationMs: number | null;
  streamed: boolean;
  cancelled: boolean;
  /** HTTP status that the client got. */
  status: number;
  /** Type of the error; null = the answer is whole. */
  error: string | null;
  finish: string | null;
  /** The finish in the upstream's own word. */
  nativeFinish: string | null;
  serviceTier: string | null;
  /** `hit` or `joined`: from the response cache, at no cost. */
  cache: 'hit' | 'joined' | 'miss' | null;
  /** Made with the caller's own provider key. */
  isByok: boolean;
}>;

/** Most attempts that a row describes. */
export const MAX_TRIES = 16;

/** What a row of an older version lacks. */
const ABSENT: LedgerRow = {
  id: '',
  upstreamId: null,
  createdMs: 0,
  operation: 'chat',
  format: '',
  model: '',
  modelAsked: '',
  provider: '',
  providerName: '',
  user: null,
  session: null,
  tags: {},
  attempts: 0,
  tries: [],
  adjustments: 0,
  tokens: null,
  costNanoUsd: null,
  estimated: [],
  durationMs: 0,
  firstContentMs: null,
  generationMs: null,
  streamed: false,
  cancelled: false,
  status: 200,
  error: null,
  finish: null,
  nativeFinish: null,
  serviceTier: null,
  cache: null,
  isByok: false,
};

/** A row of any version of the router with the fields that it lacks. */
export const completeRow = (row: Partial<LedgerRow>): LedgerRow => ({ ...ABSENT, ...row });

/** A row as it is stored: {@link completeRow} adds what is null again. Above 1,002 bytes a row takes a page of SQLite for itself. */
export const compactRow = (row: LedgerRow): Partial<LedgerRow> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** Reads a stored row of any version of the router. */
export const readLedgerRow = (text: string): LedgerRow => completeRow(JSON.parse(text) as Partial<LedgerRow>);

/** An id without its prefix, which each client format has its own of: `gen-`, `chatcmpl-`, `msg_`, `resp_`. */
export const bareId = (id: string): string => id.replace(/^[a-z]+[-_]/, '');

/** True for an answer from the response cache: it made no call and costs nothing. */
export const isFromCache = ({ cache }: { cache?: LedgerRow['cache'] }): boolean => cache === 'hit' || cache === 'joined';
