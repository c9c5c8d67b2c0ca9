/**
 * The only fetch. Sends one upstream call and turns everything that is not an answer into a RouterError: refused connections,
 * redirects (never followed: a key must not travel), error statuses. What the upstream says is passed on without secrets.
 */
import type { UpstreamDialect } from '../dialects/dialect.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';
import { findErrorRow, mayRepeat, type ErrorRow } from '../unified/error-rows.ts';
import { RouterError, errorTypeOfMeaning, errorTypeOfStatus } from '../unified/error.ts';
import type { ErrorType } from '../unified/error-type.ts';
import { parseBounded } from '../lib/json.ts';
import { consequenceOf, isWorthRepeating, meaningOfStatus, type ErrorMeaning } from '../unified/meaning.ts';
import { authorize, type Authorized, type Credentials } from './auth/index.ts';
import type { UpstreamCall } from './call.ts';
import { copyErrorObject } from './error-object.ts';
import { readBounded } from './read-bounded.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { mask, maskDeep } from './secrets.ts';

/** An answer, and everything that must be kept out of whatever is said about it. */
export type SendResult = { response: Response; secrets: readonly string[] };

/** Who is called, in the words an error needs. `errors`: what its errors mean beyond the table of its format. */
export type Callee = { name: string; secretVariable: string; errors?: readonly ErrorRow[] };

/** How a call is sent. */
export type Sending = {
  dialect: Pick<UpstreamDialect, 'parseError'>;
  callee: Callee;
  /** Null = the call is sent without a key. */
  credentials: Credentials | null;
  fetch: Fetch;
  clock: Clock;
  signal: AbortSignal;
};

/** Most bytes of an error body that are read. */
const ERROR_BYTES = 64 * 1024;

/** Longest upstream message passed on, in characters. */
const MESSAGE_CHARACTERS = 1000;

/**
 * Puts the key in, sends the call, and returns the answer, whose status is 2xx.
 *
 * @throws RouterError naming the provider.
 */
export async function send(call: UpstreamCall, sending: Sending): Promise<SendResult> {
  const { callee, credentials, fetch, signal } = sending;
  const { access } = call;
  const { url, headers, body, secrets } = credentials === null ? { ...call, secrets: [] } : await withKey(call, credentials, sending);
  let response: Response;
  try {
    response = await (access.transport ?? fetch)(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  } catch {
    if (signal.aborted) throw clientDisconnected();
    throw new RouterError('provider_unavailable', `${callee.name} could not be reached.`, { providerName: callee.name });
  }
  if (response.ok) return { response, secrets };
  throw await refusal({ response, secrets }, sending, call);
}

/** @throws RouterError naming the provider and the variable at fault. */
async function withKey(call: UpstreamCall, credentials: Credentials, { callee, fetch, clock }: Sending): Promise<Authorized> {
  const { auth, keys } = call.access;
  try {
    const authorized = await authorize(auth, call, { ...credentials, fetch, clock });
    // A provider may repeat any key that it has seen.
    return keys.length > 1 ? { ...authorized, secrets: [...authorized.secrets, ...keys] } : authorized;
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown.with({ providerName: callee.name }) : thrown;
  }
}

/** A call that nobody waits for any more. */
export function clientDisconnected(): RouterError {
  return new RouterError('provider_unavailable', 'The client left before the answer began.', { retryable: false });
}

async function refusal(
  { response, secrets }: { response: Response; secrets: readonly string[] },
  { dialect, callee, clock }: Sending,
  call: Repeatable,
): Promise<RouterError> {
  const { status } = response;
  if (status < 400) {
    await response.body?.cancel();
    const message = `${callee.name} answered with HTTP ${status} (a redirect, which is never followed). Check its base URL.`;
    const told = { providerName: callee.name, upstreamStatus: status, raw: { message, status } };
    return new RouterError('provider_unavailable', message, { ...told, retryable: false });
  }
  // Masked before it is read, since reading may cut: half a key is still half a key.
  const text = mask(await readBounded(response, ERROR_BYTES).catch(() => ''), secrets);
  const error = dialect.parseError(status, parseBounded(text) ?? text, (name) => {
    const value = response.headers.get(name);
    return value === null ? null : mask(value, secrets);
  });
  return atProvider(error, { callee, secrets }, { status, headers: response.headers, nowMs: clock.nowMs(), call });
}

/** What a provider may repeat of a call: the model may stand in its address. */
type Repeatable = Pick<UpstreamCall, 'url' | 'body'>;

/**
 * When an error came, what HTTP adds to it (an error inside an answer has neither status nor headers of its own), and the call that it
 * answers; absent = the error is not the provider's.
 */
type Arrival = { nowMs: number; status?: number; headers?: Headers; call?: Repeatable };

/** The error as the client may see it: with the provider's name, a status that is true for the client, and no secret. */
export function atProvider(
  thrown: RouterError,
  { callee, secrets }: { callee: Callee; secrets: readonly string[] },
  arrival: Arrival,
): RouterError {
  const error = withOwnMeaning(thrown, callee.errors ?? []);
  const { upstream, ...known } = error.details;
  const said = sanitize(error.message, secrets);
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
    // The upstream's own fields go before ours.
    raw: {
      message: said,
      ...(status === undefined ? {} : { status }),
      ...(raw === undefined ? {} : { code: raw }),
      ...copyErrorObject(upstream?.body, (text) => clean(text, secrets)),
    },
    ...(retryAfter === null ? {} : { retryAfterSeconds: retryAfter }),
  };
  const blame = blameOf(error.type, callee, said);
  if (blame !== null) return new RouterError('provider_unavailable', blame, { ...details, retryable: false });
  switch (error.type) {
    case 'server':
      return new RouterError('provider_unavailable', `${callee.name}: ${said}`, details);
    default:
      return new RouterError(error.type, `${callee.name}: ${said}`, {
        ...details,
        ...(status === undefined ? {} : passing(status, error)),
      });
  }
}

