/** Time, randomness and the network of the platform, behind the ports. */
import type { Random } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fetch } from '../lib/fetch.ts';

/** The clock on the wall. In production it stands still between I/O, which is all the precision that is needed here. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 20 letters and digits: about 119 bits. */
export const systemRandom: Random = {
  id() {
    let id = '';
    for (const byte of crypto.getRandomValues(new Uint8Array(20))) id += ALPHABET[byte % ALPHABET.length];
    return id;
  },
  fraction: () => Math.random(),
};

/** The platform's network, for `upstream/send.ts` and for nobody else. */
export const systemFetch: Fetch = (url, init) => fetch(url, init);

/** The operator's log. */
export const systemLog = (line: string): void => console.warn(line);
