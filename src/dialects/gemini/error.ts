/**
 * Errors in Google's form, `{error: {code, message, status, details}}`, as an answer, in an array, or as a chunk of a stream
 * (https://cloud.google.com/apis/design/errors; a recorded 429 of the Vercel AI SDK; texts from issues of zed, Roo-Code and
 * mcp-mesh; read 2026-11-20). Which field is at fault stands in the text, as a path in either style of names.
 */
import { RouterError, errorTypeOfStatus, type ErrorType } from '../../unified/error.ts';
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../unified/json.ts';
import { parseErrorBody } from '../openai-common/error.ts';

const TYPE_OF_STATUS: Readonly<Record<string, ErrorType>> = {
  INVALID_ARGUMENT: 'invalid_request',
  OUT_OF_RANGE: 'invalid_request',
  FAILED_PRECONDITION: 'precondition_failed',
  UNAUTHENTICATED: 'authentication',
  PERMISSION_DENIED: 'permission_denied',
  NOT_FOUND: 'not_found',
  RESOURCE_EXHAUSTED: 'rate_limit_exceeded',
  CANCELLED: 'provider_unavailable',
  INTERNAL: 'server',
  UNKNOWN: 'server',
  UNAVAILABLE: 'provider_overloaded',
  DEADLINE_EXCEEDED: 'timeout',
};

const TOO_LONG = /(input )?token count .*(exceeds|only supports|maximum)/i;

/** The account, not the request: "User location is not supported for the API use.", "... please enable billing". */
const OF_ACCOUNT = /user location|billing|free tier/i;

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const error = isObject(first) && isObject(first.error) ? first.error : null;
  return error !== null && textOf(error.status) !== null ? toError(error, status) : parseErrorBody(status, first);
}

/** The error inside a payload that came with HTTP 200; null when the payload is none. */
export function findError({ error }: JsonObject): RouterError | null {
  if (error === undefined || error === null) return null;
  const status = isObject(error) ? numberOf(error.code) : null;
  return parseError(status !== null && status >= 400 ? status : 502, { error });
}

function toError(error: JsonObject, httpStatus: number): RouterError {
  const status = textOf(error.status) ?? '';
  const message = textOf(error.message) ?? `${status} without a message`;
  const details = arrayOf(error.details).filter(isObject);
  const reason = details.map((detail) => textOf(detail.reason)).find((word) => word !== null) ?? null;
  const type = typeOf(status, reason, message, httpStatus);
  const param = type === 'invalid_request' ? paramIn(message) : null;
  const retryAfterSeconds = retryAfter(details);
  return new RouterError(type, message, {
    raw: reason ?? status,
    ...(param === null ? {} : { param }),
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  });
}

function typeOf(status: string, reason: string | null, message: string, httpStatus: number): ErrorType {
  if (reason === 'API_KEY_INVALID' || /api key not valid|api key expired/i.test(message)) return 'authentication';
  const type = Object.hasOwn(TYPE_OF_STATUS, status) ? TYPE_OF_STATUS[status] : undefined;
  if (type === 'invalid_request' && TOO_LONG.test(message)) return 'context_length_exceeded';
  if (type === 'precondition_failed' && OF_ACCOUNT.test(message)) return 'permission_denied';
  return type ?? errorTypeOfStatus(httpStatus);
}

/** `RetryInfo.retryDelay`: "34.4s". No header says it. */
function retryAfter(details: readonly JsonObject[]): number | null {
  const delay = details
    .map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(textOf(retryDelay) ?? '')?.[1])
    .find((text) => text !== undefined);
  return delay === undefined ? null : Math.max(1, Math.ceil(Number(delay)));
}

/** Sentences that mean a field without naming it as it was sent. */
const MEANS: readonly (readonly [RegExp, string])[] = [
  [/thinking level is not supported/i, 'reasoning_effort'],
  [/thinking budget .*is invalid/i, 'reasoning.max_tokens'],
  [/logprobs is not enabled/i, 'responseLogprobs'],
  [/multiple candidates is not enabled/i, 'candidateCount'],
  [/json mode is not enabled|response mime type/i, 'response_format'],
  [/function calling is not enabled/i, 'tools'],
];

/** Where a path begins that clients know under another name. */
const BEGINS: readonly (readonly [RegExp, string])[] = [
  [/^tool_?config/i, 'tool_choice'],
  [/^tools/i, 'tools'],
  [/^(contents|system_?instruction)/i, 'messages'],
  [/response_?(json_?)?schema/i, 'response_format'],
];

function paramIn(message: string): string | null {
  const meant = MEANS.find(([sentence]) => sentence.test(message));
  if (meant !== undefined) return meant[1];
  const unknown = /Unknown name "([^"]+)"(?: at '([^']*)')?/.exec(message);
  const path =
    unknown?.[2] ?? /(?:Invalid value|Proto field is not repeating|Invalid JSON payload[^']*) at '([^']+)'/i.exec(message)?.[1] ?? '';
  const known = BEGINS.find(([start]) => start.test(path.replace(/^generation_?config\./i, '')));
  if (known !== undefined) return known[1];
  if (unknown?.[1] !== undefined) return unknown[1];
  // Paths are told in snake case, fields are sent in camel case.
  const field =
    path
      .split('.')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') ?? '';
  return field === '' ? null : field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
