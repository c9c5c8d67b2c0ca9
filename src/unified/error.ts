/**
 * The error that every part of the router throws, and the error types and meanings of upstream statuses. Shapes no response: that is the
 * client format.
 */
import type { ErrorFacts } from './error-facts.ts';
import type { ErrorRow } from './error-rows.ts';
import { ERROR_TYPES, type ErrorType } from './error-type.ts';
import { meaningOfStatus, type ErrorMeaning } from './meaning.ts';

/** What an error may carry besides its type and message. */
export type ErrorDetails = {
  /** The request field at fault, as the client wrote it. */
  param?: string;
  /** What the upstream's words mean, where they say more than the status and the type do. */
  meaning?: ErrorMeaning;
  /** What is proven of that: the meaning without words that the request holds, too. Keys and health go by it. Absent = all of it. */
  proven?: ErrorMeaning;
  /** HTTP status of the upstream's answer. */
  upstreamStatus?: number;
  /** The error as the upstream sent it, not sanitised, until `upstream/` has made it fit for the client. */
  upstream?: UpstreamError;
  /** HTTP status where it differs from the type's own, e.g. an upstream's 529. */
  status?: number;
  /** Overrides the type's rule, e.g. a key the provider refused: 502, yet no use to repeat. */
  retryable?: boolean;
  /** Seconds the client should wait, at least 1. */
  retryAfterSeconds?: number;
  /** Name of the provider that failed. */
  providerName?: string;
  /** What the upstream said, sanitised. */
  raw?: unknown;
  /** The upstream's own finish reason, where it gave one. */
  nativeFinishReason?: string;
  /** Headers that the answer carries besides the usual ones: what was tried before it failed. */
  headers?: Readonly<Record<string, string>>;
  /** More for `error.metadata`, e.g. the adjustments refused. */
  metadata?: Record<string, unknown>;
};

/** An error as an upstream sent it. */
export type UpstreamError = {
  facts: ErrorFacts;
  /** The error object whole; null = there was none, e.g. a text. */
  body: unknown;
  /** The row that gave it its meaning; absent = its HTTP status did. */
  row?: ErrorRow;
};

/** The only error this house throws on purpose. Everything else is a bug and becomes `server`. */
export class RouterError extends Error {
  readonly type: ErrorType;
  readonly details: ErrorDetails;

  constructor(type: ErrorType, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'RouterError';
    this.type = type;
    this.details = details;
  }

  /** HTTP status to answer with. */
  get status(): number {
    return this.details.status ?? ERROR_TYPES[this.type].status;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.details.retryable ?? ERROR_TYPES[this.type].retryable;
  }

  /** HTTP status of the upstream's refusal; null when there was none. */
  get upstreamStatus(): number | null {
    return this.details.upstreamStatus ?? null;
  }

  /** What the error means for the next attempt, for keys and for health. */
  get meaning(): ErrorMeaning {
    const { meaning } = this.details;
    if (meaning !== undefined) return meaning;
    const byType = Object.hasOwn(MEANING_OF_TYPE, this.type) ? MEANING_OF_TYPE[this.type] : undefined;
    if (byType !== undefined) return byType;
    if (this.upstreamStatus !== null) return meaningOfStatus(this.upstreamStatus);
    // No status: the connection, a deadline, or an error inside an answer.
    return this.retryable ? 'provider-fault' : 'invalid-request';
  }

  /** What keys and the health of endpoints may take from the error: a request must not steer them by words that a provider repeats. */
  get proven(): ErrorMeaning {
    return this.details.proven ?? this.meaning;
  }

  /** The same error with more said about it; what was known already stays. */
  with(details: ErrorDetails): RouterError {
    return new RouterError(this.type, this.message, { ...details, ...this.details });
  }
}

/** Meanings that a type alone states. */
const MEANING_OF_TYPE: Readonly<Partial<Record<ErrorType, ErrorMeaning>>> = {
  context_length_exceeded: 'prompt-too-long',
  content_policy_violation: 'content-refused',
  timeout: 'timeout',
  authentication: 'bad-key',
  payment_required: 'no-money',
  permission_denied: 'not-permitted',
  rate_limit_exceeded: 'rate-limited',
  provider_overloaded: 'overloaded',
  loop_detected: 'loop',
};

/** Types that a meaning stands for, where there is one. */
const TYPE_OF_MEANING: Readonly<Partial<Record<ErrorMeaning, ErrorType>>> = {
  'bad-key': 'authentication',
  'no-money': 'payment_required',
  'not-permitted': 'permission_denied',
  'rate-limited': 'rate_limit_exceeded',
  'above-rate-limit': 'payload_too_large',
  'no-such-model': 'not_found',
  overloaded: 'provider_overloaded',
  'prompt-too-long': 'context_length_exceeded',
  'content-refused': 'content_policy_violation',
  'invalid-output': 'provider_unavailable',
  timeout: 'timeout',
};

/** Types that say that a provider failed; any other of a kind that has none of its own says that the request is wrong. */
const FAULTS: ReadonlySet<ErrorType> = new Set(['server', 'provider_unavailable', 'provider_overloaded', 'timeout', 'unmapped']);

/** The error type of a meaning. @param otherwise the type by status, kept where the meaning allows it. */
export function errorTypeOfMeaning(meaning: ErrorMeaning, otherwise: ErrorType): ErrorType {
  const type = TYPE_OF_MEANING[meaning];
  if (type !== undefined) return type;
  if (meaning === 'provider-fault' || meaning === 'wrong-address') return FAULTS.has(otherwise) ? otherwise : 'provider_unavailable';
  const isRequest = !ERROR_TYPES[otherwise].retryable && !NOT_OF_REQUEST.has(otherwise);
  return isRequest ? otherwise : 'invalid_request';
}

/** Types that blame the router's account or the path. */
const NOT_OF_REQUEST: ReadonlySet<ErrorType> = new Set(['authentication', 'payment_required', 'permission_denied', 'method_not_allowed']);

const TYPE_OF_STATUS: Record<number, ErrorType> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'payment_required',
  403: 'permission_denied',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'provider_unavailable',
  425: 'provider_unavailable',
  408: 'timeout',
  412: 'precondition_failed',
  413: 'payload_too_large',
  422: 'unprocessable',
  429: 'rate_limit_exceeded',
  500: 'server',
  503: 'provider_overloaded',
  504: 'timeout',
  508: 'loop_detected',
  524: 'timeout',
  529: 'provider_overloaded',
};

/** The error type that an HTTP status stands for, where nothing better is known. */
export function errorTypeOfStatus(status: number): ErrorType {
  return TYPE_OF_STATUS[status] ?? (status >= 500 ? 'provider_unavailable' : 'invalid_request');
}

/** An answer of an upstream, or one event of it, that cannot be read. What comes after such an event may be good all the same. */
export class UnreadableError extends RouterError {}

/**
 * The error for an answer of an upstream, or a piece of one, that is not a JSON object.
 *
 * @param raw what came instead, where it may be shown once it is sanitised.
 */
export function notJson(raw?: unknown): UnreadableError {
  const message = 'the upstream sent something that is not a JSON object';
  return new UnreadableError('provider_unavailable', message, raw === undefined ? {} : { raw });
}

/** Anything thrown, as a RouterError. The text of an unforeseen error is not shown: it may hold what the caller must not see. */
export function toRouterError(thrown: unknown): RouterError {
  if (thrown instanceof RouterError) return thrown;
  return new RouterError('server', 'The router failed while handling this request. This is a bug in the router, not in the request.');
}
