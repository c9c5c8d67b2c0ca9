/**
 * Stop sequences, enforced by the router: the ones an upstream cannot take, and the ones it takes but leaves in its text.
 * The client never sees a stop sequence. Pure; cancelling the upstream is up to whoever asks {@link StopStage.satisfied}.
 */
import { append } from '../unified/append.ts';
import type { AnswerBudget } from '../unified/budget.ts';
import { isTerminal, type Stage, type StreamEvent, type TextDeltaEvent, type TokenLogprob } from '../unified/event.ts';
import { sizeOfLogprobs } from './event-size.ts';
import { createSequenceMatchers, type SequenceMatcher } from './sequence-matcher.ts';

/** One sequence. `native`: the upstream was told of it as well, and will end the choice itself. */
export type StopSequence = { text: string; native: boolean };

/** A stage that can say when there is nothing left to wait for. */
export interface StopStage extends Stage {
  /**
   * True once every choice has ended, at least one of them by the router: the upstream may be cancelled.
   *
   * @param hasFinished whether the upstream has given the finish reason of a choice, which may not have come here yet.
   */
  satisfied(hasFinished?: (choice: number) => boolean): boolean;
}

type Choice = {
  matcher: SequenceMatcher;
  /** Tokens whose text has not been shown yet begin at `firstToken`; `shownOfTokens` characters have been shown since then. */
  tokens: TokenLogprob[];
  firstToken: number;
  shownOfTokens: number;
  /** `open`: text flows. `cut`: found, the upstream will end it. `ended`: over for the client. */
  state: 'open' | 'cut' | 'ended';
};

/**
 * @param choices how many choices the upstream was asked for.
 * @param budget of the answer, which log probabilities that wait for their text take from.
 */
export function createStopStage(sequences: readonly StopSequence[], choices: number, budget?: AnswerBudget): StopStage {
  const createMatcher = createSequenceMatchers(sequences.map(({ text }) => text));
  const states = new Map<number, Choice>();
  let endedByRouter = false;

  function choiceAt(index: number): Choice {
    const known = states.get(index);
    if (known !== undefined) return known;
    const created: Choice = { matcher: createMatcher(), tokens: [], firstToken: 0, shownOfTokens: 0, state: 'open' };
    states.set(index, created);
    return created;
  }

  function endChoice(index: number, choice: Choice, out: StreamEvent[]): void {
    choice.state = 'ended';
    endedByRouter = true;
    out.push({ type: 'choice-end', choice: index, reason: 'stop', nativeReason: null });
  }

  function hold(logprobs: readonly TokenLogprob[], choice: Choice): void {
    budget?.take(sizeOfLogprobs(logprobs));
    append(choice.tokens, logprobs);
  }

  function pushText(event: TextDeltaEvent, out: StreamEvent[]): void {
    const choice = choiceAt(event.choice);
    if (choice.state === 'cut' && event.text !== '') endChoice(event.choice, choice, out); // it goes on after its own stop
    if (choice.state !== 'open') return;
    if (event.logprobs !== undefined) hold(event.logprobs, choice);
    const { text, found } = choice.matcher.push(event.text);
    show(event.choice, choice, text, false, out);
    if (found === null) return;
    budget?.give(sizeOfLogprobs(choice.tokens.slice(choice.firstToken)));
    choice.tokens = [];
    choice.firstToken = 0;
    if (sequences[found]?.native === true) choice.state = 'cut';
    else endChoice(event.choice, choice, out);
  }

  /** Shows text and the tokens that it completes. */
  function show(index: number, choice: Choice, text: string, isLast: boolean, out: StreamEvent[]): void {
    const logprobs = showTokens(choice, text.length, isLast);
    budget?.give(sizeOfLogprobs(logprobs));
    if (text === '' && logprobs.length === 0) return;
    out.push(logprobs.length > 0 ? { type: 'text-delta', choice: index, text, logprobs } : { type: 'text-delta', choice: index, text });
  }

  /** The text is over, well or not: nothing held back can become a sequence any more. */
  function showHeld(out: StreamEvent[]): void {
    for (const [index, choice] of states) if (choice.state === 'open') show(index, choice, choice.matcher.flush(), true, out);
  }

  function pushOther(event: StreamEvent, out: StreamEvent[]): void {
    if (isTerminal(event)) showHeld(out);
    if (event.type !== 'choice-end' && event.type !== 'choice-error') {
      if (!('choice' in event) || choiceAt(event.choice).state === 'open') out.push(event);
      return;
    }
    const choice = choiceAt(event.choice);
    if (choice.state === 'ended') return;
    if (choice.state === 'open') show(event.choice, choice, choice.matcher.flush(), true, out);
    const nativeReason = event.type === 'choice-end' ? event.nativeReason : null;
    out.push(choice.state === 'cut' ? { type: 'choice-end', choice: event.choice, reason: 'stop', nativeReason } : event);
    choice.state = 'ended';
  }

  function isEachOver(hasFinished: (choice: number) => boolean): boolean {
    for (let index = 0; index < choices; index++) if (states.get(index)?.state !== 'ended' && !hasFinished(index)) return false;
    return true;
  }

  return {
    push(events) {
      const out: StreamEvent[] = [];
      for (const event of events) {
        if (event.type === 'text-delta') pushText(event, out);
        else pushOther(event, out);
      }
      return out;
    },
    satisfied: (hasFinished = () => false) => endedByRouter && isEachOver(hasFinished),
  };
}

/** Takes out the tokens that are complete once so many more characters have been shown. */
function showTokens(choice: Choice, characters: number, isLast: boolean): TokenLogprob[] {
  const { tokens, firstToken } = choice;
  if (tokens.length === 0) return [];
  choice.shownOfTokens += characters;
  let next = firstToken;
  for (; next < tokens.length; next++) {
    const length = tokens[next]?.token.length ?? 0;
    if (!isLast && length > choice.shownOfTokens) break;
    choice.shownOfTokens -= length;
  }
  const shown = tokens.slice(firstToken, next);
  choice.firstToken = next;
  // At least half of the list has been shown: what moves now has been paid for.
  if (next * 2 >= tokens.length) [choice.tokens, choice.firstToken] = [tokens.slice(next), 0];
  if (choice.tokens.length === 0) choice.shownOfTokens = 0;
  return shown;
}
