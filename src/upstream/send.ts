/**
 * Sends one upstream call; the only caller of `fetch` for providers. Converts everything that is not an answer into a RouterError: refused
 * connections, redirects (never followed, because they would take the key along), error statuses. Messages of the upstream are masked.
 */
import type { UpstreamDialect } from '../dialects/dialect.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';
import { findErrorRow, mayRepeat, type ErrorRow } from '../unified/error-rows.ts';
import { isPromptTooLong, readPromptOverflow } from '../unified/prompt-overflow.ts';
import { RouterError, errorTypeOfMeaning, errorTypeOfStatus } from '../unified/error.ts';
import type { ErrorType } from '../unified/error-type.ts';
import type { Original } from '../unified/original.ts';
import { parseBounded } from '../lib/json.ts';
import { consequenceOf, isWorthRepeating, meaningOfStatus, type ErrorMeaning } from '../unified/meaning.ts';
import { authorize, type Authorized, type Credentials } from './auth/index.ts';
import type { UpstreamCall } from './call.ts';
import { copyErrorObject } from './error-object.ts';
import { readBounded } from './read-bounded.ts';
import { readRateLimits } from './rate-limits.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { mask, maskDeep } from './secrets.ts';

/** An answer, and the secrets to mask in every message about it. */
export type SendResult = { response: Response; secrets: readonly string[] };

/** The called provider, for error messages. `errors`: rows of the provider file, applied before the table of the format. */
export type Callee = {
  name: string;
  secretVariable: string;
  /** The key is the caller's: its errors are for the caller. Default: false. */
  isCallerKey?: boolean;
  errors?: readonly ErrorRow[];
  /** Context of the model in tokens; absent or null = not known. */
  contextTokens?: number | null;
};

/** How to send a call. */
export type SendOptions = {
  dialect: Pick<UpstreamDialect, 'parseError'>;
  callee: Callee;
  /** Null = without a key. */
  credentials: Credentials | null;
  fetch: Fetch;
  clock: Clock;
  signal: AbortSignal;
};

/** Most bytes of an error body that are read. */
const ERROR_BYTES = 64 * 1024;

/** Longest upstream message that is passed on, in characters. */
const MESSAGE_CHARACTERS = 1000;

/**
 * Adds the key, sends the call, and returns the answer with a 2xx status.
 *
 * @throws RouterError naming the provider.
 */
export async function send(call: UpstreamCall, sending: SendOptions): Promise<SendResult> {
  const { callee, credentials, fetch, signal } = sending;
  const { access } = call;
  const { url, headers, body, secrets } = credentials === null ? { ...call, secrets: [] } : await addKey(call, credentials, sending);
  let response: Response;
  try {
    const sent = access.transport === null ? body.toSend() : call.body.text; // a binding takes a value: it parses the text
    response = await (access.transport ?? fetch)(url, { method: 'POST', headers, body: sent, redirect: 'manual', signal });
  } catch {
    if (signal.aborted) throw clientDisconnected();
    throw new RouterError('provider_unavailable', `${callee.name} could not be reached.`, { providerName: callee.name });
  }
  if (response.ok) {
    call.body.release();
    return { response, secrets };
  }
  throw await createRefusalError({ response, secrets }, sending, call);
}

/** A promise only where the key takes I/O. @throws RouterError naming the provider and the variable. */
function addKey(call: UpstreamCall, credentials: Credentials, { callee, fetch, clock }: SendOptions): Authorized | Promise<Authorized> {
  const { auth, keys } = call.access;
  // A provider may return any key that it has received before.
  const withAllKeys = (one: Authorized) => (keys.length > 1 ? { ...one, secrets: [...one.secrets, ...keys] } : one);
  const named = (thrown: unknown): never => {
    throw thrown instanceof RouterError ? thrown.with({ providerName: callee.name }) : thrown;
  };
  try {
    const authorized = authorize(auth, call, { ...credentials, fetch, clock });
    return authorized instanceof Promise ? authorized.then(withAllKeys).catch(named) : withAllKeys(authorized);
  } catch (thrown) {
    return named(thrown);
  }
}

/** Creates the error of a call whose client has disconnected. */
export function clientDisconnected(): RouterError {
  return new RouterError('provider_unavailable', 'The client disconnected before the answer began.', { retryable: false });
}

async function createRefusalError(
  { response, secrets }: { response: Response; secrets: readonly string[] },
  { dialect, callee, clock }: SendOptions,
  call: Repeatable,
): Promise<RouterError> {
  const { status } = response;
  if (status < 400) {
    await response.body?.cancel();
    const message = `${callee.name} answered with HTTP ${status} (a redirect, which is never followed). Check its base URL.`;
    const fields = { providerName: callee.name, upstreamStatus: status, raw: { message, status } };
    return new RouterError('provider_unavailable', message, { ...fields, retryable: false });
  }
  // Masked before parsing, because parsing may cut a key in half.
  const text = mask(await readBounded(response, ERROR_BYTES).catch(() => ''), secrets);
  const error = dialect.parseError(status, parseBounded(text) ?? text, (name) => {
    const value = response.headers.get(name);
    return value === null ? null : mask(value, secrets);
  });
  return toProviderError(error, { callee, secrets }, { status, headers: response.headers, nowMs: clock.nowMs(), call });
}

/** The parts of a call that a provider may repeat in an error. The address may contain the model. */
type Repeatable = Pick<UpstreamCall, 'url' | 'body'>;

/**
 * Context of an error: its time, HTTP status and headers (absent for an error inside an answer), and the call. Without `call` the error
 * does not come from the provider.
 */
