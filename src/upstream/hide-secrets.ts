/**
 * Masks the secrets of a call in its answer, because an upstream may return what it received. Covers every text of every event, its original
 * included, and a secret split over several deltas. Errors are masked by `send.ts`.
 *
 * Limits for a secret split over deltas: only the spellings of `fixedSpellings` are found, not other escapes; deltas with log probabilities
 * or reasoning details are not joined; and up to five characters may have been passed on before the match.
 */
import { UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { failureTable } from '../lib/text-matcher.ts';
import { putLast } from '../lib/lru-map.ts';
import { once } from '../lib/memoize.ts';
import {
  changeEvent,
  isTerminal,
  type ReasoningDeltaEvent,
  type StreamEvent,
  type TextDeltaEvent,
  type ToolCallDeltaEvent,
} from '../unified/response/event.ts';
import {
  anyOf,
  contentSecrets,
  fixedSpellings,
  hasEscapes,
  hasRun,
  isLong,
  literally,
  mask,
  MASK,
  maskDeep,
  shortestRun,
} from './secrets.ts';

/** From this length on, a part of a secret at the end of a delta is held until the next delta, in characters. */
const HELD_CHARACTERS = 6;

/** Deltas whose text may contain a part of a secret. */
type Piece = TextDeltaEvent | ReasoningDeltaEvent | ToolCallDeltaEvent;

/** Returns events without secrets. Returns the same batch when it contains none, which is nearly always. */
export type HideSecretsStage = {
  push(events: readonly StreamEvent[]): readonly StreamEvent[];
  /** Whether `push` would return this event as it is: no secret begins or goes on in its text. */
  canHoldNoSecret(event: StreamEvent): boolean;
};

/** Estimated memory of one follower, in bytes. */
const FOLLOWER_BYTES = 300;

/** Creates the stage; null when no secret can be distinguished from ordinary text. @param budget memory budget of the answer. */
export function createHideSecretsStage(secrets: readonly string[], budget: AnswerBudget = UNLIMITED): HideSecretsStage | null {
  const search = getSearch(secrets);
  if (search === null) return null;
  const { hidden, least, longest, run, whole, opening, createFollowers } = search;
  /** The last text that was searched and contains no secret. */
  let lastCleanText = '';
  const containsNone = (text: string) => {
    if (text !== lastCleanText && hasRun(text, run) && whole.test(text)) return false;
    lastCleanText = text;
    return true;
  };
  const maskText = (text: string) => (text.length >= least && (!containsNone(text) || hasEscapes(text)) ? mask(text, hidden) : text);
  /** Texts that end with the beginning of a secret, by choice, then by kind of text. */
  const choices = new Map<number, Map<string | number, TrackedText>>();
  /** Number of these texts. */
  let trackedTexts = 0;
  /** Followers in their initial state: one set serves all texts in which no secret has begun. */
  let spare: readonly Follower[] | null = null;

  /** True for text in which no secret begins or continues. */
  function canHoldNoSecret(event: StreamEvent): boolean {
    if (event.type !== 'text-delta' || event.logprobs !== undefined || event.original !== undefined) return false;
    if (event.text.length >= least || trackedTexts > 0) return false;
    return !opening.test(event.text);
  }

  /** True for the first piece of a text, if it contains no secret and none begins at its end. */
  const isFreeOf = (piece: string) =>
    piece.length < least ? !opening.test(piece) : !opening.test(piece.slice(-longest)) && containsNone(piece);

  /** Masks what followers do not find: a whole secret in another spelling, the beginning of a long one, other texts than that of the delta. */
  const maskOthers = (event: Piece) => (isShort(event, least) ? event : maskDeep(event, maskText));

  /** Stores the followers of a text. @throws RouterError when the budget is used up. */
  function trackText(event: Piece, followers: readonly Follower[]): void {
    budget.take(FOLLOWER_BYTES * followers.length);
    const texts = choices.get(event.choice) ?? new Map<string | number, TrackedText>();
    choices.set(event.choice, texts.set(keyOf(event), { of: withPiece(withoutName(event), ''), followers }));
    trackedTexts++;
  }

  function untrackText(event: Piece, followers: readonly Follower[]): void {
    budget.give(FOLLOWER_BYTES * followers.length);
    choices.get(event.choice)?.delete(keyOf(event));
    trackedTexts--;
  }

  function pushPiece(event: Piece, out: StreamEvent[]): void {
    const piece = pieceOf(event);
    const known = choices.get(event.choice)?.get(keyOf(event))?.followers;
    if (known === undefined && isFreeOf(piece)) return void out.push(maskOthers(event));
    const followers = known ?? spare ?? createFollowers();
    spare = known === undefined ? null : spare;
    const hasNone = known === undefined && piece.length >= least && containsNone(piece);
    let shown = piece;
    for (const follower of followers) shown = follower.push(shown, hasNone);
    const hasBegun = followers.some((follower) => follower.hasBegun());
    if (hasBegun && known === undefined) trackText(event, followers);
    else if (!hasBegun) {
      spare = followers;
      if (known !== undefined) untrackText(event, followers);
    }
    if (shown === piece) out.push(maskOthers(event));
    else if (shown !== '' || isNamed(event)) out.push(withPiece(maskDeep(event, maskText), mask(shown, hidden)));
  }

  /** Ends a choice: held text was not a secret and is passed on. */
  function flush(choice: number, out: StreamEvent[]): void {
    for (const { of, followers } of choices.get(choice)?.values() ?? []) {
      budget.give(FOLLOWER_BYTES * followers.length);
      trackedTexts--;
      const waiting = followers.reduce((text, follower) => follower.push(text) + follower.flush(), '');
      if (waiting !== '') out.push(withPiece(withoutName(of), mask(waiting, hidden)));
    }
    choices.delete(choice);
  }

  return {
    canHoldNoSecret,
    push(events) {
      const first = events.findIndex((event) => !canHoldNoSecret(event));
      if (first < 0) return events;
      const out = events.slice(0, first);
      for (const event of events.slice(first)) {
        if (isPiece(event)) pushPiece(event, out);
        else {
          if (event.type === 'choice-end' || event.type === 'choice-error') flush(event.choice, out);
          else if (isTerminal(event)) for (const choice of choices.keys()) flush(choice, out);
          out.push(maskDeep(event, maskText));
        }
      }
      return out;
    },
  };
}

function isPiece(event: StreamEvent): event is Piece {
  switch (event.type) {
    case 'text-delta':
      return event.logprobs === undefined;
    case 'reasoning-delta':
      return event.details === undefined;
    default:
      return event.type === 'tool-call-delta';
  }
}

const keyOf = (event: Piece) => (event.type === 'tool-call-delta' ? event.index : event.type);

const pieceOf = (event: Piece) => (event.type === 'tool-call-delta' ? event.arguments : event.text);

const withPiece = (event: Piece, text: string): Piece =>
  event.type === 'tool-call-delta' ? changeEvent(event, { arguments: text }) : changeEvent(event, { text });

/** True for the first delta of a tool call (with id and name), and for others with more than arguments. */
const isNamed = (event: Piece) =>
  event.type === 'tool-call-delta' && (event.id !== undefined || event.name !== undefined || event.extra !== undefined);

const withoutName = (event: Piece): Piece =>
  event.type === 'tool-call-delta' ? { type: event.type, choice: event.choice, index: event.index, arguments: '' } : event;

/** True when the event is shorter than any secret, as nearly every delta is. */
const isShort = (event: Piece, least: number) => event.original === undefined && !isNamed(event) && pieceOf(event).length < least;

/** One text of an answer: an event of it, and the state of each follower. */
type TrackedText = { of: Piece; followers: readonly Follower[] };

/** Finds one secret in the pieces of a text. */
type Follower = {
  /** @param hasNone true = the piece contains no whole secret. */
  push(piece: string, hasNone?: boolean): string;
  flush(): string;
  hasBegun(): boolean;
};

/** The compiled search for the secrets of a call. */
type Search = {
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
function getSearch(secrets: readonly string[]): Search | null {
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
    createFollowers: () => tables().map((known) => createFollower(...known)),
  };
}

/** Matches the rest of a long secret after its compared beginning. */
const REST = /[\w.~+/=%\\-]*/y;

function endOfRest(text: string, start: number): number {
  REST.lastIndex = start;
  return start + (REST.exec(text)?.[0].length ?? 0);
}

/** @param isCut true = only the beginning is compared; what follows without a break belongs to the secret. */
function createFollower(secret: string, isCut: boolean, table: Int32Array): Follower {
  let matched = 0;
  /** True when the beginning of a long secret was found, and no break since. */
  let isInRest = false;
  let held = '';
  return {
    push(piece, hasNone = false) {
      const text = held + piece;
      let shown = '';
      let from = isInRest ? endOfRest(text, 0) : 0;
      isInRest &&= from === text.length;
      for (let position = Math.max(from, held.length); position < text.length; position++) {
        // Without a partial match and without a whole secret, a secret can only begin near the end of the piece.
        if (hasNone && matched === 0) position = Math.max(position, text.length - secret.length + 1);
        const code = text.charCodeAt(position);
        while (matched > 0 && secret.charCodeAt(matched) !== code) matched = table[matched - 1] ?? 0;
        if (secret.charCodeAt(matched) === code) matched++;
        if (matched < secret.length) continue;
        shown += text.slice(from, Math.max(from, position + 1 - matched)) + MASK;
        from = isCut ? endOfRest(text, position + 1) : position + 1;
        isInRest = isCut && from === text.length;
        position = from - 1;
        matched = 0;
      }
      const waiting = matched < HELD_CHARACTERS ? 0 : Math.min(matched, text.length - from);
      held = waiting === 0 ? '' : text.slice(-waiting);
      return waiting === 0 && from === 0 ? text : shown + text.slice(from, text.length - waiting);
    },
    hasBegun: () => matched > 0 || isInRest,
    flush() {
      const text = held;
      held = '';
      return text;
    },
  };
}
