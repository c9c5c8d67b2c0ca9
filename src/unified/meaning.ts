/**
 * The closed list of meanings of upstream errors. The text of an error decides its meaning (`dialects/`), the HTTP status only when the text
 * matches nothing. The meaning decides key rotation, failover, refused parameters, health and waiting.
 */

/** Consequences of a meaning. */
type Consequence = {
  /**
   * What to try next. `none`: nothing, every endpoint would reject this request. `key`: another key of this provider, then another endpoint.
   * `endpoint`: another endpoint. `larger`: a model with a larger context. `retry`: the same endpoint or another.
   */
  next: 'none' | 'key' | 'endpoint' | 'larger' | 'retry';
  /** What the error counts against. `request`: neither key nor endpoint, so one caller's request affects no other callers. */
  against: 'request' | 'key' | 'endpoint';
};

/** The closed list. */
export const ERROR_MEANINGS = {
  /** The key is wrong, expired or revoked. */
  'bad-key': { next: 'key', against: 'key' },
  /** The account cannot pay: no balance, a spending limit. */
  'no-money': { next: 'key', against: 'key' },
  /** The account or its region may not use this provider or model. */
  'not-permitted': { next: 'key', against: 'key' },
  /** Too many requests or tokens at the moment. A later request may succeed. */
  'rate-limited': { next: 'key', against: 'key' },
  /** This request alone exceeds a limit per minute, or the remaining balance. A smaller one may succeed; waiting does not help. */
  'above-rate-limit': { next: 'key', against: 'request' },
  /** The provider does not, or no longer, serve this model. */
  'no-such-model': { next: 'key', against: 'endpoint' },
  /** The provider serves this model without a feature that the request needs, e.g. tools. */
  'not-supported': { next: 'endpoint', against: 'request' },
  /** The provider has no capacity at the moment. */
  overloaded: { next: 'endpoint', against: 'endpoint' },
  /** The prompt, or the prompt and the answer, exceed the context of the model. */
  'prompt-too-long': { next: 'larger', against: 'request' },
  /** The provider's policy rejects the content. */
  'content-refused': { next: 'none', against: 'request' },
  /** The model wrote a tool call or a JSON text that the provider rejected. */
  'invalid-output': { next: 'endpoint', against: 'request' },
  /** Something that the request references (a file, cached content) does not exist at this provider. */
  'missing-resource': { next: 'none', against: 'request' },
  /** The request is wrong. */
  'invalid-request': { next: 'none', against: 'request' },
  /** The provider did not answer in time. */
  timeout: { next: 'retry', against: 'endpoint' },
  /** The provider failed: a 5xx, a broken connection, an answer that cannot be decoded. */
  'provider-fault': { next: 'retry', against: 'endpoint' },
  /** The address of the provider is wrong: a redirect, or a method or protocol that it does not accept. */
  'wrong-address': { next: 'endpoint', against: 'endpoint' },
  /** The router's own limit of calls per request; another endpoint may need fewer calls. */
  'no-calls-left': { next: 'endpoint', against: 'request' },
  /** The request runs in a circle of routers (508). Another endpoint would only multiply the calls. */
  loop: { next: 'none', against: 'request' },
} as const satisfies Record<string, Consequence>;

/** One of the closed list {@link ERROR_MEANINGS}. */
export type ErrorMeaning = keyof typeof ERROR_MEANINGS;

/** Returns the consequences of a meaning. */
export const consequenceOf = (meaning: ErrorMeaning): Consequence => ERROR_MEANINGS[meaning];

/** True when the same request may succeed later, without a change to the router's account. */
export const isWorthRepeating = (meaning: ErrorMeaning): boolean =>
  meaning === 'rate-limited' || (meaning !== 'wrong-address' && consequenceOf(meaning).against !== 'key');

/** Meanings of statuses, for an error whose text matches no row. */
const MEANING_OF_STATUS: Readonly<Record<number, ErrorMeaning>> = {
  401: 'bad-key',
  402: 'no-money',
  403: 'not-permitted',
  404: 'no-such-model',
  405: 'wrong-address',
  408: 'timeout',
  409: 'provider-fault',
  410: 'no-such-model',
  421: 'wrong-address',
  424: 'provider-fault',
  425: 'provider-fault',
  426: 'wrong-address',
  429: 'rate-limited',
  451: 'not-permitted',
  // nginx: the client disconnected. The router did not, so the provider is at fault.
  499: 'provider-fault',
  503: 'overloaded',
  504: 'timeout',
  508: 'loop',
  524: 'timeout',
  529: 'overloaded',
};

/** Returns the meaning of an HTTP status, for an error whose text matches no row. */
export function meaningOfStatus(status: number): ErrorMeaning {
  if (status < 400) return 'wrong-address';
  return MEANING_OF_STATUS[status] ?? (status >= 500 ? 'provider-fault' : 'invalid-request');
}
