/**
 * Masks the secrets of a call in its answer, because an upstream may return what it received. Covers every text of every event, its original
 * included, and a secret split over several deltas. Errors are masked by `send.ts`.
 *
 * Limits for a secret split over deltas: only the spellings of `fixedSpellings` are found, not other escapes; deltas with log probabilities
 * or reasoning details are not joined; and up to five characters may have been passed on before the match.
 */
import { UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import {
  changeEvent,
  isTerminal,
  type ReasoningDeltaEvent,
  type StreamEvent,
  type TextDeltaEvent,
  type ToolCallDeltaEvent,
} from '../unified/response/event.ts';
import { getSearch, type Follower, type Search } from './secret-search.ts';
import { hasEscapes, hasRun, mask, maskDeep } from './secrets.ts';

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
  return search === null ? null : new SecretFilter(search, budget);
}

class SecretFilter implements HideSecretsStage {
  readonly #search: Search;
  readonly #budget: AnswerBudget;
  /** The last text that was searched and contains no secret. */
  #lastCleanText = '';
  /** Texts that end with the beginning of a secret, by choice, then by kind of text. Null before the first one. */
  #choices: Map<number, Map<string | number, TrackedText>> | null = null;
  /** Number of these texts. */
  #trackedTexts = 0;
  /** Followers in their initial state: one set serves all texts in which no secret has begun. Null before the first text that may hold one. */
  #spare: readonly Follower[] | null = null;

  constructor(search: Search, budget: AnswerBudget) {
    this.#search = search;
    this.#budget = budget;
  }

  canHoldNoSecret(event: StreamEvent): boolean {
    if (event.type !== 'text-delta' || event.logprobs !== undefined || event.original !== undefined) return false;
    if (event.text.length >= this.#search.least || this.#trackedTexts > 0) return false;
    return !this.#search.opening.test(event.text);
  }

  push(events: readonly StreamEvent[]): readonly StreamEvent[] {
    const first = events.findIndex((event) => !this.canHoldNoSecret(event));
    if (first < 0) return events;
    const out = events.slice(0, first);
    for (const event of events.slice(first)) {
      if (isPiece(event)) this.#pushPiece(event, out);
      else {
        if (event.type === 'choice-end' || event.type === 'choice-error') this.#flush(event.choice, out);
        else if (isTerminal(event)) for (const choice of this.#choices?.keys() ?? []) this.#flush(choice, out);
        out.push(this.#masked(event));
      }
    }
    return out;
  }

  #pushPiece(event: Piece, out: StreamEvent[]): void {
    const { least, hidden, createFollowers } = this.#search;
    const piece = pieceOf(event);
    const known = this.#choices?.get(event.choice)?.get(keyOf(event))?.followers;
    if (known === undefined && this.#isFreeOf(piece)) return void out.push(this.#maskOthers(event));
    const followers = known ?? this.#spare ?? createFollowers();
    this.#spare = known === undefined ? null : this.#spare;
    const hasNone = known === undefined && piece.length >= least && this.#containsNone(piece);
    let shown = piece;
    for (const follower of followers) shown = follower.push(shown, hasNone);
    const hasBegun = followers.some((follower) => follower.hasBegun());
    if (hasBegun && known === undefined) this.#trackText(event, followers);
    else if (!hasBegun) {
      this.#spare = followers;
      if (known !== undefined) this.#untrackText(event, followers);
    }
    if (shown === piece) out.push(this.#maskOthers(event));
    else if (shown !== '' || isNamed(event)) out.push(withPiece(this.#masked(event), mask(shown, hidden)));
  }

  /** True for the first piece of a text, if it contains no secret and none begins at its end. */
  #isFreeOf(piece: string): boolean {
    const { least, longest, opening } = this.#search;
    return piece.length < least ? !opening.test(piece) : !opening.test(piece.slice(-longest)) && this.#containsNone(piece);
  }

  /** Masks what followers do not find: a whole secret in another spelling, the beginning of a long one, other texts than that of the delta. */
  #maskOthers(event: Piece): Piece {
    return isShort(event, this.#search.least) ? event : this.#masked(event);
  }

  #masked<Event extends StreamEvent>(event: Event): Event {
    return maskDeep(event, (text) => this.#maskText(text));
  }

  #maskText(text: string): string {
    const { least, hidden } = this.#search;
    return text.length >= least && (!this.#containsNone(text) || hasEscapes(text)) ? mask(text, hidden) : text;
  }

  #containsNone(text: string): boolean {
    const { run, whole } = this.#search;
    if (text !== this.#lastCleanText && hasRun(text, run) && whole.test(text)) return false;
    this.#lastCleanText = text;
    return true;
  }

  /** Stores the followers of a text. @throws RouterError when the budget is used up. */
  #trackText(event: Piece, followers: readonly Follower[]): void {
    this.#budget.take(FOLLOWER_BYTES * followers.length);
    const choices = (this.#choices ??= new Map<number, Map<string | number, TrackedText>>());
    const texts = choices.get(event.choice) ?? new Map<string | number, TrackedText>();
    choices.set(event.choice, texts.set(keyOf(event), { of: withPiece(withoutName(event), ''), followers }));
    this.#trackedTexts++;
  }

  #untrackText(event: Piece, followers: readonly Follower[]): void {
    this.#budget.give(FOLLOWER_BYTES * followers.length);
    this.#choices?.get(event.choice)?.delete(keyOf(event));
    this.#trackedTexts--;
  }

  /** Ends a choice: held text was not a secret and is passed on. */
  #flush(choice: number, out: StreamEvent[]): void {
    for (const { of, followers } of this.#choices?.get(choice)?.values() ?? []) {
      this.#budget.give(FOLLOWER_BYTES * followers.length);
      this.#trackedTexts--;
      const waiting = followers.reduce((text, follower) => follower.push(text) + follower.flush(), '');
      if (waiting !== '') out.push(withPiece(withoutName(of), mask(waiting, this.#search.hidden)));
    }
    this.#choices?.delete(choice);
  }
}

const keyOf = (event: Piece) => (event.type === 'tool-call-delta' ? event.index : event.type);

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
