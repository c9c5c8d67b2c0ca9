/**
 * The only fetch. Sends one upstream call and turns everything that is not an answer into a RouterError: refused connections,
 * redirects (never followed: a key must not travel), error statuses. What the upstream says is passed on without secrets.
 */
import type { UpstreamDialect } from '../dialects/dialect.ts';
import type { Clock, Fetch } from '../ports.ts';
import { toBase64 } from '../unified/base64.ts';
import { RouterError } from '../unified/error.ts';
import { parseJson } from '../unified/json.ts';
import { authorize, type Authorized, type Credentials } from './auth/index.ts';
import type { UpstreamCall } from './call.ts';
import { readBounded } from './read-bounded.ts';

/** An answer, and everything that must be kept out of whatever is said about it. */
export type Sent = { response: Response; secrets: readonly string[] };

/** Who is called, in the words an error needs. */
export type Callee = { name: string; secretVariable: string };

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
export async function send(call: UpstreamCall, sending: Sending): Promise<Sent> {
  const { callee, credentials, fetch, signal } = sending;
  const { access } = call;
  const { url, headers, body, secrets } = credentials === null ? { ...call, secrets: [] } : await withKey(call, credentials, sending);
  let response: Response;
  try {
    response = await (access.transport ?? fetch)(url, { method: 'POST', headers, body, redirect: 'manual', signal });
  } catch {
    if (signal.aborted) throw clientLeft();
    throw new RouterError('provider_unavailable', `${callee.name} could not be reached.`, { providerName: callee.name });
  }
  if (response.ok) return { response, secrets };
  throw await refusal(response, secrets, sending);
}

/** @throws RouterError naming the provider and the variable at fault. */
async function withKey(call: UpstreamCall, credentials: Credentials, { callee, fetch, clock }: Sending): Promise<Authorized> {
  const { auth, keys } = call.access;
  try {
    const authorized = await authorize(auth, credentials, call, { fetch, clock });
    // A provider may repeat any key that it has seen.
    return keys.length > 1 ? { ...authorized, secrets: [...authorized.secrets, ...keys] } : authorized;
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown.with({ providerName: callee.name }) : thrown;
  }
}

/** A call that nobody waits for any more. */
export function clientLeft(): RouterError {
  return new RouterError('provider_unavailable', 'The client left before the answer began.', { retryable: false });
}

async function refusal(response: Response, secrets: readonly string[], { dialect, callee, clock }: Sending): Promise<RouterError> {
  const { status } = response;
  if (status < 400) {
    await response.body?.cancel();
    const message = `${callee.name} answered with HTTP ${status} (a redirect, which is never followed). Check its base URL.`;
    return new RouterError('provider_unavailable', message, { providerName: callee.name, retryable: false, raw: { message, status } });
  }
  // Masked before it is read, since reading may cut: half a key is still half a key.
  const text = mask(await readBounded(response, ERROR_BYTES).catch(() => ''), secrets);
  const error = dialect.parseError(status, parseJson(text) ?? text, (name) => response.headers.get(name));
  return atProvider(error, callee, secrets, {
    status,
    retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), clock.nowMs()),
  });
}

/** What the HTTP layer knows of an error; null for an error that came inside an answer. */
type HttpFacts = { status: number; retryAfterSeconds: number | null } | null;

/** The error as the client may see it: with the provider's name, a status that is true for the client, and no secret. */
export function atProvider(error: RouterError, callee: Callee, secrets: readonly string[], http: HttpFacts): RouterError {
  const said = sanitize(error.message, secrets);
  const raw = typeof error.details.raw === 'string' ? sanitize(error.details.raw, secrets) : undefined;
  const retryAfter = http?.retryAfterSeconds ?? null;
  const details = {
    ...error.details,
    // Inside an answer there is no status to tell the meaning by.
    ...(http === null ? { meaning: error.meaning } : {}),
    ...(error.details.param === undefined ? {} : { param: sanitize(error.details.param, secrets) }),
    providerName: callee.name,
    raw: { message: said, ...(http === null ? {} : { status: http.status }), ...(raw === undefined ? {} : { code: raw }) },
    ...(retryAfter === null ? {} : { retryAfterSeconds: retryAfter }),
  };
  switch (error.type) {
    case 'authentication':
    case 'permission_denied':
      return new RouterError('provider_unavailable', `${callee.name} refused the router's key: ${said} (check ${callee.secretVariable})`, {
        ...details,
        retryable: false,
      });
    case 'payment_required':
      return new RouterError('provider_unavailable', `The router's account at ${callee.name} cannot pay: ${said}`, {
        ...details,
        retryable: false,
      });
    case 'server':
      return new RouterError('provider_unavailable', `${callee.name}: ${said}`, details);
    default: {
      // Statuses that clients know by heart pass as they are; any other takes the one of its type.
      const passes =
        http !== null && [404, 408, 409, 413, 422, 425, 429, 529].includes(http.status) && error.type !== 'context_length_exceeded';
      return new RouterError(error.type, `${callee.name}: ${said}`, passes ? { ...details, status: http.status } : details);
    }
  }
}

/** Seconds of a `Retry-After` header, in either form, at least 1; null when there is none that makes sense. */
function retryAfterSeconds(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) : (Date.parse(header) - nowMs) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), 86_400) : null;
}

/** Text of an upstream, safe to show: no key in any spelling, no control characters, bounded. */
export function sanitize(text: string, secrets: readonly string[]): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is being removed
  const clean = mask(text, secrets).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ');
  return clean.length > MESSAGE_CHARACTERS ? `${clean.slice(0, MESSAGE_CHARACTERS)}...` : clean;
}

function mask(text: string, secrets: readonly string[]): string {
  const spellings = secrets.flatMap((secret) => (secret.length < 4 ? [] : [secret, encodeURIComponent(secret), base64(secret)]));
  return spellings.reduce((shown, spelling) => shown.replaceAll(spelling, '***'), text);
}

const base64 = (text: string): string => toBase64(new TextEncoder().encode(text));
