/**
 * Errors of Workers AI: numbers, in the envelope of the REST interface or before a text ("3040: Capacity temporarily exceeded").
 * Source: https://developers.cloudflare.com/workers-ai/platform/errors/ (read 2026-11-20). Anything without a number is read like the
 * errors of OpenAI-shaped hosts.
 */
import { RouterError, type ErrorDetails, type ErrorType } from '../../unified/error.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../unified/json.ts';
import { findErrorIn as findOpenAiError, parseErrorBody } from '../openai-common/error.ts';

type Meaning = { type: ErrorType; retryable?: boolean };

const MEANINGS: Readonly<Record<string, Meaning>> = {
  3003: { type: 'invalid_request' },
  3006: { type: 'payload_too_large' },
  3007: { type: 'timeout' },
  3008: { type: 'timeout' }, // aborted
  3023: { type: 'permission_denied' },
  // The free allocation of the day is used up: asking again today is no use.
  3036: { type: 'rate_limit_exceeded', retryable: false },
  3039: { type: 'invalid_request' },
  3040: { type: 'provider_overloaded' },
  3041: { type: 'permission_denied' },
  3042: { type: 'not_found' },
  5004: { type: 'invalid_request' },
  5005: { type: 'invalid_request' }, // the model takes no LoRA
  5007: { type: 'not_found' }, // no such model, said with HTTP 400
  5016: { type: 'permission_denied' },
  5018: { type: 'permission_denied' },
  5019: { type: 'invalid_request' },
};

type Said = { code: string | null; message: string };

/** An answer with an error status. */
export function parseError(status: number, body: unknown): RouterError {
  const said = readError(body);
  return said === null ? parseErrorBody(status, body) : toError(said, status);
}

/** The error inside a payload that came with HTTP 200; null when it is none. */
export function findErrorIn(payload: JsonObject): RouterError | null {
  const said = readError(payload);
  return said === null ? findOpenAiError(payload) : toError(said, 502);
}

/** The first error of an envelope, or a text that begins with a number. */
function readError(body: unknown): Said | null {
  if (typeof body === 'string') return numbered(body);
  if (!isObject(body)) return null;
  const first = arrayOf(body.errors).find(isObject);
  const text = textOf(body.error) ?? (isObject(body.error) ? textOf(body.error.message) : null) ?? textOf(body.message);
  if (first === undefined) return text === null ? null : numbered(text);
  const message = textOf(first.message) ?? 'the upstream reported an error without a message';
  const own = numbered(message);
  return { code: codeOf(first.code) ?? own?.code ?? null, message: own?.message ?? message };
}

/** `InferenceUpstreamError: 3040: Capacity ...`: the first number that is known, else the one it begins with, and what it says. */
function numbered(text: string): Said | null {
  const numbers = [...text.matchAll(/\b(\d{4,5}):\s*/g)];
  const found = numbers.find(([, code = '']) => Object.hasOwn(MEANINGS, code)) ?? numbers.find(({ index }) => index === 0);
  return found?.[1] === undefined ? null : { code: found[1], message: text.slice(found.index + found[0].length) || text };
}

const codeOf = (code: unknown) => (typeof code === 'number' || textOf(code) !== null ? String(code) : null);

function toError({ code, message }: Said, status: number): RouterError {
  const meaning = code !== null && Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  // The length of the context is told by words only.
  const general = parseErrorBody(status, { error: { message } });
  const type = general.type === 'context_length_exceeded' ? general.type : (meaning?.type ?? general.type);
  const param = fieldIn(message);
  const details: ErrorDetails = {
    ...(code === null ? {} : { raw: code }),
    ...(param === null ? {} : { param }),
    ...(meaning?.retryable === undefined ? {} : { retryable: meaning.retryable }),
  };
  return new RouterError(type, message, details);
}

/** Schema errors name the place: "Type mismatch of '/top_k', 'string' not in 'integer'". */
const fieldIn = (message: string): string | null => /'\/([a-z][a-z0-9_]*)/.exec(message)?.[1] ?? null;
