/**
 * Keeps the secrets of a call out of its answer, since an upstream may return what it was sent. Masks every text of every event, and a
 * secret that comes in pieces over several deltas. Errors are masked by `send.ts`.
 *
 * Over several deltas the spellings of `fixedSpellings` are found, not other escapes, and not in deltas with log probabilities or
 * reasoning details; the first five characters may have been sent on by then.
 */
import { UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { failureTable } from '../lib/text-matcher.ts';
import { putLast } from '../lib/lru-map.ts';
import { once } from '../lib/memoize.ts';
import {
  isTerminal,
  type ReasoningDeltaEvent,
  type StreamEvent,
  type TextDeltaEvent,
  type ToolCallDeltaEvent,
} from '../unified/response/event.ts';
import { anyOf, contentSecrets, fixedSpellings, hasEscapes, isLong, literally, mask, MASK, maskDeep } from './secrets.ts';

/** Part of a secret at the end of a delta that waits for the next delta, from this length on, in characters. */
const HELD_CHARACTERS = 6;

/** Deltas whose text may hold a piece of a secret. */
type Piece = TextDeltaEvent | ReasoningDeltaEvent | ToolCallDeltaEvent;

/** Takes events and returns them without secrets: the same batch where there is none, as nearly always. */
export type HideSecretsStage = {
  push(events: readonly StreamEvent[]): readonly StreamEvent[];
  /** Whether `push` would return this event as it is: no secret begins or goes on in its text. */
  isHarmless(event: StreamEvent): boolean;
};

/** Rough size in memory of what follows one secret in one text. */
const FOLLOWER_BYTES = 300;

/** The stage; null where no secret can be told from ordinary text. @param budget of the answer. */
export function createHideSecretsStage(secrets: readonly string[], budget: AnswerBudget = UNLIMITED): HideSecretsStage | null {
  const search = searchFor(secrets);
  if (search === null) return null;
  const { hidden, least, whole, opening, createFollowers } = search;
  /** The latest text that was searched and in which no secret stands. */
  let clean = '';
  const holdsNone = (text: string) => {
    if (text !== clean && whole.test(text)) return false;
    clean = text;
    return true;
  };
  const maskText = (text: string) => {
    if (text.length < least) return text;
    if (!holdsNone(text) || hasEscapes(text)) return mask(text, hidden);
    return text;
  };
  /** Texts that end with the beginning of a secret, by choice, then by text within the choice. */
  const choices = new Map<number, Map<string | number, Text>>();
  /** How many texts these are. */
  let begun = 0;
  /** Followers that are in no text: one set serves all texts in which no secret has begun. */
  let spare: readonly Follower[] | null = null;

  /** Text in which no secret begins or goes on. */
  function isHarmless(event: StreamEvent): boolean {
    if (event.type !== 'text-delta' || event.logprobs !== undefined || event.text.length >= least || begun > 0) return false;
    return !opening.test(event.text);
  }

  const keyOf = (event: Piece) => (event.type === 'tool-call-delta' ? event.index : event.type);

  /** Keeps the followers of a text. @throws RouterError when the budget is spent. */
  function remember(event: Piece, followers: readonly Follower[]): void {
    budget.take(FOLLOWER_BYTES * followers.length);
    const texts = choices.get(event.choice) ?? new Map<string | number, Text>();
    choices.set(event.choice, texts.set(keyOf(event), { of: withPiece(withoutName(event), ''), followers }));
    begun++;
  }

  function forget(event: Piece, followers: readonly Follower[]): void {
    budget.give(FOLLOWER_BYTES * followers.length);
    choices.get(event.choice)?.delete(keyOf(event));
    begun--;
  }

  function pushPiece(event: Piece, out: StreamEvent[]): void {
    const piece = pieceOf(event);
    const known = choices.get(event.choice)?.get(keyOf(event))?.followers;
    const followers = known ?? spare ?? createFollowers();
    spare = known === undefined ? null : spare;
    const hasNone = known === undefined && piece.length >= least && holdsNone(piece);
    let shown = piece;
    for (const follower of followers) shown = follower.push(shown, hasNone);
    const hasBegun = followers.some((follower) => follower.hasBegun());
    if (hasBegun && known === undefined) remember(event, followers);
    else if (!hasBegun) {
      spare = followers;
      if (known !== undefined) forget(event, followers);
    }
    // What is in one delta in another spelling, or only the beginning of a long secret.
    if (shown === piece) out.push(isShort(event, least) ? event : maskDeep(event, maskText));
    else if (shown !== '' || isNamed(event)) out.push(withPiece(maskDeep(event, maskText), mask(shown, hidden)));
  }

  /** The choice is over: what waits was no secret. */
  function flush(choice: number, out: StreamEvent[]): void {
    for (const { of, followers } of choices.get(choice)?.values() ?? []) {
      budget.give(FOLLOWER_BYTES * followers.length);
      begun--;
      const waiting = followers.reduce((text, follower) => follower.push(text) + follower.flush(), '');
      if (waiting !== '') out.push(withPiece(withoutName(of), mask(waiting, hidden)));
    }
    choices.delete(choice);
  }

  return {
    isHarmless,
    push(events) {
      const first = events.findIndex((event) => !isHarmless(event));
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

const pieceOf = (event: Piece) => (event.type === 'tool-call-delta' ? event.arguments : event.text);

const withPiece = (event: Piece, text: string): Piece =>
  event.type === 'tool-call-delta' ? { ...event, arguments: text } : { ...event, text };

/** The first delta of a tool call, which carries its id and its name, and others that carry more than arguments. */
const isNamed = (event: Piece) =>
  event.type === 'tool-call-delta' && (event.id !== undefined || event.name !== undefined || event.extra !== undefined);

const withoutName = (event: Piece): Piece =>
  event.type === 'tool-call-delta' ? { type: event.type, choice: event.choice, index: event.index, arguments: '' } : event;

/** Too short for a whole secret, as nearly every delta is. */
const isShort = (event: StreamEvent, least: number) => isPiece(event) && !isNamed(event) && pieceOf(event).length < least;

/** One text of an answer: a delta of it, and how much of each secret it ends with. */
type Text = { of: Piece; followers: readonly Follower[] };

/** Follows one secret through the pieces of a text. */
type Follower = {
  /** @param hasNone no whole secret stands within the piece. */
  push(piece: string, hasNone?: boolean): string;
  flush(): string;
  hasBegun(): boolean;
};

/** What finds the secrets of a call. */
type Search = {
  hidden: readonly string[];
  /** Length of the shortest. */
  least: number;
  /** Finds a spelling that is one text. */
  whole: RegExp;
  /** Finds where such a spelling may begin: its first two characters, or its first one at the end. */
  opening: RegExp;
  createFollowers: () => Follower[];
};

/** What was made for the latest calls, by their secrets: making it takes longer than searching an ordinary answer. */
const made = new Map<string, Search | null>();
const MAX_MADE = 32;

/** Null where no secret can be told from ordinary text. */
function searchFor(secrets: readonly string[]): Search | null {
  const name = JSON.stringify(secrets);
  const known = made.get(name);
  if (known !== undefined) return known;
  const hidden = contentSecrets(secrets);
  const search = hidden.length === 0 ? null : makeSearch(hidden);
  putLast(made, { key: name, value: search, max: MAX_MADE });
  return search;
}

function makeSearch(hidden: readonly string[]): Search {
  const isCut = new Map(hidden.flatMap((secret) => fixedSpellings(secret).map((text) => [text, isLong(secret)] as const)));
  const spellings = [...isCut.keys()];
  const pairs = [...new Set(spellings.map((text) => text.slice(0, 2)))];
  const initials = [...new Set(spellings.map((text) => text.charAt(0)))];
  const tables = once(() => [...isCut].map(([secret, long]) => [secret, long, failureTable(secret)] as const));
  return {
    hidden,
    least: Math.min(...hidden.map(({ length }) => length)),
    whole: anyOf(spellings),
    opening: new RegExp(`${anyOf(pairs).source}|[${literally(initials.join(''))}]$`),
    createFollowers: () => tables().map((known) => createFollower(...known)),
  };
}

/** What belongs to a long secret after its beginning. */
const REST = /[\w.~+/=%\\-]*/y;

function endOfRest(text: string, start: number): number {
  REST.lastIndex = start;
  return start + (REST.exec(text)?.[0].length ?? 0);
}

/** @param isCut what follows the secret without a break belongs to it, too. */
function createFollower(secret: string, isCut: boolean, table: Int32Array): Follower {
  let matched = 0;
  /** The beginning of a long secret was found, and no break since. */
  let isInRest = false;
  let held = '';
  return {
    push(piece, hasNone = false) {
      const text = held + piece;
      let shown = '';
      let from = isInRest ? endOfRest(text, 0) : 0;
      isInRest &&= from === text.length;
      for (let position = Math.max(from, held.length); position < text.length; position++) {
        // Where none has begun and none stands whole, one can begin only in what is shorter than it.
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