type ErrorContext = { nowMs: number; status?: number; headers?: Headers; call?: Repeatable };

/** Converts an error for the client: with the provider's name, a status that is correct for the client, and without secrets. */
export function toProviderError(
  thrown: RouterError,
  { callee, secrets }: { callee: Callee; secrets: readonly string[] },
  arrival: ErrorContext,
): RouterError {
  const error = applyProviderRows(thrown, callee.errors ?? []);
  const { upstream, original, ...known } = error.details;
  const message = sanitize(error.message, secrets);
  const raw = typeof known.raw === 'string' ? sanitize(known.raw, secrets) : undefined;
  const { status, headers = null, nowMs, call } = arrival;
  const { meaning } = error;
  const retryAfter = retryAfterSeconds({ headers, facts: upstream?.facts ?? null, meaning, nowMs });
  const details = {
    ...maskDeep(known, (text) => mask(text, secrets)),
    meaning,
    ...(call === undefined ? {} : provenOf(error, call)),
    ...(known.param === undefined ? {} : { param: sanitize(known.param, secrets) }),
    providerName: callee.name,
    ...(status === undefined ? {} : { upstreamStatus: status }),
    ...(isPromptTooLong(error) ? { tokens: readPromptOverflow(message, callee.contextTokens ?? null) } : {}),
    // Fields of the upstream have priority.
    raw: {
      message,
      ...(status === undefined ? {} : { status }),
      ...(raw === undefined ? {} : { code: raw }),
      ...copyErrorObject(upstream?.body, (text) => clean(text, secrets)),
    },
    ...(retryAfter === null ? {} : { retryAfterSeconds: retryAfter }),
    ...(headers === null ? {} : { rateLimits: readRateLimits(headers, nowMs) }),
  };
  // The router's account is no matter of the client, in no words.
  const forOperator = operatorMessage(error.type, callee, message);
  if (forOperator !== null) return new RouterError('provider_unavailable', forOperator, { ...details, retryable: false });
  const own = original === undefined ? {} : { original: copyOriginal(original, secrets) };
  switch (error.type) {
    case 'server':
      return new RouterError('provider_unavailable', `${callee.name}: ${message}`, { ...details, ...own });
    default:
      return new RouterError(error.type, `${callee.name}: ${message}`, {
        ...details,
        ...own,
        ...(status === undefined ? {} : passedStatus(status, error)),
      });
  }
}

/** The upstream's own body in its own words, masked and bounded. */
const copyOriginal = ({ format, payload }: Original, secrets: readonly string[]): Original => ({
  format,
  payload: copyErrorObject(payload, (text) => mask(text, secrets)),
});

/** Returns the message for an error that only the operator can fix; null for any other error. */
function operatorMessage(type: ErrorType, { name, secretVariable, isCallerKey }: Callee, message: string): string | null {
  if (isCallerKey === true) return null;
  switch (type) {
    case 'authentication':
      return `${name} rejected the router's key: ${message} (check ${secretVariable})`;
    case 'permission_denied':
      return `${name} does not permit this to the router's account: ${message} (check what the account of ${secretVariable} may use, and where)`;
    case 'payment_required':
      return `The router's account at ${name} cannot pay: ${message} (check the balance and the limits of the account of ${secretVariable})`;
    default:
      return null;
  }
}

/** Returns the meaning without words that also appear in the request, if the meaning would pause a key or an endpoint. */
function provenOf({ meaning, details: { upstream } }: RouterError, { url, body }: Repeatable): { proven?: ErrorMeaning } {
  if (upstream?.row === undefined || consequenceOf(meaning).against === 'request') return {};
  if (!mayRepeat(upstream.row, upstream.facts, `${decoded(url)} ${body.text}`)) return {};
  const { status } = upstream.facts;
  return { proven: status === null ? 'invalid-request' : meaningOfStatus(status) };
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** Applies the error rows of the provider file, which have priority over the table of the format. */
function applyProviderRows(error: RouterError, rows: readonly ErrorRow[]): RouterError {
  const { retryable: _, upstream, ...details } = error.details;
  const row = upstream === undefined ? undefined : findErrorRow(rows, upstream.facts);
  if (upstream === undefined || row === undefined) return error;
  const type = row.type ?? errorTypeOfMeaning(row.means, errorTypeOfStatus(upstream.facts.status ?? 502));
  return new RouterError(type, error.message, {
    ...details,
    upstream: { ...upstream, row },
    meaning: row.means,
    ...(isWorthRepeating(row.means) ? {} : { retryable: false }),
  });
}

/** Keeps a well-known status when it matches the error type; any other error gets the status of its type. */
function passedStatus(status: number, { type }: RouterError): { status?: number } {
  const isTrue = errorTypeOfStatus(status) === type || (type === 'provider_overloaded' && status === 429);
  return isTrue && [404, 408, 409, 413, 422, 425, 429, 529].includes(status) ? { status } : {};
}

/** Makes text of an upstream safe to show: no key in any spelling, no control characters, bounded length. */
export function sanitize(text: string, secrets: readonly string[]): string {
  const shown = clean(text, secrets);
  return shown.length > MESSAGE_CHARACTERS ? `${shown.slice(0, MESSAGE_CHARACTERS)}...` : shown;
}

/** Like {@link sanitize}, without the length limit. */
function clean(text: string, secrets: readonly string[]): string {
  // oxlint-disable-next-line no-control-regex -- the pattern matches control characters on purpose
  return mask(text, secrets).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
}
