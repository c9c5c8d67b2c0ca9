/**
 * Gets access tokens for Google service accounts: exchanges a claim signed with the account's key (RFC 7523, with the scope that Google
 * requires) for a token that is valid for one hour. Tokens are kept only in this isolate's memory.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { putLast } from '../../lib/lru-map.ts';
import { withTimeout } from '../../lib/timeout.ts';
import { toBase64 } from '../../lib/base64.ts';
import { RouterError } from '../../unified/error.ts';
import { isObject, numberOf, parseJson, textOf } from '../../lib/json.ts';
import { shorten } from '../../lib/printable.ts';
import { readBounded } from '../read-bounded.ts';
import { MASK, createUnusableError } from './scheme.ts';

/** The parsed key file. `variable` is the variable that contains it; `pkcs8` is the private key. */
export type ServiceAccount = {
  variable: string;
  email: string;
  keyId: string | null;
  pkcs8: Uint8Array<ArrayBuffer>;
  tokenUri: string;
};

type Ports = { fetch: Fetch; clock: Clock };
type Token = { text: string; expiresMs: number };

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Requested lifetime of a token, and the longest time one is kept. */
const LIFE_SECONDS = 3600;

/** A token is not used in its last minute, so that it is still valid when the call arrives. */
const MARGIN_MS = 60_000;

/** Longest wait for Google. */
const EXCHANGE_MS = 10_000;

/** Longest wait for an exchange that another request started. */
const SHARED_MS = 3_000;

/** Most tokens kept; the oldest is removed first. An operator has few keys. */
const MAX_TOKENS = 64;

const ANSWER_BYTES = 64 * 1024;

/** Both maps are keyed by the text of the key file. */
const tokens = new Map<string, Token>();
const exchanges = new Map<string, Promise<Token>>();

/**
 * Returns an access token that is valid for at least one minute. Concurrent calls share one exchange. A failure is not kept.
 *
 * @throws RouterError `provider_unavailable` naming the variable.
 */
export async function getAccessToken(keyFile: string, read: () => ServiceAccount, ports: Ports): Promise<string> {
  const held = tokens.get(keyFile);
  if (held !== undefined && ports.clock.nowMs() < held.expiresMs - MARGIN_MS) return held.text;

  const shared = exchanges.get(keyFile);
  if (shared !== undefined) {
    const token = await withTimeout(shared, SHARED_MS, ports.clock);
    if (token !== null) return token.text;
    // The runtime drops the work of a request that has ended, so such an exchange never settles. The first to notice starts a new one.
    if (exchanges.get(keyFile) === shared) exchanges.delete(keyFile);
    return getAccessToken(keyFile, read, ports);
  }

  const own = exchangeToken(read(), ports);
  exchanges.set(keyFile, own);
  try {
    const token = await own;
    putLast(tokens, { key: keyFile, value: token, max: MAX_TOKENS });
    return token.text;
  } finally {
    if (exchanges.get(keyFile) === own) exchanges.delete(keyFile);
  }
}

async function exchangeToken(account: ServiceAccount, { fetch, clock }: Ports): Promise<Token> {
  const nowMs = clock.nowMs();
  const assertion = await sign(account, Math.floor(nowMs / 1000));
  const stop = new AbortController();
  const answer = await withTimeout(
    requestToken(account, assertion, (url, init) => fetch(url, { ...init, signal: stop.signal })),
    EXCHANGE_MS,
    clock,
  ).finally(() => stop.abort());
  if (answer === null) throw createTokenError(account, `no answer within ${EXCHANGE_MS} ms`, true);
  const text = textOf(answer['access_token']);
  if (text === null || !/^[\x21-\x7e]+$/.test(text)) throw createTokenError(account, 'an answer without a token', true);
  // Without a lifetime the token is used once.
  const lifeSeconds = Math.min(numberOf(answer['expires_in']) ?? 0, LIFE_SECONDS);
  return { text, expiresMs: nowMs + lifeSeconds * 1000 };
}

async function requestToken(account: ServiceAccount, assertion: string, fetch: Fetch): Promise<Record<string, unknown>> {
  const response = await fetch(account.tokenUri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', 'user-agent': 'tributary' },
    body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }).toString(),
    redirect: 'manual',
  }).catch(() => {
    throw createTokenError(account, 'it could not be reached', true);
  });
  const document = parseJson(await readBounded(response, ANSWER_BYTES).catch(() => ''));
  const answer = isObject(document) ? document : {};
  if (response.ok) return answer;
  const details = [textOf(answer['error']), textOf(answer['error_description'])].filter((part) => part !== null).map(cleanMessage);
  const { status } = response;
  const retryable = status >= 500 || status === 408 || status === 429;
  throw createTokenError(account, [`HTTP ${status}`, ...details].join(' '), retryable);
}

/** Makes the text of an upstream printable and short, and masks everything that could be a part of a token. */
const cleanMessage = (text: string): string => shorten(text.replace(/[^\x20-\x7e]/g, ' ').replace(/[^\s"',;()]{40,}/g, MASK), 300);

function createTokenError({ variable, tokenUri }: ServiceAccount, why: string, retryable: boolean): RouterError {
  const message = `${new URL(tokenUri).host} returned no access token for the router's variable ${variable}: ${why}.`;
  return new RouterError('provider_unavailable', message, { retryable, ...(retryable ? {} : { meaning: 'bad-key' as const }) });
}

/** Returns the claim as a JWT, signed with RS256. */
async function sign({ variable, email, keyId, pkcs8, tokenUri }: ServiceAccount, nowSeconds: number): Promise<string> {
  const head = { alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) };
  const claim = { iss: email, scope: SCOPE, aud: tokenUri, iat: nowSeconds, exp: nowSeconds + LIFE_SECONDS };
  const unsigned = [head, claim].map((part) => base64Url(new TextEncoder().encode(JSON.stringify(part)))).join('.');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']).catch(() => {
    throw createUnusableError(variable, 'holds a "private_key" that is not an RSA key in PKCS #8');
  });
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(unsigned));
  return `${unsigned}.${base64Url(new Uint8Array(signature))}`;
}

const base64Url = (bytes: Uint8Array): string => toBase64(bytes).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
