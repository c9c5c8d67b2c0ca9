/**
 * Errors inside an answer of OpenAI Responses: the `error` event and the error of a failed response. Codex 0.171 decides by the code of the
 * latter (measured 2026-11-30): it ends the turn, waits after `rate_limit_exceeded`, or repeats the request five times.
 */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { RouterError } from '../../../unified/error.ts';
import { errorFields } from './errors.ts';
import { FORMAT } from '../format-name.ts';

/** Codes that Codex ends the turn for or waits after, and those of OpenAI's closed list (SDK openai 7.59.0, ResponseError). */
const CODES: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'insufficient_quota',
  'invalid_prompt',
  'rate_limit_exceeded',
  'server_is_overloaded',
  'invalid_image',
  'image_too_large',
  'image_too_small',
  'unsupported_image_media_type',
  'failed_to_download_image',
  'image_file_not_found',
]);

/** The error of a failed response. */
export type ResponseError = { code: string; message: string };

/** Returns the error of a failed response. A time to wait is in the message: Codex reads it there. */
export function responseError(error: RouterError): ResponseError {
  const { message, code: known } = errorFields(error);
  const otherwise = error.retryable ? 'server_error' : 'invalid_prompt';
  const code = nativeCode(error) ?? (known !== null && CODES.has(known) ? known : otherwise);
  const seconds = error.details.retryAfterSeconds;
  const mustAdd = code === 'rate_limit_exceeded' && seconds !== undefined && !/try again in/i.test(message);
  return { code, message: mustAdd ? `${message.replace(/[^.!?]$/, '$&.')} Please try again in ${seconds}s.` : message };
}

/** Fields of the `error` event: flat as OpenAI's clients read them, and nested as those of Open Responses do. */
export function errorEventFields(error: RouterError): JsonObject {
  const flat = { ...responseError(error), param: errorFields(error).param };
  return { ...flat, error: { type: errorKind(error.status), ...flat } };
}

/** Types of errors of Open Responses (specification of 2026-04-24), by status. */
function errorKind(status: number): string {
  if (status === 404) return 'not_found';
  if (status === 429) return 'too_many_requests';
  return status < 500 ? 'invalid_request' : 'server_error';
}

/** The code in the upstream's own error of this format; null = it has none. */
function nativeCode({ details: { original } }: RouterError): string | null {
  if (original?.format !== FORMAT || !isObject(original.payload['error'])) return null;
  return textOf(original.payload['error']['code']);
}
