/**
 * Errors of OpenAI's Responses format: the body of an error answer, the `error` event, and a response whose status is `failed`. The
 * words are read by `openai-common/error.ts`; this file knows the codes and the nested fields that only this format has (SDK openai
 * 6.49.0, ResponseError; read 2026-11-20).
 */
import { RouterError } from '../../../unified/error.ts';
import type { ErrorType } from '../../../unified/error-type.ts';
import { textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { findErrorIn, parseErrorBody, type ErrorTable } from '../../openai-common/upstream/error.ts';

/** Codes whose meaning is more exact than the status of their answer; inside a stream there is none. */
const TYPE_OF_CODE: Readonly<Record<string, ErrorType>> = {
  invalid_prompt: 'invalid_prompt',
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

const TABLE: ErrorTable = { types: TYPE_OF_CODE };

/** Fields that clients know under another name, as they begin in a path. */
const KNOWN_AS: readonly (readonly [RegExp, string])[] = [
  [/^reasoning\.effort/, 'reasoning_effort'],
  [/^text\.verbosity/, 'verbosity'],
  [/^text\.format/, 'response_format'],
];

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  return refine(parseErrorBody(status, body, TABLE));
}

/** The error in a payload that came with HTTP 200; null when it is none. */
export function findFailure(payload: WireObject): RouterError | null {
  const { type, response } = payload;
  if (isObject(response)) return findFailed(response, textOf(type));
  const mayBeError = typeof type !== 'string' || type === 'error' || isObject(payload.error);
  const error = mayBeError ? findErrorIn(payload, TABLE) : null;
  return error && refine(error);
}

function findFailed(response: WireObject, type: string | null): RouterError | null {
  const status = textOf(response.status) ?? type?.split('.').at(-1);
  if (status !== 'failed' && status !== 'cancelled') return null;
  const found = isObject(response.error) ? findErrorIn({ error: response.error }, TABLE) : null;
  const error = found ?? new RouterError('provider_unavailable', `the upstream ended the answer with status "${status}"`);
  return refine(error).with({ nativeFinishReason: status });
}

function refine({ type, message, details }: RouterError): RouterError {
  const param = details.param ?? /(?:parameter|argument supplied): ['"]?(\w+(?:\.\w+)*)/i.exec(message)?.[1];
  if (param === undefined) return new RouterError(type, message, details);
  return new RouterError(type, message, { ...details, param: KNOWN_AS.find(([pattern]) => pattern.test(param))?.[1] ?? param });
}
