/**
 * Defines the error that the router throws, and maps statuses to error types and meanings. Client formats write error responses.
 */
import type { ErrorFacts } from './error-facts.ts';
import type { ErrorRow } from './error-rows.ts';
import { ERROR_TYPES, type ErrorType } from './error-type.ts';
import { meaningOfStatus, type ErrorMeaning } from './meaning.ts';
import type { Original } from './original.ts';
import type { RateLimit } from './rate-limits.ts';

/** Optional details of an error. */
export type ErrorDetails = {
  /** The request field at fault, as the client named it. */
  param?: string;
  /** The code that the client's format has for it, where that is more specific than the type. */
  clientCode?: string;
  /** Of a prompt that is too long. */
  tokens?: PromptOverflow;
  /** Meaning of the upstream's text, if it is more specific than status and type. */
  meaning?: ErrorMeaning;
  /** The part of the meaning that is proven: without text that also appears in the request. Used for keys and health. Absent = all. */
  proven?: ErrorMeaning;
  /** HTTP status of the upstream's answer. */
  upstreamStatus?: number;
  /** The error as received, not masked; removed in `upstream/` before the client sees the error. */
  upstream?: UpstreamError;
  /** HTTP status, if it differs from the type's, e.g. an upstream's 529. */
  status?: number;
  /** Overrides the type's value, e.g. for a rejected key: status 502, but a retry cannot help. */
  retryable?: boolean;
  /** Seconds the client should wait, at least 1. */
  retryAfterSeconds?: number;
  /** Limits of the provider's account, as its error states them. */
  rateLimits?: readonly RateLimit[];
  /** Name of the provider that failed. */
  providerName?: string;
  /** The upstream's error, masked. */
  raw?: unknown;
  /**
   * The body of the upstream's error, where the client has its format: as the format has it for an HTTP error, also for an error inside a
   * stream. Masked and bounded in `upstream/`. Absent for an error of the router's account, which does not concern the client.
   */
  original?: Original;
  /** The upstream's own finish reason. */
  nativeFinishReason?: string;
  /** Additional response headers: the attempts before the failure. */
  headers?: Readonly<Record<string, string>>;
  /** The failure is in the record of a generation. */
  isRecorded?: true;
  /** Additional fields of `error.metadata`, e.g. rejected adjustments. */
  metadata?: Record<string, unknown>;
};

/** Sizes of a prompt that is too long, in tokens. `prompt`: with the answer that was asked for, where that is counted; null = not known. */
export type PromptOverflow = { prompt: number | null; maximum: number | null };

/** An error as received from an upstream. */
export type UpstreamError = {
  facts: ErrorFacts;
  /** The whole error object; null = none, e.g. a text. */
  body: unknown;
  /** The row that matched; absent = the HTTP status decided. */
  row?: ErrorRow;
};

/** The only error that the router throws on purpose. Any other error is a bug and becomes `server`. */
export class RouterError extends Error {
  readonly type: ErrorType;
  readonly details: ErrorDetails;

  constructor(type: ErrorType, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'RouterError';
    this.type = type;
    this.details = details;
  }

  /** HTTP status of the response. */
  get status(): number {
    return this.details.status ?? ERROR_TYPES[this.type].status;
  }

  /** True when the same request may succeed later. */
  get retryable(): boolean {
    return this.details.retryable ?? ERROR_TYPES[this.type].retryable;
  }

  /** HTTP status of the upstream's error; null when there was none. */
  get upstreamStatus(): number | null {
    return this.details.upstreamStatus ?? null;
  }

  /** Meaning of the error for the next attempt, for keys and for health. */
  get meaning(): ErrorMeaning {
    const { meaning } = this.details;
    if (meaning !== undefined) return meaning;
    const byType = Object.hasOwn(MEANING_OF_TYPE, this.type) ? MEANING_OF_TYPE[this.type] : undefined;
    if (byType !== undefined) return byType;
    if (this.upstreamStatus !== null) return meaningOfStatus(this.upstreamStatus);
    // No status: a connection error, a deadline, or an error inside an answer.
    return this.retryable ? 'provider-fault' : 'invalid-request';
  }

  /** The meaning that may affect keys and endpoint health. A request must not control these by text that a provider repeats. */
  get proven(): ErrorMeaning {
    return this.details.proven ?? this.meaning;
  }

  /** Returns a copy with more details; existing details have priority. */
  with(details: ErrorDetails): RouterError {
    return new RouterError(this.type, this.message, { ...details, ...this.details });
  }
}

/** Meanings of types that have exactly one. */
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

/** Types of meanings that have exactly one. */
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

/** Types for a fault of the provider. */
const PROVIDER_FAULTS: ReadonlySet<ErrorType> = new Set(['server', 'provider_unavailable', 'provider_overloaded', 'timeout', 'unmapped']);

/** Returns the error type of a meaning. @param otherwise the type by status, kept when the meaning allows it. */
export function errorTypeOfMeaning(meaning: ErrorMeaning, otherwise: ErrorType): ErrorType {
  const type = TYPE_OF_MEANING[meaning];
  if (type !== undefined) return type;
  if (meaning === 'provider-fault' || meaning === 'wrong-address')
    return PROVIDER_FAULTS.has(otherwise) ? otherwise : 'provider_unavailable';
  const isRequest = !ERROR_TYPES[otherwise].retryable && !NOT_REQUEST_FAULTS.has(otherwise);
  return isRequest ? otherwise : 'invalid_request';
}

/** Types that concern the router's account or the path, not the request. */
const NOT_REQUEST_FAULTS: ReadonlySet<ErrorType> = new Set([
  'authentication',
  'payment_required',
  'permission_denied',
  'method_not_allowed',
]);

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

/** Returns the error type of an HTTP status, when nothing more specific is known. */
export function errorTypeOfStatus(status: number): ErrorType {
  return TYPE_OF_STATUS[status] ?? (status >= 500 ? 'provider_unavailable' : 'invalid_request');
}

/** An answer of an upstream, or one event of it, that cannot be decoded. Later events may still be valid. */
export class UnreadableError extends RouterError {}

/**
 * Creates the error for an upstream's answer, or a part of it, that is not a JSON object.
 *
 * @param raw the received value, if it may be shown after masking.
 */
export function createNotJsonError(raw?: unknown): UnreadableError {
  const message = 'the upstream sent something that is not a JSON object';
  return new UnreadableError('provider_unavailable', message, raw === undefined ? {} : { raw });
}

/** The error for a stream that does not exist, belongs to another caller, or is no longer kept: a caller cannot tell these apart. */
export function missingStream(id: string): RouterError {
  const message = `There is no stream ${JSON.stringify(id.slice(0, 100))} of this key. A stream is kept for ten minutes after its end, unless the operator has set another time.`;
  return new RouterError('not_found', message);
}

/** Converts any thrown value to a RouterError. The text of an unexpected error is not shown, because it may contain secrets. */
export function toRouterError(thrown: unknown): RouterError {
  if (thrown instanceof RouterError) return thrown;
  return new RouterError('server', 'The router failed while handling this request. This is a bug in the router, not in the request.');
}