/** What is told of an error that only the operator of the router can mend; null = any other error. */
function blameOf(type: ErrorType, { name, secretVariable }: Callee, said: string): string | null {
  switch (type) {
    case 'authentication':
      return `${name} refused the router's key: ${said} (check ${secretVariable})`;
    case 'permission_denied':
      return `${name} does not permit this to the router's account: ${said} (check what the account of ${secretVariable} may use, and where)`;
    case 'payment_required':
      return `The router's account at ${name} cannot pay: ${said} (check the balance and the limits of the account of ${secretVariable})`;
    default:
      return null;
  }
}

/** What remains of a meaning without words that the request holds, too, where keys or an endpoint would suffer for it. */
function provenOf({ meaning, details: { upstream } }: RouterError, { url, body }: Repeatable): { proven?: ErrorMeaning } {
  if (upstream?.row === undefined || consequenceOf(meaning).against === 'request') return {};
  if (!mayRepeat(upstream.row, upstream.facts, `${decoded(url)} ${body}`)) return {};
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

/** The error with the meaning that the provider's own rows give it: they go before the tables of its format. */
function withOwnMeaning(error: RouterError, rows: readonly ErrorRow[]): RouterError {
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

/** Statuses that clients know by heart pass as they are, where they say what the type says; any other takes the one of its type. */
function passing(status: number, { type }: RouterError): { status?: number } {
  const isTrue = errorTypeOfStatus(status) === type || (type === 'provider_overloaded' && status === 429);
  return isTrue && [404, 408, 409, 413, 422, 425, 429, 529].includes(status) ? { status } : {};
}

/** Text of an upstream, safe to show: no key in any spelling, no control characters, bounded. */
export function sanitize(text: string, secrets: readonly string[]): string {
  const shown = clean(text, secrets);
  return shown.length > MESSAGE_CHARACTERS ? `${shown.slice(0, MESSAGE_CHARACTERS)}...` : shown;
}

/** The same without the bound. */
function clean(text: string, secrets: readonly string[]): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is being removed
  return mask(text, secrets).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, ' ');
}
