/**
 * Reads error bodies of OpenAI-compatible providers. There are about nine forms; their order matters, because some contain others. The
 * provider's name is added by `upstream/`.
 */
import type { ErrorRow } from '../../../unified/error-rows.ts';
import type { RouterError } from '../../../unified/error.ts';
import type { ErrorType } from '../../../unified/error-type.ts';
import { arrayOf, numberOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';
import { shorten } from '../../../lib/printable.ts';
import { createUpstreamError } from './create-error.ts';

/** The fields of an error body; `error` is the object that contains them. */
type ErrorFields = {
  message: string | null;
  code: string | null;
  type: string | null;
  param: string | null;
  status: number | null;
  error?: unknown;
};

const SILENCE = 'the upstream reported an error without a message';

const EMPTY: ErrorFields = { message: null, code: null, type: null, param: null, status: null };

/** Additions of a format: its table, and codes with a more specific type. */
export type ErrorTable = { rows?: readonly ErrorRow[]; types?: Readonly<Record<string, ErrorType>> };

/** Reads a response with an error status. @param status null = an error inside an answer. */
export function parseErrorBody(status: number | null, body: unknown, table: ErrorTable = {}): RouterError {
  const document: unknown = Array.isArray(body) && body.length > 0 ? body[0] : body;
  const fields = isObject(document) ? readError(document) : EMPTY;
  const text =
    fields.message ??
    (typeof document === 'string' && document !== ''
      ? summarize(document)
      : status === null
        ? SILENCE
        : `HTTP ${status} without a message`);
  return toError({ ...fields, message: text, status }, document, table);
}

/** Returns the error in a payload with HTTP 200, or null. */
export function findErrorIn(payload: WireObject, table: ErrorTable = {}): RouterError | null {
  const groq = isObject(payload.x_groq) ? textOf(payload.x_groq.error) : null;
  if (groq !== null && !isRaised(payload)) return toError({ ...EMPTY, message: groq, error: payload.x_groq }, payload, table);
  const isError = isRaised(payload) || [payload.object, payload.type, payload.status].includes('error');
  // A payload without choices may have the words of an error and nothing to call it one: `{detail}`, `{message, type}`.
  if (!isError && Array.isArray(payload.choices)) return null;
  const fields = readError(payload);
  return isError || fields.message !== null ? toError({ ...fields, message: fields.message ?? SILENCE }, payload, table) : null;
}

/** True when a field is set that only errors have. */
function isRaised({ error, errors, base_resp: base }: WireObject): boolean {
  const isFilled = error !== undefined && error !== null && error !== false && error !== '';
  return isFilled || arrayOf(errors).length > 0 || failedBase(base) !== null;
}

/** MiniMax's `base_resp: {status_code, status_msg}`, where the code is not 0. */
const failedBase = (base: unknown): WireObject | null =>
  isObject(base) && base.status_code !== undefined && base.status_code !== 0 ? base : null;

/** Keys with the error message. */
const MESSAGE_KEYS = ['message', 'Message', 'msg', 'error_message', 'error_msg', 'errorMessage', 'status_msg', 'detail'] as const;

const sentenceOf = (body: WireObject): string | null => MESSAGE_KEYS.map((key) => textOf(body[key])).find((text) => text !== null) ?? null;

function readError(body: WireObject): ErrorFields {
  const { error } = body;
  if (isObject(error)) {
    return {
      ...readFlat(error),
      message: sentenceOf(error) ?? textOf(error.error) ?? summarize(JSON.stringify(error)),
      status: statusIn(error, body),
      error,
    };
  }
  if (typeof error === 'string' && error !== '')
    return { ...readFlat(body), message: error, type: textOf(body.error_type), status: statusIn(body) };
  const base = failedBase(body.base_resp);
  if (base !== null) return { ...EMPTY, message: textOf(base.status_msg), code: String(base.status_code) };
  const sentence = sentenceOf(body);
  if (sentence !== null) return { ...readFlat(body), message: sentence, status: statusIn(body) };
  // Mistral puts the whole answer of its FastAPI into `message`: an object with `detail`, or the list itself.
  const validation = readValidation(isObject(body.message) ? body.message.detail : body.message) ?? readValidation(body.detail);
  if (validation !== null) return { ...readFlat(body), ...validation };
  if (body.object === 'error' && isObject(body.message)) return { ...readFlat(body), message: summarize(JSON.stringify(body.message)) };
  const wrapped = isObject(body.data) && isRaised(body.data) ? body.data : null;
  const inner = [body.detail, body.fault, arrayOf(body.errors)[0], wrapped].find(isObject);
  if (inner !== undefined) return { ...readError(inner), ...(isObject(body.fault) ? { message: textOf(body.fault.faultstring) } : {}) };
  const first = textOf(arrayOf(body.errors)[0]);
  return first === null ? EMPTY : { ...EMPTY, message: first };
}

function readFlat(error: WireObject): ErrorFields {
  return { ...EMPTY, code: codeOf(error.code), type: textOf(error.type), param: textOf(error.param) };
}

/** Returns a code: a text, or a number that is not an HTTP status. */
const codeOf = (code: unknown): string | null => textOf(code) ?? (numberOf(code) !== null && statusOf(code) === null ? String(code) : null);

/** Reads FastAPI's `detail`, a list of `{loc: ["body", "top_k"], msg}`. The first path is the field at fault. */
function readValidation(detail: unknown): Partial<ErrorFields> | null {
  if (!Array.isArray(detail)) return null;
  const message = detail.map((entry: unknown) => {
    const path = placeOf(entry);
    const text = isObject(entry) ? (textOf(entry.msg) ?? summarize(JSON.stringify(entry))) : summarize(JSON.stringify(entry) ?? '');
    return path === '' ? text : `${path}: ${text}`;
  });
  return { message: message.join('; '), param: detail.map(placeOf).find((path) => path !== '') ?? null };
}

/** Returns the path of an entry in the body (`messages.0.name`), or ''. */
function placeOf(entry: unknown): string {
  return arrayOf(isObject(entry) ? entry.loc : null)
    .filter((step) => step !== 'body')
    .join('.');
}

function statusOf(code: unknown): number | null {
  const status = numberOf(code) ?? (typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : null);
  return status !== null && status >= 400 && status <= 599 ? status : null;
}

/** Returns the status inside an error, under any of the known names: NVIDIA's is `{status, title, detail}`. */
function statusIn(...bodies: WireObject[]): number | null {
  const values = bodies.flatMap(({ code, status, status_code: snake, statusCode }) => [code, status, snake, statusCode]);
  return values.map(statusOf).find((status) => status !== null) ?? null;
}

function toError(fields: ErrorFields & { message: string }, body: unknown, { rows, types }: ErrorTable): RouterError {
  const { message, param, status, error } = fields;
  const code = fields.code ?? fields.type;
  const type = code !== null && types !== undefined && Object.hasOwn(types, code) ? types[code] : undefined;
  const known = error === undefined ? {} : { error };
  return createUpstreamError({ message, code, param, status, body, ...known, ...(type === undefined ? {} : { type }) }, rows);
}

/** Shortens text that is not JSON (an HTML page of a proxy) to one line. */
function summarize(text: string): string {
  const line = text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return shorten(line, 200) || 'an empty body';
}
