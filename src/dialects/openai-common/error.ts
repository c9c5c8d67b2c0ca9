/**
 * Error bodies of hosts that speak OpenAI's formats. There are about nine shapes; the order in which they are tried matters,
 * because some contain others. Reads what the upstream said; which provider it was is added by `upstream/`.
 */
import { RouterError, errorTypeOfStatus, type ErrorType } from '../../unified/error.ts';
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../unified/json.ts';

/** The words of an error body. */
type Said = { message: string | null; code: string | null; type: string | null; param: string | null; status: number | null };

const SILENT: Said = { message: null, code: null, type: null, param: null, status: null };

/** Codes and types that say more than the HTTP status does. */
const TYPE_OF_WORD: Readonly<Record<string, ErrorType>> = {
  context_length_exceeded: 'context_length_exceeded',
  exceed_context_size_error: 'context_length_exceeded',
  rate_limit_exceeded: 'rate_limit_exceeded',
  rate_limit_error: 'rate_limit_exceeded',
  overloaded_error: 'provider_overloaded',
  provider_overloaded: 'provider_overloaded',
  engine_overloaded: 'provider_overloaded',
  unavailable_error: 'provider_overloaded',
  content_policy_violation: 'content_policy_violation',
  content_filter: 'content_policy_violation',
  timeout: 'timeout',
  timeout_error: 'timeout',
  invalid_request_error: 'invalid_request',
  invalid_request: 'invalid_request',
  // Z.ai's numbers where its status says less: no balance comes as a 429, refused content as a 400 (its API reference, read 2026-11-20).
  '1113': 'payment_required',
  '1301': 'content_policy_violation',
};

const CONTEXT_LENGTH = /maximum context length|context length exceeded|context_length|context window|prompt is too long/i;

/** An answer with an error status. */
export function parseErrorBody(status: number, body: unknown): RouterError {
  const said = isObject(body) ? readError(body) : SILENT;
  const text = said.message ?? (typeof body === 'string' && body !== '' ? summarize(body) : `HTTP ${status} without a message`);
  return toError(said, text, status);
}

/** The error inside a payload that came with HTTP 200; null when the payload is none. */
export function findErrorIn(payload: JsonObject): RouterError | null {
  const groq = isObject(payload.x_groq) ? textOf(payload.x_groq.error) : null;
  const raises = payload.error !== undefined && payload.error !== null && payload.error !== false && payload.error !== '';
  if (!raises && groq === null && payload.object !== 'error' && payload.type !== 'error') {
    return Array.isArray(payload.choices) ? null : readBareError(payload);
  }
  const said = raises || groq === null ? readError(payload) : { ...SILENT, message: groq };
  return toError(said, said.message ?? 'the upstream reported an error without a message', said.status ?? 502);
}

/** A payload without choices that has the words of an error and nothing to call it one: `{detail}`, `{message, type}`. */
function readBareError(payload: JsonObject): RouterError | null {
  const said = readError(payload);
  return said.message === null ? null : toError(said, said.message, said.status ?? 502);
}

function readError(body: JsonObject): Said {
  const { error } = body;
  if (isObject(error)) {
    return {
      ...readFlat(error),
      message: textOf(error.message) ?? textOf(error.error) ?? summarize(JSON.stringify(error)),
      status: statusOf(error.code) ?? statusOf(body.status_code),
    };
  }
  if (typeof error === 'string' && error !== '') return { ...SILENT, message: error, type: textOf(body.error_type) };
  if (textOf(body.message) !== null) return { ...readFlat(body), message: textOf(body.message), status: statusOf(body.code) };
  // Mistral puts the whole answer of its FastAPI into `message`: an object with `detail`, or the list itself.
  const validation = readValidation(isObject(body.message) ? body.message.detail : body.message) ?? readValidation(body.detail);
  if (validation !== null) return { ...readFlat(body), ...validation };
  if (body.object === 'error' && isObject(body.message)) return { ...readFlat(body), message: summarize(JSON.stringify(body.message)) };
  if (isObject(body.fault)) return { ...SILENT, message: textOf(body.fault.faultstring) };
  if (isObject(body.base_resp) && body.base_resp.status_code !== 0) return { ...SILENT, message: textOf(body.base_resp.status_msg) };
  return SILENT;
}

function readFlat(error: JsonObject): Said {
  return { ...SILENT, code: textOf(error.code), type: textOf(error.type), param: textOf(error.param) };
}

/** What FastAPI calls `detail`: a text, or a list of `{loc: ["body", "top_k"], msg}`. The first place named is the field at fault. */
function readValidation(detail: unknown): Partial<Said> | null {
  if (textOf(detail) !== null) return { message: textOf(detail) };
  if (!Array.isArray(detail)) return null;
  const message = detail.map((entry: unknown) => {
    const place = placeOf(entry);
    const text = isObject(entry) ? (textOf(entry.msg) ?? summarize(JSON.stringify(entry))) : summarize(JSON.stringify(entry) ?? '');
    return place === '' ? text : `${place}: ${text}`;
  });
  return { message: message.join('; '), param: detail.map(placeOf).find((place) => place !== '') ?? null };
}

/** `messages.0.name`: where in the body an entry points, or ''. */
function placeOf(entry: unknown): string {
  return arrayOf(isObject(entry) ? entry.loc : null)
    .filter((step) => step !== 'body')
    .join('.');
}

function statusOf(code: unknown): number | null {
  const status = numberOf(code) ?? (typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : null);
  return status !== null && status >= 400 && status <= 599 ? status : null;
}

function toError(said: Said, message: string, status: number): RouterError {
  const word = [said.code, said.type].find((name) => name !== null && Object.hasOwn(TYPE_OF_WORD, name));
  const byWord = word === undefined || word === null ? undefined : TYPE_OF_WORD[word];
  const tooLong = status < 500 && CONTEXT_LENGTH.test(message);
  // A generic word ("invalid_request_error") must not overrule a status that says more (404, 429).
  const precise = byWord !== undefined && (byWord !== 'invalid_request' || status === 502);
  const type = tooLong ? 'context_length_exceeded' : precise ? byWord : errorTypeOfStatus(status);
  const quota = said.code === 'insufficient_quota';
  return new RouterError(type, message, {
    ...(said.param === null ? {} : { param: said.param }),
    ...(quota ? { retryable: false } : {}),
    raw: said.code ?? said.type ?? undefined,
  });
}

/** Text that is not JSON (an HTML page of a proxy), made fit for one line. */
function summarize(text: string): string {
  const line = text
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 200 ? `${line.slice(0, 200)}...` : line || 'an empty body';
}
