/**
 * The public keys of Cloudflare Access, as an isolate keeps them. Access changes its key every 6 weeks, and the last one stays valid for 7 days
 * (https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/, read 2026-12-01).
 */
import type { SigningKeys } from '../accounts/cloudflare-access.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';
import { arrayOf, isObject, parseBounded } from '../lib/json.ts';
import { importRs256 } from '../lib/jwt.ts';
import { RouterError } from '../unified/error.ts';
import { readBounded } from '../upstream/read-bounded.ts';

/** Age at which keys are read again in the background. */
const FRESH_MS = 3_600_000;

/** Age at which keys are not used any more, because they could not be read again. */
const USABLE_MS = 86_400_000;

/** Most requests for the keys in {@link PERIOD_MS}: tokens may name any key. */
export const MAX_REQUESTS = 5;
export const PERIOD_MS = 60_000;

const TIMEOUT_MS = 5000;
const MAX_BYTES = 65_536;
const MAX_KEYS = 20;

/** What the keys are read with. */
export type AccessKeysOptions = {
  /** Address of the keys. */
  url: string;
  /** The platform's `fetch`. */
  ask: Fetch;
  clock: Clock;
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** The keys. They are values, no promises: a request that was cut short would leave one that never settles. */
export class AccessKeys implements SigningKeys {
  readonly #options: AccessKeysOptions;
  #keys: ReadonlyMap<string, CryptoKey> = new Map();
  /** When they were read; null = never. */
  #readMs: number | null = null;
  #periodMs = 0;
  #requests = 0;

  constructor(options: AccessKeysOptions) {
    this.#options = options;
  }

  async find(id: string): Promise<CryptoKey | null> {
    const key = this.#usable(USABLE_MS).get(id);
    if (key === undefined) await this.#read();
    else if (!this.#usable(FRESH_MS).has(id)) this.#options.background(this.#read());
    if (this.#usable(USABLE_MS).size > 0) return this.#usable(USABLE_MS).get(id) ?? null;
    throw new RouterError(
      'provider_overloaded',
      'The keys of Cloudflare Access cannot be read at the moment. Send the request again, or send a key.',
    );
  }

  #usable(ageMs: number): ReadonlyMap<string, CryptoKey> {
    return this.#readMs !== null && this.#options.clock.nowMs() - this.#readMs < ageMs ? this.#keys : new Map();
  }

  /** Reads the keys, unless they were asked for too often. Never fails. */
  async #read(): Promise<void> {
    const { clock, log, url } = this.#options;
    if (!this.#mayAsk(clock.nowMs())) return;
    try {
      this.#keys = await keysIn(await this.#ask());
      this.#readMs = clock.nowMs();
    } catch (thrown) {
      log(`${url} cannot be read: ${String(thrown instanceof Error ? thrown.message : thrown).slice(0, 200)}`);
    }
  }

  #mayAsk(nowMs: number): boolean {
    if (nowMs - this.#periodMs >= PERIOD_MS) [this.#periodMs, this.#requests] = [nowMs, 0];
    return ++this.#requests <= MAX_REQUESTS;
  }

  async #ask(): Promise<string> {
    const { url, ask, clock } = this.#options;
    const abort = new AbortController();
    const clear = clock.setTimer(TIMEOUT_MS, () => abort.abort());
    try {
      const response = await ask(url, { redirect: 'manual', signal: abort.signal });
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
      return await readBounded(response, MAX_BYTES);
    } finally {
      clear();
    }
  }
}

/** Keys by their ids. What is no key for RS256 is left out. @throws Error where there is none. */
async function keysIn(text: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const body = parseBounded(text);
  const listed = arrayOf(isObject(body) ? body['keys'] : null).slice(0, MAX_KEYS);
  const keys = new Map<string, CryptoKey>();
  for (const { kid, kty, alg = 'RS256', use = 'sig', n, e } of listed.filter(isObject)) {
    if (typeof kid !== 'string' || kty !== 'RSA' || alg !== 'RS256' || use !== 'sig' || typeof n !== 'string' || typeof e !== 'string')
      continue;
    const key = await importRs256({ kty, alg, n, e });
    if (key !== null) keys.set(kid, key);
  }
  if (keys.size === 0) throw new Error('no key for RS256 is in it');
  return keys;
}
