/**
 * Errors of Converse: the exception's name in a header of an error answer or as the type of a frame, the rest as text
 * (botocore 1.43.107, exception shapes; texts from issues of promptfoo, skydiscover and langchain-aws; read 2026-11-20).
 */
import { RouterError, errorTypeOfStatus, type ErrorType } from '../../unified/error.ts';
import { isObject, numberOf, textOf } from '../../unified/json.ts';
import type { HeaderReader } from '../dialect.ts';

/** Exceptions, in lower case and without that word. */
const TYPE_OF_EXCEPTION: Readonly<Record<string, ErrorType>> = {
  validation: 'invalid_request',
  servicequotaexceeded: 'rate_limit_exceeded',
  throttling: 'rate_limit_exceeded',
  accessdenied: 'permission_denied',
  unrecognizedclient: 'authentication',
  expiredtoken: 'authentication',
  invalidsignature: 'authentication',
  incompletesignature: 'authentication',
  missingauthenticationtoken: 'authentication',
  resourcenotfound: 'not_found',
  modeltimeout: 'timeout',
  modelerror: 'provider_unavailable',
  modelstreamerror: 'provider_unavailable',
  modelnotready: 'provider_overloaded',
  serviceunavailable: 'provider_overloaded',
  internalserver: 'server',
};

const TOO_LONG = /(input|prompt) is too long|maximum context|context (window|length)|exceeds? the model.{0,20}(context|maximum input)/i;

/** An answer with an error status. */
export function parseError(status: number, body: unknown, header?: HeaderReader): RouterError {
  const fields = isObject(body) ? body : {};
  const name = header?.('x-amzn-errortype') ?? textOf(fields.__type);
  const page =
    typeof body === 'string'
      ? body
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
          .slice(0, 200)
      : '';
  const message = textOf(fields.message) ?? textOf(fields.Message) ?? (page === '' ? `HTTP ${status} without a message` : page);
  return toError(name, message, errorTypeOfStatus(status));
}

/** A frame that is an exception, or null: `name` is the type of the frame. */
export function readException(name: string, payload: unknown): RouterError | null {
  const isError = name === 'error';
  if (!isError && !/exception$/i.test(name)) return null;
  const fields = isObject(payload) ? payload : {};
  const message = textOf(fields.message) ?? textOf(fields.originalMessage) ?? 'the upstream reported an error without a message';
  const status = numberOf(fields.originalStatusCode);
  return toError(isError ? textOf(fields.code) : name, message, status === null ? 'provider_unavailable' : errorTypeOfStatus(status));
}

function toError(exception: string | null, message: string, otherwise: ErrorType): RouterError {
  // `ValidationException:http://...` and `com.amazon.coral.service#ValidationException` are the same.
  const raw = exception?.split(':')[0]?.split('#').at(-1);
  const known = raw?.toLowerCase().replace(/exception$/, '') ?? '';
  const type = Object.hasOwn(TYPE_OF_EXCEPTION, known) ? (TYPE_OF_EXCEPTION[known] ?? otherwise) : otherwise;
  if (type !== 'invalid_request') return new RouterError(type, message, { raw });
  if (TOO_LONG.test(message)) return new RouterError('context_length_exceeded', message, { raw });
  const param = paramIn(message);
  return new RouterError(type, message, { raw, ...(param === null ? {} : { param }) });
}

/** Ways to name a field. */
const NAMES_FIELD: readonly RegExp[] = [
  /extraneous key \[([^\]]+)\]/,
  /at '([\w.]+)' failed to satisfy/,
  /doesn't support the ([\w.]+) field/,
  /`\w+` and `(\w+)` cannot both be specified/,
  /`(\w+)` (?:is|may only)/,
  /#\/([\w/]+):/,
  /([\w.]+): Extra inputs are not permitted/,
];

/** Fields that clients know under another name, as they stand in a path. */
const KNOWN_AS: readonly (readonly [RegExp, string])[] = [
  [/toolChoice/, 'tool_choice'],
  [/toolConfig/, 'tools'],
  [/textFormat/, 'response_format'],
  [/(output_config|outputConfig)\.effort/, 'reasoning_effort'],
  [/requestMetadata/, 'requestMetadata'],
];

function paramIn(message: string): string | null {
  for (const pattern of NAMES_FIELD) {
    const path = pattern.exec(message)?.[1]?.replaceAll('/', '.');
    if (path === undefined) continue;
    const known = KNOWN_AS.find(([place]) => place.test(path));
    return known?.[1] ?? path.split('.').at(-1) ?? path;
  }
  return null;
}
