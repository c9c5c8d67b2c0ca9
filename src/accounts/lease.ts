/**
 * Leases: what requests may spend until their cost is known. The types here are arguments and results of calls to the object of an account:
 * plain values. A later version only adds fields.
 */
import type { Amounts } from './amounts.ts';
import type { KeyRecord, LimitResource, LimitWindow } from './key-record.ts';
import type { LedgerRow } from './ledger-row.ts';

/** What a limit applies to: the key, one end user under it, or one session under it. */
export type LimitScope = 'key' | 'user' | 'session';

/** What one limit has counted. `usd` in billionths of a USD. */
export type LimitCount = Readonly<{
  scope: LimitScope;
  resource: LimitResource;
  window: LimitWindow;
  max: number;
  used: number;
  /** What open leases hold. */
  held: number;
  /** When the window ends, in milliseconds since 1970. Null = never. */
  resetMs: number | null;
}>;

/** What is reserved. */
export type LeaseRequest = Readonly<{
  /** That of the generation. A second request with the id of an open lease makes it larger. */
  id: string;
  worst: Amounts;
  user: string | null;
  session: string | null;
  /** How long the lease is kept, in milliseconds. */
  ttlMs: number;
  /** The request is sent at once: only then may it cost anything. */
  isSent: boolean;
  /** Row of the ledger for a lease that is never settled, without tokens and cost. */
  draft: LedgerRow;
}>;

/** A lease, as it is stored. */
export type StoredLease = Omit<LeaseRequest, 'ttlMs'> &
  Readonly<{
    reservedMs: number;
    expiresMs: number;
    /** What was counted when it expired. Null = it is open. */
    counted: Amounts | null;
    /** When it expired. Null = it is open. */
    endedMs: number | null;
    /** Number of the last settlement that left a rest. */
    parts?: number;
  }>;

/** Why a lease is refused. `spent`: the limit is used up, or too little is left for the request. `held`: open leases hold what is left. */
export type LimitRefusal = Readonly<{ reason: 'spent' | 'held'; limit: LimitCount; worst: number }>;

/** Argument of `reserve`. `slice`: the isolate would spend a slice (`slice.ts`); its worst case is decided by the object. */
export type ReserveCall = Readonly<{ record: KeyRecord; lease: LeaseRequest; slice?: Omit<LeaseRequest, 'worst'> | undefined }>;

/** Result of `reserve`. `inactive`: the key is disabled, expired or deleted. `closed`: the lease has ended already. */
export type ReserveResult =
  | Readonly<{ kind: 'open'; states: readonly LimitCount[]; /** What the slice has. */ slice?: Amounts | null }>
  | Readonly<{ kind: 'refused'; refusal: LimitRefusal }>
  | Readonly<{ kind: 'inactive' }>
  | Readonly<{ kind: 'closed' }>;

/** The end of one lease. */
export type Settlement = Readonly<{
  id: string;
  /** What it paid for. Empty = nothing was sent. */
  rows: readonly LedgerRow[];
  /** Record of the key, where the object did not answer and the rows have no lease: they count all the same. Absent = they have one. */
  unreserved?: KeyRecord;
  /** What the lease holds on: requests that it pays for are in progress. Absent = it ends. */
  rest?: Amounts;
  /** Number of a settlement with `rest`: each counts once. */
  part?: number;
}>;

/** A limit whose soft part was passed. */
export type SoftAlert = Readonly<{ limit: LimitCount; softAt: number }>;

/** What has changed, to be stored. Counters and leases by their ids; null = deleted. */
export type AccountChanges = Readonly<{
  counters: ReadonlyMap<string, StoredCounter | null>;
  leases: ReadonlyMap<string, StoredLease | null>;
  /** Null = unchanged. */
  record: KeyRecord | null;
  /** Rows of the ledger. One with the time and the id of an earlier row takes its place. */
  rows: readonly LedgerRow[];
}>;

/** A counter, as it is stored: what one limit of one scope has counted in its window. */
export type StoredCounter = Readonly<{
  id: string;
  startMs: number;
  /** Null = never. */
  endMs: number | null;
  /** When it began to count. */
  sinceMs: number;
  used: number;
}>;

/** What is stored of an account. */
export type StoredAccount = Readonly<{
  counters: readonly StoredCounter[];
  leases: readonly StoredLease[];
  record: KeyRecord | null;
}>;
