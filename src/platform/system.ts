/** Implements the ports with the platform's clock, random source, network and log. */
import type { Random } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';

/** System clock. In production it only advances at I/O, which is precise enough. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));

const ID_CHARACTERS = 20;

/** Random characters of the next ids, as bytes. Filled inside a request: while a module is loaded, the platform has no random numbers. */
const pool = new Uint8Array(200 * ID_CHARACTERS);
/** Bytes of the pool that were used. None is used twice. */
let used = pool.length;

function fillPool(): void {
  crypto.getRandomValues(pool);
  for (let place = 0; place < pool.length; place++) pool[place] = CODES[(pool[place] ?? 0) % CODES.length] ?? 0;
  used = 0;
}

const toText = new TextDecoder();

/** Ids of 20 letters and digits: about 119 bits. */
export const systemRandom: Random = {
  id() {
    if (used === pool.length) fillPool();
    return toText.decode(pool.subarray(used, (used += ID_CHARACTERS)));
  },
  fraction: () => Math.random(),
};

/** The platform's `fetch`. Only for `upstream/send.ts` and `upstream/media/`. */
export const systemFetch: Fetch = (url, init) => fetch(url, init);

/** The operator's log. */
export const systemLog = (line: string): void => console.warn(line);

/** The operator's log, for a line that is no warning. */
export const systemNote = (line: string): void => console.log(line);

/** Bytes from the platform's source of random numbers. */
export const systemRandomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
