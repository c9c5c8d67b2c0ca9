/** Sends one request of a probe and returns the exchange without keys. Never throws for what the network or the provider does. */
import type { Fetch } from '../../lib/fetch.ts';
import type { Clock } from '../../lib/clock.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import { fromBase64, toBase64 } from '../../lib/base64.ts';
import { parseBounded } from '../../lib/json.ts';
import type { Access } from '../../ports.ts';
import { authorize, type Authorized } from '../../upstream/auth/index.ts';
import { buildCall, maskCall, secretsOfAccess, type UpstreamCall } from '../../upstream/call.ts';
import { mask, maskDeep } from '../../upstream/secrets.ts';
import { toRouterError } from '../../unified/error.ts';
import type { Exchange, RawResponse } from './exchange.ts';
import { targetFraming, type ProbeTarget } from './target.ts';
import type { Ask } from './trial.ts';
import { writeBody } from './write-request.ts';

/** What sending uses. `post`: same contract as `fetch`. */
export type SendPorts = { readonly post: Fetch; readonly clock: Clock; readonly signal: AbortSignal };

/** A request, how the provider is reached, and which repetition it is. */
export type SendTask = {
  readonly target: ProbeTarget;
  readonly access: Access;
  readonly ask: Ask;
  readonly id: string;
  readonly try: number;
};

/** Longest wait for an answer, in milliseconds: answers of a probe are short. */
const TIMEOUT_MS = 120_000;

/** Most bytes of an answer that are read. */
const MAX_BYTES = 1024 * 1024;

/** Sends a request. */
export async function sendRequest(task: SendTask, ports: SendPorts): Promise<Exchange> {
  const { target, access, ask } = task;
  const stream = ask.stream === true;
  const call = callOf(task);
  const secrets = secretsOfAccess(access);
  const shown = maskCall(call);
  const request = { url: shown.url, headers: shown.headers, body: parseBounded(mask(call.body.text, secrets)), stream };
  const at = ports.clock.nowMs();
  const base = { id: task.id, try: task.try, at, request };
  const timeout = new AbortController();
  const clearTimer = ports.clock.setTimer(TIMEOUT_MS, () => timeout.abort());
  try {
    const authorized = await addKey(call, access, ports);
    const signal = AbortSignal.any([ports.signal, timeout.signal]);
    const { url, headers, body } = authorized;
    const response = await (access.transport ?? ports.post)(url, {
      method: 'POST',
      headers,
      body: body.toSend(),
      redirect: 'manual',
      signal,
    });
    const isBinary = stream && targetFraming(target) === 'aws-event-stream' && response.ok;
    const raw = await readRaw(response, isBinary);
    const all = [...new Set([...secrets, ...authorized.secrets])];
    return { ...base, response: { ...maskRaw(raw, all), ms: ports.clock.nowMs() - at }, failure: null };
  } catch (thrown) {
    const failure = failureOf(thrown, { timeout: timeout.signal, secrets });
    return { ...base, response: null, failure, ...(UNSENT.has(codeOf(thrown)) ? { wasNotSent: true as const } : {}) };
  } finally {
    clearTimer();
  }
}

function callOf({ target, access, ask }: SendTask): UpstreamCall {
  const { rules, model } = target;
  const rendered = writeBody(target, ask);
  if (rendered === null) throw new Error('the request of a probe could not be written'); // the planner asks only what it could write
  return buildCall({ access, rules, model, stream: ask.stream === true, framing: targetFraming(target) }, rendered, {});
}

function addKey(call: UpstreamCall, access: Access, { post, clock }: SendPorts): Authorized | Promise<Authorized> {
  const [key] = access.keys;
  if (key === undefined) return { ...call, secrets: [] };
  return authorize(access.auth, call, { key, variables: access.variables, fetch: post, clock });
}

function failureOf(thrown: unknown, { timeout, secrets }: { timeout: AbortSignal; secrets: readonly string[] }): string {
  if (timeout.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`;
  const error = toRouterError(thrown);
  if (error === thrown) return mask(error.message, secrets);
  const cause = codeOf(thrown);
  return mask(`could not be reached${cause === '' ? '' : ` (${cause})`}`, secrets);
}

/** Codes of errors before a connection exists. */
const UNSENT = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** The code of the error that Node's `fetch` failed with; '' = none. */
const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && thrown.cause instanceof Error && 'code' in thrown.cause ? String(thrown.cause.code) : '';

type Raw = Pick<RawResponse, 'status' | 'body' | 'isBase64' | 'isCut'> & { headers: Record<string, string> };

async function readRaw(response: Response, isBinary: boolean): Promise<Raw> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let isCut = false;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.byteLength;
    isCut = bytes > MAX_BYTES;
    if (isCut) break; // this cancels the rest
  }
  const whole = joinBytes(pieces);
  const text = isBinary ? toBase64(whole) : new TextDecoder().decode(whole);
  const headers = Object.fromEntries(response.headers);
  return {
    status: response.status,
    headers,
    body: text,
    ...(isBinary ? { isBase64: true as const } : {}),
    ...(isCut ? { isCut: true as const } : {}),
  };
}

/** A binary stream that contains a key is left out: without the key it could not be read either. */
function maskRaw(raw: Raw, secrets: readonly string[]): Raw {
  if (raw.isBase64 === true) {
    const text = new TextDecoder('latin1').decode(fromBase64(raw.body));
    if (mask(text, secrets) !== text) return maskRaw({ ...raw, body: '', isCut: true }, secrets);
  }
  return maskDeep(raw, (text) => mask(text, secrets));
}
