/**
 * Writes errors of the Messages format: `{type: "error", error: {type, message, details?}, request_id}` (@anthropic-ai/sdk 1.14.0,
 * resources/shared.ts; statuses of Anthropic's errors page; read 2026-11-30). The same before a stream and in it.
 */
import type { JsonObject } from '../../../lib/json.ts';
import type { RouterError } from '../../../unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../../unified/error-type.ts';
import { isPromptTooLong, withPromptEstimate } from '../../../unified/prompt-overflow.ts';
import { clientPath } from '../../../unified/request/client-path.ts';
import type { ClientFormat } from '../../client-dialect.ts';
import { errorMetadata, messageOf, paramText } from '../../shared/error-fields.ts';
import { THREAD_UNSUPPORTED } from '../only-anthropic.ts';
import { FORMAT } from '../format-name.ts';
import { NAMES } from './names.ts';
import { requestIdOf } from './request-id.ts';

type Kind = { type: string; status: number };

const INVALID: Kind = { type: 'invalid_request_error', status: 400 };

/** Claude Code repeats a 502 ten times, and ends at this one: no repetition helps (measured with 2.1.332, 2026-12-01). */
const SPENT: Kind = { type: 'billing_error', status: 402 };

/** Types with a type or a status of their own. All others are `invalid_request_error`. */
const KINDS: Readonly<Partial<Record<ErrorType, Kind>>> = {
  authentication: { type: 'authentication_error', status: 401 },
  payment_required: SPENT,
  permission_denied: { type: 'permission_error', status: 403 },
  not_found: { type: 'not_found_error', status: 404 },
  method_not_allowed: { ...INVALID, status: 405 },
  payload_too_large: { type: 'request_too_large', status: 413 },
  rate_limit_exceeded: { type: 'rate_limit_error', status: 429 },
  timeout: { type: 'timeout_error', status: 504 },
  provider_overloaded: { type: 'overloaded_error', status: 529 },
};

/** The type and status of an error. Faults of servers without a type here keep their status. */
function kindOf({ type, status, meaning }: RouterError): Kind {
  const kind = meaning === 'no-money' ? SPENT : KINDS[type];
  if (kind !== undefined) return kind;
  return ERROR_TYPES[type].status >= 500 ? { type: 'api_error', status: status >= 500 ? status : 500 } : INVALID;
}

/**
 * The body of an error. That of an upstream of this format is unchanged: clients switch features off by its words.
 *
 * @param requestId as in the header `request-id`.
 * @param estimate tokens of the prompt, for one that is too long where no provider stated its size.
 */
export function errorBody(given: RouterError, requestId: string, estimate?: () => number): JsonObject {
  const own = originalOf(given);
  if (own !== null) return own;
  const error = estimate === undefined ? given : withPromptEstimate(given, estimate);
  const { param, clientCode: code } = error.details;
  return {
    type: 'error',
    error: {
      type: kindOf(error).type,
      message: promptMessage(error),
      ...(code === undefined ? {} : { details: detailsOf(code) }),
      error_type: error.type,
      ...(param === undefined ? {} : { param: paramText(clientPath(NAMES, param)) }),
    },
    request_id: requestId,
    metadata: errorMetadata(error),
  };
}

const originalOf = ({ details: { original } }: RouterError): JsonObject | null => (original?.format === FORMAT ? original.payload : null);

/** Clients read both numbers of a prompt that is too long, and make the conversation shorter. */
function promptMessage(error: RouterError): string {
  if (!isPromptTooLong(error)) return messageOf(error);
  const { prompt = null, maximum = null } = error.details.tokens ?? {};
  return `prompt is too long: ${prompt === null || maximum === null ? messageOf(error) : `${prompt} tokens > ${maximum} maximum`}`;
}

const detailsOf = (code: string): JsonObject => ({ error_code: code, ...(code === THREAD_UNSUPPORTED ? { unsupported: [] } : {}) });

/** Writes an error before the first byte. The header `request-id` is the `request_id` of the body, as at Anthropic. */
export const encodeError: ClientFormat['encodeError'] = (error, { id }) => {
  const body = errorBody(error, requestIdOf(id));
  const { status } = kindOf(error);
  return {
    status: originalOf(error) === null ? status : (error.upstreamStatus ?? status),
    headers: { 'request-id': headerText(body['request_id']) ?? requestIdOf(id) },
    body,
  };
};

/** An id that may stand in a header; null for any other value. */
const headerText = (id: unknown): string | null => (typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : null);
