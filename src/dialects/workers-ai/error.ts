/**
 * Errors of Workers AI: numbers, in the envelope of the REST interface or before a text ("3040: Capacity temporarily exceeded").
 * Source: https://developers.cloudflare.com/workers-ai/platform/errors/ (read 2026-11-20). Anything without a number is read like the
 * errors of OpenAI-shaped providers.
 */
import type { RouterError } from '../../unified/error.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { createUpstreamError } from '../openai-common/upstream/create-error.ts';
import { findErrorIn as findOpenAiError, parseErrorBody } from '../openai-common/upstream/error.ts';
import { ERROR_ROWS } from './error-table.ts';

/** Numbers that have a row. */
const KNOWN = new Set(ERROR_ROWS.flatMap(({ codes }) => codes ?? []));

type ErrorFields = { code: string | null; message: string };

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const found = readError(body);
  return found === null ? parseErrorBody(status, body) : toError(found, status, body);
}

/** The error inside a payload that came with HTTP 200; null when it is none. */
export function findErrorIn(payload: WireObject): RouterError | null {
  const found = readError(payload);
  return found === null ? findOpenAiError(payload) : toError(found, null, payload);
}

/** The first error of an envelope, or a text that begins with a number. */
function readError(body: unknown): ErrorFields | null {
  if (typeof body === 'string') return numbered(body);
  if (!isObject(body)) return null;
  const first = arrayOf(body.errors).find(isObject);
  const text = textOf(body.error) ?? (isObject(body.error) ? textOf(body.error.message) : null) ?? textOf(body.message);
  if (first === undefined) return text === null ? null : numbered(text);
  const message = textOf(first.message) ?? 'the upstream reported an error without a message';
  const own = numbered(message);
  return { code: codeOf(first.code) ?? own?.code ?? null, message: own?.message ?? message };
}

/** `InferenceUpstreamError: 3040: Capacity ...`: the first number that is known, else the one it begins with, and its text. */
function numbered(text: string): ErrorFields | null {
  const numbers = [...text.matchAll(/\b(\d{4,5}):\s*/g)];
  const found = numbers.find(([, code = '']) => KNOWN.has(code)) ?? numbers.find(({ index }) => index === 0);
  return found?.[1] === undefined ? null : { code: found[1], message: text.slice(found.index + found[0].length) || text };
}

const codeOf = (code: unknown) => (typeof code === 'number' || textOf(code) !== null ? String(code) : null);

function toError({ code, message }: ErrorFields, status: number | null, body: unknown): RouterError {
  return createUpstreamError({ message, code, param: fieldIn(message), status, body }, ERROR_ROWS);
}

/** Schema errors name the place: "Type mismatch of '/top_k', 'string' not in 'integer'". */
const fieldIn = (message: string): string | null => /'\/([a-z][a-z0-9_]*)/.exec(message)?.[1] ?? null;
