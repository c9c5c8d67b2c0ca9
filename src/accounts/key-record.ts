/** The record of a caller key that was created by `POST /keys`. It never has the key itself. */

/** What a limit counts. `usd` in USD; `concurrent`: requests in progress at a time, which has no window. */
export type LimitResource = 'usd' | 'requests' | 'tokens' | 'concurrent';

/** The time that a limit is for. `total`: as long as the key exists. */
export type LimitWindow = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'total';

/** One limit. A key may have several; the tightest decides. */
export type KeyLimit = Readonly<{
  resource: LimitResource;
  window: LimitWindow;
  /** USD, or a count. 0 = nothing is allowed. */
  amount: number;
  /** True: the window begins with the calendar's day, Monday, or month in `timezone`. False: it begins with the first use after the last one. */
  calendar: boolean;
  /** IANA name. */
  timezone: string;
}>;

/** A key. Times are milliseconds since 1970. */
export type KeyRecord = Readonly<{
  /** SHA-256 of the key, in hex. */
  hash: string;
  name: string;
  /** Beginning and end of the key, to recognize it. */
  label: string;
  createdMs: number;
  updatedMs: number;
  /** Null = never. */
  expiresMs: number | null;
  disabled: boolean;
  /** Globs of models, checked on the name in the request and on the model resolved. Null = all. */
  models: readonly string[] | null;
  /** Slugs of providers. Null = all. */
  providers: readonly string[] | null;
  limits: readonly KeyLimit[];
  /** Limits of each end user (`user`) under the key. */
  userLimits: readonly KeyLimit[];
  /** Limits of each session under the key. */
  sessionLimits: readonly KeyLimit[];
  /** Part of a limit from which answers carry a warning, above 0 and at most 1. Null = none. */
  softAt: number | null;
  /** What happens to a request whose cost is not known while a limit counts USD. */
  onUnpriced: 'allow' | 'refuse';
  /** Answers with the caller's own provider keys count against limits in USD. */
  isByokCounted: boolean;
  /** Identical requests are answered from the response cache, for so many seconds. Null = only where a request has the header for it. */
  cacheSeconds: number | null;
  /** Streams can be resumed without a header. */
  isResumable: boolean;
  /** Written to every row of the ledger. */
  tags: Readonly<Record<string, string>>;
  /** Kept with the key, and nowhere else. */
  metadata: Readonly<Record<string, string>>;
}>;

/** A key without any restriction, but for what each key has of its own. */
export const UNRESTRICTED: Omit<KeyRecord, 'hash' | 'name' | 'label' | 'createdMs' | 'updatedMs'> = Object.freeze({
  expiresMs: null,
  disabled: false,
  models: null,
  providers: null,
  limits: [],
  userLimits: [],
  sessionLimits: [],
  softAt: null,
  onUnpriced: 'allow',
  isByokCounted: false,
  cacheSeconds: null,
  isResumable: false,
  tags: {},
  metadata: {},
});

/** A record of any version of the router with the fields that it lacks. */
export const completeKey = (record: KeyRecord): KeyRecord => ({ ...UNRESTRICTED, ...record });

/** True for a key with a limit of any kind: its calls are reserved in its object before they are sent. */
export const hasLimits = ({ limits, userLimits, sessionLimits }: KeyRecord): boolean =>
  limits.length + userLimits.length + sessionLimits.length > 0;

/** True for a key with a limit of money. */
export const limitsUsd = ({ limits, userLimits, sessionLimits }: KeyRecord): boolean =>
  [limits, userLimits, sessionLimits].some((list) => list.some(({ resource }) => resource === 'usd'));
