/** Compiled searches for the secrets of a call, also for a secret that is split over the pieces of a text. */
import { putLast } from '../lib/lru-map.ts';
import { once } from '../lib/memoize.ts';
import { failureTable } from '../lib/text-matcher.ts';
import { anyOf, contentSecrets, fixedSpellings, isLong, literally, MASK, shortestRun } from './secrets.ts';

/** From this length on, a part of a secret at the end of a delta is held until the next delta, in characters. */
const HELD_CHARACTERS = 6;

/** The compiled search for the secrets of a call. */
export type Search = {
  hidden: readonly string[];
  /** Length of the shortest secret. */
  least: number;
  /** Length of the longest spelling. */
  longest: number;
  /** Shortest run without white space and quotes in any spelling; 0 = unknown. Large text is searched for it first: that reads few characters. */
  run: number;
  /** Matches any spelling. */
  whole: RegExp;
  /** Matches where a spelling may begin: its first two characters, or its first one at the end. */
  opening: RegExp;
  createFollowers: () => Follower[];
};

/** Searches of the latest calls, by their secrets. Creating one takes longer than searching an ordinary answer. */
const searches = new Map<string, Search | null>();
const MAX_SEARCHES = 32;

/** Returns the search for these secrets; null when none can be distinguished from ordinary text. */
export function getSearch(secrets: readonly string[]): Search | null {
  const name = JSON.stringify(secrets);
  const known = searches.get(name);
  if (known !== undefined) return known;
  const hidden = contentSecrets(secrets);
  const search = hidden.length === 0 ? null : createSearch(hidden);
  putLast(searches, { key: name, value: search, max: MAX_SEARCHES });
  return search;
}

function createSearch(hidden: readonly string[]): Search {
  const isCut = new Map(hidden.flatMap((secret) => fixedSpellings(secret).map((text) => [text, isLong(secret)] as const)));
  const spellings = [...isCut.keys()];
  const pairs = [...new Set(spellings.map((text) => text.slice(0, 2)))];
  const initials = [...new Set(spellings.map((text) => text.charAt(0)))];
  const tables = once(() => [...isCut].map(([secret, long]) => [secret, long, failureTable(secret)] as const));
  return {
    hidden,
    least: Math.min(...hidden.map(({ length }) => length)),
    longest: Math.max(...spellings.map(({ length }) => length)),
    run: shortestRun(spellings),
    whole: anyOf(spellings),
    opening: new RegExp(`${anyOf(pairs).source}|[${literally(initials.join(''))}]$`),
    createFollowers: () => tables().map((known) => new Follower(...known)),
  };
}

/** Matches the rest of a long secret after its compared beginning. */
const REST = /[\w.~+/=%\\-]*/y;

function endOfRest(text: string, start: number): number {
  REST.lastIndex = start;
  return start + (REST.exec(text)?.[0].length ?? 0);
}

/** Finds one secret in the pieces of a text. */
export class Follower {
  readonly #secret: string;
  readonly #isCut: boolean;
  readonly #table: Int32Array;
  #matched = 0;
  /** True when the beginning of a long secret was found, and no break since. */
  #isInRest = false;
  #held = '';

  /** @param isCut true = only the beginning is compared; what follows without a break belongs to the secret. */
  constructor(secret: string, isCut: boolean, table: Int32Array) {
    this.#secret = secret;
    this.#isCut = isCut;
    this.#table = table;
  }

  /** Takes a piece and returns what may be shown. @param hasNone true = the piece contains no whole secret. */
  push(piece: string, hasNone = false): string {
    const secret = this.#secret;
    const text = this.#held + piece;
    let matched = this.#matched;
    let shown = '';
    let from = this.#isInRest ? endOfRest(text, 0) : 0;
    this.#isInRest &&= from === text.length;
    for (let position = Math.max(from, this.#held.length); position < text.length; position++) {
      // Without a partial match and without a whole secret, a secret can only begin near the end of the piece.
      if (hasNone && matched === 0) position = Math.max(position, text.length - secret.length + 1);
      const code = text.charCodeAt(position);
      while (matched > 0 && secret.charCodeAt(matched) !== code) matched = this.#table[matched - 1] ?? 0;
      if (secret.charCodeAt(matched) === code) matched++;
      if (matched < secret.length) continue;
      shown += text.slice(from, Math.max(from, position + 1 - matched)) + MASK;
      from = this.#isCut ? endOfRest(text, position + 1) : position + 1;
      this.#isInRest = this.#isCut && from === text.length;
      position = from - 1;
      matched = 0;
    }
    this.#matched = matched;
    const waiting = matched < HELD_CHARACTERS ? 0 : Math.min(matched, text.length - from);
    this.#held = waiting === 0 ? '' : text.slice(-waiting);
    return waiting === 0 && from === 0 ? text : shown + text.slice(from, text.length - waiting);
  }

  /** True after a piece that ends with the beginning of the secret. */
  hasBegun(): boolean {
    return this.#matched > 0 || this.#isInRest;
  }

  /** Removes and returns the held text. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    return text;
  }
}
