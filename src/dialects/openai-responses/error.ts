/**
 * Errors of OpenAI's Responses format: the body of an error answer, the `error` event, and a response whose status is `failed`. The
 * words are read by `openai-common/error.ts`; this file knows the codes and the nested fields that only this format has (SDK openai
 * 6.49.0, ResponseError; read 2026-11-20).
 */
import { RouterError, type ErrorType } from '../../unified/error.ts';
import { isObject, textOf, type JsonObject } from '../../unified/json.ts';
import { findErrorIn, parseErrorBody } from '../openai-common/error.ts';

/** Codes that say more than the status of the answer they came with, which inside a stream is none. */
const TYPE_OF_CODE: Readonly<Record<string, ErrorType>> = {
  insufficient_quota: 'rate_limit_exceeded',
  invalid_prompt: 'invalid_prompt',
  bio_policy: 'content_policy_violation',
  image_content_policy_violation: 'content_policy_violation',
  invalid_image: 'invalid_image',
  invalid_image_format: 'unsupported_image_format',
  unsupported_image_media_type: 'unsupported_image_format',
  invalid_base64_image: 'invalid_image',
  invalid_image_url: 'invalid_image',
  invalid_image_mode: 'invalid_image',
  image_parse_error: 'invalid_image',
  empty_image_file: 'invalid_image',
  image_too_large: 'image_too_large',
  image_file_too_large: 'image_too_large',
  image_too_small: 'image_too_small',
  failed_to_download_image: 'image_download_failed',
  image_file_not_found: 'image_not_found',
};

/** Fields that clients know under another name, as they begin in a path. */
const KNOWN_AS: readonly (readonly [RegExp, string])[] = [
  [/^reasoning\.effort/, 'reasoning_effort'],
  [/^text\.verbosity/, 'verbosity'],
  [/^text\.format/, 'response_format'],
];

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  return refine(parseErrorBody(status, body));
}

/** The error in a payload that came with HTTP 200; null when it is none. */
export function findFailure(payload: JsonObject): RouterError | null {
  const { type, response } = payload;
  if (isObject(response)) return findFailed(response, textOf(type));
  const mayBeError = typeof type !== 'string' || type === 'error' || isObject(payload.error);
  const error = mayBeError ? findErrorIn(payload) : null;
  return error && refine(error);
}

function findFailed(response: JsonObject, type: string | null): RouterError | null {
  const status = textOf(response.status) ?? type?.split('.').at(-1);
  if (status !== 'failed' && status !== 'cancelled') return null;
  const said = isObject(response.error) ? findErrorIn({ error: response.error }) : null;
  const error = said ?? new RouterError('provider_unavailable', `the upstream ended the answer with status "${status}"`);
  return refine(error).with({ nativeFinishReason: status });
}

function refine({ type, message, details }: RouterError): RouterError {
  const code = String(details.raw);
  const param = details.param ?? /(?:parameter|argument supplied): ['"]?(\w+(?:\.\w+)*)/i.exec(message)?.[1];
  const wait = /try again in ([\d.]+) ?(ms|s)\b/i.exec(message); // rate limits say so in words only
  return new RouterError(Object.hasOwn(TYPE_OF_CODE, code) ? (TYPE_OF_CODE[code] ?? type) : type, message, {
    ...details,
    ...(param === undefined ? {} : { param: KNOWN_AS.find(([path]) => path.test(param))?.[1] ?? param }),
    ...(wait === null ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(Number(wait[1]) / (wait[2] === 'ms' ? 1000 : 1))) }),
  });
}
