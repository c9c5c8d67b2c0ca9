/** One row of the ledger: a generation, without its content. */
import type { RecordedTry } from './generation-record.ts';

/** Tokens by kind. Totals include their parts. Null = not known. */
type LedgerTokens = Readonly<{
  prompt: number;
  completion: number;
  cached: number | null;
  cacheWrite: number | null;
  reasoning: number | null;
}>;

/** One try at the answer. What older versions did not record is null; `calls` is 1. */
export type LedgerAttempt = Readonly<
  Omit<RecordedTry, 'provider' | 'startedMs'> & {
    provider: RecordedTry['provider'] | null;
    startedMs: RecordedTry['startedMs'] | null;
  }
>;

/** A {@link RecordedChange}: `[param, action, from, to]`, without the nulls at its end. */
export type LedgerChange = readonly [param: string, action: string, ...values: (number | boolean | null)[]];

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
  /** The first of them, without texts of the client. */
  changes: readonly LedgerChange[];
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
  changes: [],
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

/** What a try of an older version lacks, and what is not stored of a newer one. */
const ABSENT_TRY: LedgerAttempt = {
  provider: null,
  providerName: '',
  model: '',
  status: null,
  errorType: null,
  startedMs: null,
  firstContentMs: null,
  durationMs: null,
  calls: 1,
  isCancelled: false,
};

/** A row in part: of another version, or as it is stored. */
export type PartialRow = Readonly<Partial<Omit<LedgerRow, 'tries'>> & { tries?: readonly Partial<LedgerAttempt>[] }>;

/** A row of any version of the router with the fields that it lacks. */
export function completeRow(row: PartialRow): LedgerRow {
  const tries = (row.tries ?? []).map((one) => ({ ...ABSENT_TRY, provider: ownProvider(one, row), ...one }));
  return { ...ABSENT, ...row, tries };
}

/** A row as it is stored: {@link completeRow} adds what is left out. Above 1,002 bytes a row takes a page of SQLite for itself. */
export function compactRow(row: PartialRow): PartialRow {
  const tries = (row.tries ?? []).map((one) =>
    keep(one, (name, value) => value !== (name === 'provider' ? ownProvider(one, row) : ABSENT_TRY[name])),
  );
  return keep({ ...row, tries }, (_, value) => !isEmpty(value));
}

/** The provider of a try that names none. */
const ownProvider = ({ providerName = '' }: Partial<LedgerAttempt>, row: PartialRow): string | null =>
  providerName === (row.providerName ?? '') ? (row.provider ?? null) : null;

const isEmpty = (value: unknown): boolean => typeof value === 'object' && (value === null || Object.keys(value).length === 0);

/** The fields of an object for which a condition is true. */
function keep<Fields extends object>(
  fields: Fields,
  isKept: <Name extends keyof Fields>(name: Name, value: Fields[Name]) => boolean,
): Partial<Fields> {
  const entries = Object.entries(fields) as [keyof Fields, Fields[keyof Fields]][];
  return Object.fromEntries(entries.filter(([name, value]) => isKept(name, value))) as Partial<Fields>;
}

/** Reads a stored row of any version of the router. */
export const readLedgerRow = (text: string): LedgerRow => completeRow(JSON.parse(text) as PartialRow);

/** An id without its prefix, which each client format has its own of: `gen-`, `chatcmpl-`, `msg_`, `resp_`. */
export const bareId = (id: string): string => id.replace(/^[a-z]+[-_]/, '');

/** True for an answer from the response cache: it made no call and costs nothing. */
export const isFromCache = ({ cache }: { cache?: LedgerRow['cache'] }): boolean => cache === 'hit' || cache === 'joined';
