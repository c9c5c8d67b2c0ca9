/**
 * Meanings of upstream errors, as a closed list. An upstream's words decide which one an error has (`dialects/`), never its HTTP status
 * alone; the meaning then decides key rotation, failover, learning, health and waiting alike. Reads no error body.
 */

/** What follows from a meaning. */
type Consequence = {
  /**
   * What may be tried next: `none`, since every endpoint would refuse this request; `key`, another key of this provider and then another
   * endpoint; `endpoint`, another endpoint; `larger`, a model with a larger context; `retry`, the same endpoint or another.
   */
  next: 'none' | 'key' | 'endpoint' | 'larger' | 'retry';
  /** What the error counts against. `request`: no key and no endpoint, so one caller's request changes nothing for other callers. */
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
  /** Too many requests or tokens for now; a later request can pass. */
  'rate-limited': { next: 'key', against: 'key' },
  /** This one request is above a limit per minute, or costs more than the account can still pay: a smaller one can pass, waiting does not help. */
  'above-rate-limit': { next: 'key', against: 'request' },
  /** The provider does not serve this model, or no longer. */
  'no-such-model': { next: 'key', against: 'endpoint' },
  /** The provider serves this model without something that the request needs, e.g. tools. */
  'not-supported': { next: 'endpoint', against: 'request' },
  /** The provider has no capacity at the moment. */
  overloaded: { next: 'endpoint', against: 'endpoint' },
  /** The prompt, or the prompt and the answer, exceed the context of the model. */
  'prompt-too-long': { next: 'larger', against: 'request' },
  /** The provider's policy refuses the content. */
  'content-refused': { next: 'none', against: 'request' },
  /** The model wrote a tool call or a JSON text that the provider rejected. */
  'invalid-output': { next: 'endpoint', against: 'request' },
  /** Something that the request names (a file, a cached content) does not exist at this provider. */
  'missing-resource': { next: 'none', against: 'request' },
  /** The request is wrong. */
  'invalid-request': { next: 'none', against: 'request' },
  /** The provider did not answer in time. */
  timeout: { next: 'retry', against: 'endpoint' },
  /** The provider failed: a 5xx, a broken connection, an answer that cannot be read. */
  'provider-fault': { next: 'retry', against: 'endpoint' },
  /** The address of the provider is wrong: a redirect, a method or a protocol that it does not take. */
  'wrong-address': { next: 'endpoint', against: 'endpoint' },
  /** The router's own limit on the calls of one request; another endpoint may take fewer calls. */
  'no-calls-left': { next: 'endpoint', against: 'request' },
  /** The request goes round in a circle of routers (508): another endpoint would only multiply the calls. */
  loop: { next: 'none', against: 'request' },
} as const satisfies Record<string, Consequence>;

/** One of the closed list {@link ERROR_MEANINGS}. */
export type ErrorMeaning = keyof typeof ERROR_MEANINGS;

/** What follows from a meaning: what may be tried next, and what it counts against. */
export const consequenceOf = (meaning: ErrorMeaning): Consequence => ERROR_MEANINGS[meaning];

/** Whether the same request may succeed later, without a change to the router's account. */
export const isWorthRepeating = (meaning: ErrorMeaning): boolean =>
  meaning === 'rate-limited' || (meaning !== 'wrong-address' && consequenceOf(meaning).against !== 'key');

/** Meanings of statuses, for an error whose words say nothing more. */
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
  // nginx: the client left, which we did not.
  499: 'provider-fault',
  503: 'overloaded',
  504: 'timeout',
  508: 'loop',
  524: 'timeout',
  529: 'overloaded',
};

/** The meaning of an HTTP status, where the words of the error say nothing more. */
export function meaningOfStatus(status: number): ErrorMeaning {
  if (status < 400) return 'wrong-address';
  return MEANING_OF_STATUS[status] ?? (status >= 500 ? 'provider-fault' : 'invalid-request');
}
