/**
 * Writes errors in OpenAI's words: `{error: {message, type, code, param}}`. Clients decide by status and code: Codex 0.171 ends a turn at
 * `context_length_exceeded`, `invalid_prompt`, `insufficient_quota` and `server_is_overloaded`, and repeats most others (measured 2026-11-30).
 */
import type { RouterError } from '../../../unified/error.ts';
import type { ErrorType } from '../../../unified/error-type.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { clientPath } from '../../../unified/request/client-path.ts';
import { messageOf, paramText } from '../../shared/error-fields.ts';
import { FORMAT } from '../format-name.ts';
import { NAMES } from './names.ts';

/** What an error of one type is called. `status`: where it is not that of the type. */
type ErrorWords = { type: string; code: string | null; status?: number };

const INVALID = 'invalid_request_error';
/** OpenAI answers a spent account with 429. Codex sends a request six times after 402, and after 502. */
const SPENT: ErrorWords = { type: 'insufficient_quota', code: 'insufficient_quota', status: 429 };
const SERVER: ErrorWords = { type: 'server_error', code: 'server_error' };

/** Types that are not listed are a fault of the request, without a code. */
const WORDS: Readonly<Partial<Record<ErrorType, ErrorWords>>> = {
  invalid_prompt: { type: INVALID, code: 'invalid_prompt' },
  context_length_exceeded: { type: INVALID, code: 'context_length_exceeded' },
  token_limit_exceeded: { type: INVALID, code: 'context_length_exceeded' },
  string_too_long: { type: INVALID, code: 'string_above_max_length' },
  content_policy_violation: { type: INVALID, code: 'content_policy_violation' },
  refusal: { type: INVALID, code: 'content_policy_violation' },
  invalid_image: { type: INVALID, code: 'invalid_image' },
  image_too_large: { type: INVALID, code: 'image_too_large' },
  image_too_small: { type: INVALID, code: 'image_too_small' },
  unsupported_image_format: { type: INVALID, code: 'unsupported_image_media_type' },
  image_download_failed: { type: INVALID, code: 'failed_to_download_image' },
  image_not_found: { type: INVALID, code: 'image_file_not_found' },
  authentication: { type: INVALID, code: 'invalid_api_key' },
  payment_required: SPENT,
  permission_denied: { type: INVALID, code: 'permission_denied' },
  rate_limit_exceeded: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
  server: SERVER,
  unmapped: SERVER,
  timeout: SERVER,
  provider_unavailable: SERVER,
  provider_overloaded: { type: 'service_unavailable_error', code: 'server_is_overloaded' },
};

/** The fields of an error, in a body and in an event of a stream. */
export type ErrorFields = { message: string; type: string; code: string | null; param: string | null };

/** Returns the fields of an error. */
export function errorFields(error: RouterError): ErrorFields {
  const { clientCode, param } = error.details;
  const { type, code } = wordsOf(error);
  const isMissingModel = error.type === 'not_found' && param !== undefined && /^models?\b/.test(param);
  return {
    message: messageOf(error),
    type,
    code: clientCode ?? (isMissingModel ? 'model_not_found' : code),
    param: param === undefined ? null : paramText(clientParam(param)),
  };
}

/** The field in the client's words. A provider counts messages, several items of which may be one, so its position is left out. */
function clientParam(param: string): string {
  if (param.startsWith('messages')) return 'input';
  return clientPath(NAMES, param.replace(/^(tools\[\d+\])\.(?:function|custom)\b/, '$1'));
}

/** Writes an error before the first byte. The body of an upstream of this format is unchanged, and has its status. */
export function encodeError(error: RouterError): { status: number; headers: Record<string, string>; body: JsonObject } {
  const { status } = wordsOf(error);
  const { original } = error.details;
  // Only a spent account has a status of its own.
  const headers: Record<string, string> = status === undefined ? {} : { 'x-should-retry': 'false' };
  if (original?.format === FORMAT) return { status: error.upstreamStatus ?? status ?? error.status, headers, body: original.payload };
  return { status: status ?? error.status, headers, body: { error: errorFields(error) } };
}

/** A spent account of the operator at a provider has another type: the caller owes nothing. To try again is as useless. */
function wordsOf({ type, meaning }: RouterError): ErrorWords {
  if (meaning === 'no-money') return SPENT;
  return (Object.hasOwn(WORDS, type) ? WORDS[type] : undefined) ?? { type: INVALID, code: null };
}
