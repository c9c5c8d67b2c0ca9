/**
 * Asks a service for its list of models (`GET /models`) with one key. Everything that it returns is untrusted: redirects are not followed,
 * because the key would go with them; time and bytes are bounded. No result contains a key.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { parseJson } from '../../lib/json.ts';
import type { Access } from '../../ports.ts';
import { readModelList } from '../../registry/facts/vendor-list.ts';
import type { CompiledProvider, ListedFacts } from '../../registry/provider.ts';
import { RouterError } from '../../unified/error.ts';
import { authorize } from '../../upstream/auth/index.ts';
import { readBounded } from '../../upstream/read-bounded.ts';
import { counted } from '../counted.ts';

/** Largest list that is read, in bytes. The largest known one (OpenRouter, 436 models) has about 1 MiB (2026-09-30). */
export const MAX_LIST_BYTES = 8 * 2 ** 20;

/** Longest wait for the whole list, in milliseconds. */
const LIST_TIMEOUT_MS = 15_000;

/** What a service returned. */
type ListAnswer =
  | { kind: 'listed'; models: ListedFacts[] }
  /** 401 or 403: the key, or its absence, is refused. */
  | { kind: 'refused'; status: number }
  /** 404, 405 or 501: the service has no list at this address. */
  | { kind: 'absent'; status: number }
  | { kind: 'failed'; status: number }
  /** A redirect. `host`: where to; null = its address cannot be read. */
  | { kind: 'moved'; status: number; host: string | null }
  /** A body that is no list of models. `what` follows "the answer is": "HTML", "not JSON". */
  | { kind: 'unreadable'; what: string }
  | { kind: 'too-large' }
  | { kind: 'silent' }
  /** No connection. `reason` is a sentence without its full stop. */
  | { kind: 'unreachable'; reason: string }
  /** The key cannot be sent. `reason` names the variable. */
  | { kind: 'unusable'; reason: string };

/** An answer, the address that was asked, and how far the own clock is ahead of the `Date` of the answer. */
export type AskedList = {
  answer: ListAnswer;
  /** Address without a key. */
  url: string;
  /** Milliseconds, negative where the own clock is behind; null = the answer has no date. Both ends round to a second. */
  clockAheadMs: number | null;
};

/** Ports of {@link askModels}. */
export type ListPorts = { fetch: Fetch; clock: Clock; timeoutMs?: number };

/** The provider, how it is reached, and the key; an empty key sends none. */
export type ListOwner = { provider: CompiledProvider; access: Access; key: string };

const NO_BODY = { toSend: () => '' };

/** Asks for the list. Never rejects. */
export async function askModels(
  { provider, access, key }: ListOwner,
  { fetch, clock, timeoutMs = LIST_TIMEOUT_MS }: ListPorts,
): Promise<AskedList> {
  const url = `${access.baseUrl ?? ''}${provider.modelsPath}`;
  const abort = new AbortController();
  const stopTimer = clock.setTimer(timeoutMs, () => abort.abort());
  const bounded: Fetch = (address, init) => fetch(address, { ...init, redirect: 'manual', signal: abort.signal });
  const headers = { accept: 'application/json', ...firstHeaders(provider) };
  let clockAheadMs: number | null = null;
  try {
    const context = { key, variables: access.variables, fetch: bounded, clock };
    const sent = await authorize(access.auth, { url, headers, body: NO_BODY }, context);
    const response = await bounded(sent.url, { headers: sent.headers });
    clockAheadMs = aheadOf(response.headers.get('date'), clock.nowMs());
    return { answer: await readAnswer(response), url, clockAheadMs };
  } catch (thrown) {
    return { answer: abort.signal.aborted ? { kind: 'silent' } : toFailure(thrown), url, clockAheadMs };
  } finally {
    stopTimer();
    abort.abort(); // a body that was not read would keep the connection
  }
}

/** Headers that the provider file states for its first operation. */
const firstHeaders = ({ operations }: CompiledProvider) => Object.values(operations)[0]?.[0]?.headers ?? {};

function aheadOf(date: string | null, nowMs: number): number | null {
  const dateMs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(dateMs) ? null : nowMs - dateMs;
}

async function readAnswer(response: Response): Promise<ListAnswer> {
  const { status } = response;
  if (status >= 300 && status < 400) return { kind: 'moved', status, host: hostOf(response.headers.get('location'), response.url) };
  if (status === 401 || status === 403) return { kind: 'refused', status };
  if (status === 404 || status === 405 || status === 501) return { kind: 'absent', status };
  if (!response.ok) return { kind: 'failed', status };
  const text = await readBounded(response, MAX_LIST_BYTES);
  const body = parseJson(text);
  if (body === undefined || body === null) return { kind: 'unreadable', what: /^\s*</.test(text) ? 'HTML' : 'not JSON' };
  const models = readModelList(body);
  return models.length === 0 ? { kind: 'unreadable', what: 'JSON, but not a list of models' } : { kind: 'listed', models };
}

function hostOf(location: string | null, base: string): string | null {
  const target = location === null ? null : URL.parse(location, base === '' ? undefined : base);
  return target?.host || null;
}

/** Words for the codes of Node's network errors. */
const NETWORK: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name of its host is not known',
  EAI_AGAIN: 'the name of its host could not be looked up',
  ECONNREFUSED: 'its host has no listener on that port',
  ECONNRESET: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed before the end of the answer',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'its host does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'its host does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate cannot be verified',
};

function toFailure(thrown: unknown): ListAnswer {
  if (thrown instanceof RouterError)
    return thrown.type === 'payload_too_large' ? { kind: 'too-large' } : { kind: 'unusable', reason: thrown.message.replace(/\.$/, '') };
  const code = codeOf(thrown) ?? codeOf(thrown instanceof Error ? thrown.cause : null);
  const known = code !== null && Object.hasOwn(NETWORK, code) ? NETWORK[code] : undefined;
  return { kind: 'unreachable', reason: known ?? (code === null ? 'the connection failed' : `the connection failed (${code})`) };
}

/** Codes only: texts of network errors may contain the address, and a key in it. */
function codeOf(thrown: unknown): string | null {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  return typeof code === 'string' && /^[A-Z_]{3,60}$/.test(code) ? code : null;
}

/** Words an answer as a sentence without its full stop. @param sent what the request had: the name of the variable with the key; null = no key. */
export function explainAnswer({ answer, url }: AskedList, sent: string | null): string {
  const asked = `GET ${url}`;
  switch (answer.kind) {
    case 'listed':
      return `${asked} lists ${counted(answer.models.length, 'model')}`;
    case 'refused':
      return `${asked} refuses ${sent === null ? 'requests without a key' : `the key in ${sent}`} (HTTP ${answer.status})`;
    case 'absent':
      return `${asked} does not exist (HTTP ${answer.status}): the service has no list of models there`;
    case 'failed':
      return `${asked} failed (HTTP ${answer.status})`;
    case 'moved':
      return `${asked} redirects to ${answer.host ?? 'an address that cannot be read'} (HTTP ${answer.status}), which is not followed: the key would go with it`;
    case 'unreadable':
      return `${asked} was answered, but the body is ${answer.what}`;
    case 'too-large':
      return `${asked} was answered with more than ${MAX_LIST_BYTES / 2 ** 20} MiB, which are not read`;
    case 'silent':
      return `${asked} was not answered in time`;
    case 'unreachable':
      return `${asked} failed: ${answer.reason}`;
    case 'unusable':
      return answer.reason;
  }
}
