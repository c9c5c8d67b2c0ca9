/**
 * Reads errors in Google's form, `{error: {code, message, status, details}}`, as a response, in an array, or as a chunk of a stream
 * (https://cloud.google.com/apis/design/errors; a recorded 429 of the Vercel AI SDK; texts from issues of zed, Roo-Code and
 * mcp-mesh; read 2026-11-20). The text contains the field at fault as a path, in either style of names.
 */
import type { RouterError } from '../../unified/error.ts';
import { arrayOf, numberOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { createUpstreamError } from '../openai-common/upstream/create-error.ts';
import { findErrorIn, parseErrorBody } from '../openai-common/upstream/error.ts';
import { ERROR_ROWS } from './error-table.ts';

const TABLE = { rows: ERROR_ROWS };

/** Fields of an answer: a chunk with one of these is not an error, unless it has an error field. */
const ANSWER_KEYS = ['candidates', 'promptFeedback', 'usageMetadata', 'modelVersion', 'responseId'] as const;

/** Reads a response with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  return read(status, Array.isArray(body) ? body[0] : body);
}

/** Returns the error in a payload with HTTP 200, or null. */
export function findError(chunk: WireObject): RouterError | null {
  const { error } = chunk;
  if (error === undefined || error === null) return ANSWER_KEYS.some((key) => chunk[key] !== undefined) ? null : findErrorIn(chunk, TABLE);
  const status = isObject(error) ? numberOf(error.code) : null;
  return read(status !== null && status >= 400 ? status : null, { error });
}

function read(httpStatus: number | null, body: unknown): RouterError {
  const error = isObject(body) && isObject(body.error) ? body.error : null;
  const status = error === null ? null : textOf(error.status);
  if (error === null || status === null) return parseErrorBody(httpStatus, body, TABLE);
  const message = textOf(error.message) ?? `${status} without a message`;
  const reason = arrayOf(error.details)
    .map((detail) => (isObject(detail) ? textOf(detail.reason) : null))
    .find((word) => word !== null);
  const made = createUpstreamError({ message, code: reason ?? status, status: httpStatus, body, error }, ERROR_ROWS);
  const param = made.type === 'invalid_request' ? paramIn(message) : null;
  return param === null ? made : made.with({ param });
}

/** Texts that refer to a field without its name on the wire. */
const MEANS: readonly (readonly [RegExp, string])[] = [
  [/thinking level is not supported/i, 'reasoning_effort'],
  [/thinking budget .*is invalid/i, 'reasoning.max_tokens'],
  [/logprobs is not enabled/i, 'responseLogprobs'],
  [/multiple candidates is not enabled/i, 'candidateCount'],
  [/json mode is not enabled|response mime type/i, 'response_format'],
  [/function calling is not enabled/i, 'tools'],
];

/** Beginnings of paths that have another name for clients. */
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
  // Paths in errors are in snake case, fields in camel case.
  const field =
    path
      .split('.')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') ?? '';
  return field === '' ? null : field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
