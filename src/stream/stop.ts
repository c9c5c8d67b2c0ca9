/**
 * Stop sequences, enforced by the router: the ones an upstream cannot take, and the ones it takes but leaves in its text.
 * The client never sees a stop sequence. Pure; cancelling the upstream is up to whoever asks {@link StopStage.satisfied}.
 */
import { isTerminal, type Stage, type StreamEvent, type TextDeltaEvent, type TokenLogprob } from '../unified/event.ts';
import { createSequenceMatchers, type SequenceMatcher } from './sequence-matcher.ts';

/** One sequence. `native`: the upstream was told of it as well, and will end the choice itself. */
export type StopSequence = { text: string; native: boolean };

/** A stage that can say when there is nothing left to wait for. */
export interface StopStage extends Stage {
  /** True once every choice has ended, at least one of them by the router: the upstream may be cancelled. */
  satisfied(): boolean;
}

type Choice = {
  matcher: SequenceMatcher;
  /** Tokens whose text has not been shown yet, with the length of text shown or cut before them. */
  tokens: TokenLogprob[];
  shownOfTokens: number;
  /** `open`: text flows. `cut`: found, the upstream will end it. `ended`: over for the client. */
  state: 'open' | 'cut' | 'ended';
};

/** @param choices how many choices the upstream was asked for. */
export function createStopStage(sequences: readonly StopSequence[], choices: number): StopStage {
  const createMatcher = createSequenceMatchers(sequences.map(({ text }) => text));
  const states = new Map<number, Choice>();
  let ended = 0;
  let endedByRouter = false;

  function choiceAt(index: number): Choice {
    const known = states.get(index);
    if (known !== undefined) return known;
    const created: Choice = { matcher: createMatcher(), tokens: [], shownOfTokens: 0, state: 'open' };
    states.set(index, created);
    return created;
  }

  function endChoice(index: number, choice: Choice, out: StreamEvent[]): void {
    choice.state = 'ended';
    ended++;
    endedByRouter = true;
    out.push({ type: 'choice-end', choice: index, reason: 'stop', nativeReason: null });
  }

  function pushText(event: TextDeltaEvent, out: StreamEvent[]): void {
    const choice = choiceAt(event.choice);
    if (choice.state === 'cut' && event.text !== '') endChoice(event.choice, choice, out); // it goes on after its own stop
    if (choice.state !== 'open') return;
    choice.tokens.push(...(event.logprobs ?? []));
    const { text, found } = choice.matcher.push(event.text);
    show(event.choice, choice, text, false, out);
    if (found === null) return;
    choice.tokens = [];
    if (sequences[found]?.native === true) choice.state = 'cut';
    else endChoice(event.choice, choice, out);
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
    ended++;
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
    satisfied: () => endedByRouter && ended >= choices,
  };
}

/** Shows text and the tokens that it completes. */
function show(index: number, choice: Choice, text: string, isLast: boolean, out: StreamEvent[]): void {
  choice.shownOfTokens += text.length;
  let ready = 0;
  for (const { token } of choice.tokens) {
    if (!isLast && token.length > choice.shownOfTokens) break;
    choice.shownOfTokens -= token.length;
    ready++;
  }
  if (choice.tokens.length === 0) choice.shownOfTokens = 0;
  const logprobs = choice.tokens.splice(0, ready);
  if (text === '' && logprobs.length === 0) return;
  out.push(logprobs.length > 0 ? { type: 'text-delta', choice: index, text, logprobs } : { type: 'text-delta', choice: index, text });
}
