/**
 * The guard as a webhook (`GUARD_URL`): posts a question as JSON, signed with `GUARD_SECRET`, and reads `{"action": "allow"}` or
 * `{"action": "deny", "reason": "..."}`. What it sends and what it reads is content: no log line and no error has any of it, but the reason.
 */
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';
import { toHex } from '../lib/hash.ts';
import { isObject, parseJson, type JsonObject } from '../lib/json.ts';
import { toPrintable } from '../lib/printable.ts';
import { RouterError } from '../unified/error.ts';
import type { Guard, GuardQuestion, GuardVerdict } from '../unified/guard.ts';
import { readBounded } from '../upstream/read-bounded.ts';
import { countIn, textOfVariable, type Env } from './env.ts';
import { isAddress } from './telemetry/otlp-settings.ts';

/** What the webhook uses of the platform. */
export type GuardPorts = {
  clock: Clock;
  /** The platform's `fetch`. */
  ask: Fetch;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** Longest reason, in characters. */
const MAX_REASON = 500;

/** Most bytes of the webhook's answer. */
const MAX_VERDICT_BYTES = 65_536;

/** Shortest time between two log lines about the same failure, in milliseconds. */
const LOG_PAUSE_MS = 60_000;

/** Creates the guard. Null = `GUARD_URL` is not set. */
export function createGuard(env: Env, ports: GuardPorts): Guard | null {
  const url = textOfVariable(env, 'GUARD_URL');
  if (url === '') return null;
  return new Webhook(
    {
      url: isAddress(url) ? url : null,
      secret: textOfVariable(env, 'GUARD_SECRET'),
      timeoutMs: countIn(env, 'GUARD_TIMEOUT_MS', 2000),
      maxCharacters: countIn(env, 'GUARD_MAX_CHARACTERS', 4 * 1024 * 1024),
      isOpen: textOfVariable(env, 'GUARD_FAIL') === 'open',
      after: afterOf(textOfVariable(env, 'GUARD_AFTER')),
    },
    ports,
  );
}

/** A word that is not known holds answers: the strictest choice. */
const afterOf = (text: string): Guard['after'] => (text === '' || text === 'off' ? 'off' : text === 'report' ? 'report' : 'hold');

type Settings = {
  /** Null = `GUARD_URL` is no address. */
  url: string | null;
  secret: string;
  timeoutMs: number;
  maxCharacters: number;
  /** What the guard cannot decide is allowed. */
  isOpen: boolean;
  after: Guard['after'];
};

/** Why there is no decision. */
type Failure = { failure: string; isTooLarge?: true };

class Webhook implements Guard {
  readonly after: Guard['after'];
  readonly maxCharacters: number;
  readonly #settings: Settings;
  readonly #ports: GuardPorts;
  /** Kept as a value, not as a promise: one made for a request that was cut short would never settle for the next. */
  #key: CryptoKey | null = null;
  readonly #loggedMs = new Map<string, number>();

  constructor(settings: Settings, ports: GuardPorts) {
    this.after = settings.after;
    this.maxCharacters = settings.maxCharacters;
    this.#settings = settings;
    this.#ports = ports;
  }

  async ask(question: GuardQuestion): Promise<GuardVerdict> {
    const decided = await this.#decide(question);
    if (!('failure' in decided)) return decided;
    const { failure, isTooLarge } = decided;
    const { isOpen } = this.#settings;
    this.#log(`guard (${question.stage}): ${failure}${isOpen ? '; allowed, since GUARD_FAIL is open' : ''}`);
    if (isOpen) return { isAllowed: true };
    const subject = question.stage === 'before' ? 'the request was not sent' : 'the answer is withheld';
    const message = `The operator's guard could not decide (${failure}), so ${subject}. The operator may set GUARD_FAIL=open.`;
    throw new RouterError(isTooLarge === true ? 'payload_too_large' : 'provider_overloaded', message, { metadata: { reason: 'guard' } });
  }

  report(question: GuardQuestion): void {
    this.#ports.background(
      this.#decide(question).then((decided) => {
        if ('failure' in decided) this.#log(`guard (${question.stage}): ${decided.failure}; the answer is not reported`);
      }),
    );
  }

  async #decide({ content, ...facts }: GuardQuestion): Promise<GuardVerdict | Failure> {
    const { url, maxCharacters } = this.#settings;
    if (url === null) return { failure: 'GUARD_URL is no address; expected http:// or https:// and a host, without a user name' };
    const body = JSON.stringify({ ...facts, ...content });
    if (body.length > maxCharacters) return { failure: `more than ${maxCharacters} characters (GUARD_MAX_CHARACTERS)`, isTooLarge: true };
    return this.#post(url, body);
  }

  async #post(url: string, body: string): Promise<GuardVerdict | Failure> {
    const { clock, ask } = this.#ports;
    const { timeoutMs } = this.#settings;
    const abort = new AbortController();
    const clear = clock.setTimer(timeoutMs, () => abort.abort());
    try {
      const headers = { 'content-type': 'application/json', ...(await this.#signature(body)) };
      const response = await ask(url, { method: 'POST', headers, body, redirect: 'manual', signal: abort.signal });
      const text = await readBounded(response, MAX_VERDICT_BYTES);
      return response.status >= 200 && response.status < 300 ? verdictIn(text) : { failure: `HTTP ${response.status}` };
    } catch {
      return { failure: abort.signal.aborted ? `no answer within ${timeoutMs} ms` : 'it cannot be reached' };
    } finally {
      clear();
    }
  }

  /** HMAC-SHA256 of `<seconds since 1970>.<body>`, in hex; nothing without a secret. */
  async #signature(body: string): Promise<Record<string, string>> {
    const { secret } = this.#settings;
    if (secret === '') return {};
    const bytes = new TextEncoder().encode(secret);
    this.#key ??= await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const seconds = String(Math.floor(this.#ports.clock.nowMs() / 1000));
    const signed = await crypto.subtle.sign('HMAC', this.#key, new TextEncoder().encode(`${seconds}.${body}`));
    return { 'x-tributary-timestamp': seconds, 'x-tributary-signature': `v1=${toHex(new Uint8Array(signed))}` };
  }

  #log(line: string): void {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs < (this.#loggedMs.get(line) ?? 0)) return;
    if (this.#loggedMs.size > 20) this.#loggedMs.clear();
    this.#loggedMs.set(line, nowMs + LOG_PAUSE_MS);
    this.#ports.log(line);
  }
}

function verdictIn(text: string): GuardVerdict | Failure {
  const parsed = parseJson(text);
  const answer: JsonObject = isObject(parsed) ? parsed : {};
  if (answer['action'] === 'allow') return { isAllowed: true };
  if (answer['action'] !== 'deny') return { failure: 'its answer has no "action" of "allow" or "deny"' };
  const { reason } = answer;
  return {
    isAllowed: false,
    reason: typeof reason === 'string' && reason.trim() !== '' ? toPrintable(reason.trim(), MAX_REASON) : 'no reason given',
  };
}
