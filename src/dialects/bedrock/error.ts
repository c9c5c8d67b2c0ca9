/**
 * Reads errors of Converse: the exception's name is in a header of the response, or is the type of a frame; the rest is text
 * (botocore 1.43.107, exception shapes; texts from issues of promptfoo, skydiscover and langchain-aws; read 2026-11-20).
 */
import { RouterError } from '../../unified/error.ts';
import { numberOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { shorten } from '../../lib/printable.ts';
import type { HeaderReader } from '../dialect.ts';
import { createUpstreamError } from '../openai-common/upstream/create-error.ts';
import { ERROR_ROWS } from './error-table.ts';

/** Reads a response with an error status. */
export function parseError(status: number, body: unknown, header?: HeaderReader): RouterError {
  const fields = isObject(body) ? body : {};
  const name = header?.('x-amzn-errortype') ?? textOf(fields.__type);
  const page =
    typeof body === 'string'
      ? body
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim()
      : '';
  const message =
    textOf(fields.message) ?? textOf(fields.Message) ?? (page === '' ? `HTTP ${status} without a message` : shorten(page, 200));
  return toError(name, message, { status, body: isObject(body) ? body : { message: body } });
}

/** Reads a frame that is an exception, else null. `name` is the type of the frame. */
export function readException(name: string, payload: unknown): RouterError | null {
  const isError = name === 'error';
  if (!isError && !/exception$/i.test(name)) return null;
  const fields = isObject(payload) ? payload : {};
  const message = textOf(fields.message) ?? textOf(fields.originalMessage) ?? 'the upstream reported an error without a message';
  const status = numberOf(fields.originalStatusCode);
  return toError(isError ? textOf(fields.code) : name, message, { status, body: fields });
}

/** Returns the error in a document with HTTP 200 and without an answer, or null. */
export function findErrorIn(body: WireObject): RouterError | null {
  const fields = isObject(body.error) ? body.error : body;
  const name = textOf(body.__type);
  const message = textOf(fields.message) ?? textOf(fields.Message) ?? textOf(body.error);
  if (name === null && message === null) return null;
  return toError(name, message ?? 'the upstream reported an error without a message', { status: null, body });
}

type ErrorSource = { status: number | null; body: WireObject };

function toError(exception: string | null, message: string, { status, body }: ErrorSource): RouterError {
  // `ValidationException:http://...` and `com.amazon.coral.service#ValidationException` are the same.
  const code = exception?.split(':')[0]?.split('#').at(-1) ?? null;
  const known = code?.replace(/exception$/i, '') ?? null;
  const error = createUpstreamError({ message, code: known, status, body }, ERROR_ROWS);
  const param = error.type === 'invalid_request' ? paramIn(message) : null;
  return new RouterError(error.type, message, { ...error.details, raw: code ?? undefined, ...(param === null ? {} : { param }) });
}

/** Matches texts that name a field. */
const NAMES_FIELD: readonly RegExp[] = [
  /extraneous key \[([^\]]+)\]/,
  /at '([\w.]+)' failed to satisfy/,
  /doesn't support the ([\w.]+) field/,
  /`\w+` and `(\w+)` cannot both be specified/,
  /`(\w+)` (?:is|may only)/,
  /#\/([\w/]+):/,
  /([\w.]+): Extra inputs are not permitted/,
];

/** Wire names in paths, and the names that clients know. */
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
    const known = KNOWN_AS.find(([pattern]) => pattern.test(path));
    return known?.[1] ?? path.split('.').at(-1) ?? path;
  }
  return null;
}
