/**
 * Stop sequences, enforced by the router: the ones an upstream cannot take, and the ones it takes but leaves in its text.
 * The client never sees a stop sequence, unless it stands in the prompt that it asked to be repeated. Pure; cancelling the upstream is
 * up to whoever asks {@link StopStage.satisfied}.
 */
import type { AnswerBudget } from '../../unified/response/answer-budget.ts';
import { isTerminal, type Stage, type StreamEvent, type TextDeltaEvent } from '../../unified/response/event.ts';
import { createEchoFollower, type EchoFollower } from './echo-follower.ts';
import { createHeldTokens, type HeldTokens, type Which } from '../held-tokens.ts';
import { createSequenceMatchers, type SequenceMatcher } from '../../lib/text-matcher.ts';

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
  /** What the upstream has yet to repeat of the prompt. */
  echo: EchoFollower;
  tokens: HeldTokens;
  /** `open`: text flows. `cut`: found, the upstream will end it. `ended`: over for the client. */
  state: 'open' | 'cut' | 'ended';
  /** The sequence that was found. */
  found?: string;
};

/** What a stop stage may be told besides its sequences. */
export type StopOptions = {
  /** The prompts that the upstream repeats before its choices: no sequence is looked for there. Absent = it repeats none. */
  echoed?: readonly string[] | null;
  /** Of the answer; log probabilities that wait for their text take from it. */
  budget?: AnswerBudget;
};

/** @param choices how many choices the upstream was asked for. */
export function createStopStage(sequences: readonly StopSequence[], choices: number, { echoed, budget }: StopOptions = {}): StopStage {
  const createMatcher = createSequenceMatchers(sequences.map(({ text }) => text));
  const states = new Map<number, Choice>();
  let endedByRouter = false;

  function choiceAt(index: number): Choice {
    const known = states.get(index);
    if (known !== undefined) return known;
    const echo = createEchoFollower(echoed?.[index] ?? '');
    const created: Choice = { matcher: createMatcher(), echo, tokens: createHeldTokens(budget), state: 'open' };
    states.set(index, created);
    return created;
  }

  function endChoice(index: number, choice: Choice, out: StreamEvent[]): void {
    choice.state = 'ended';
    endedByRouter = true;
    out.push({ type: 'choice-end', choice: index, reason: 'stop', nativeReason: null, ...stopSequenceOf(choice) });
  }

  function pushText(event: TextDeltaEvent, out: StreamEvent[]): void {
    const choice = choiceAt(event.choice);
    if (choice.state === 'cut' && event.text !== '') endChoice(event.choice, choice, out); // it goes on after its own stop
    if (choice.state !== 'open') return;
    choice.tokens.add(event.logprobs, event.text.length);
    const echo = choice.echo(event.text);
    const { text, found } = choice.matcher.push(echo === 0 ? event.text : event.text.slice(echo));
    show(event.choice, choice, echo === 0 ? text : event.text.slice(0, echo) + text, found === null ? 'complete' : 'begun', out);
    if (found === null) return;
    choice.tokens.drop();
    choice.found = sequences[found]?.text ?? '';
    if (sequences[found]?.native === true) choice.state = 'cut';
    else endChoice(event.choice, choice, out);
  }

  /** Shows text and its tokens. */
  function show(index: number, choice: Choice, text: string, which: Which, out: StreamEvent[]): void {
    const logprobs = choice.tokens.show(text.length, which);
    if (text === '' && logprobs.length === 0) return;
    out.push(logprobs.length > 0 ? { type: 'text-delta', choice: index, text, logprobs } : { type: 'text-delta', choice: index, text });
  }

  /** The text is over, well or not: nothing held back can become a sequence any more. */
  function showHeld(out: StreamEvent[]): void {
    for (const [index, choice] of states) if (choice.state === 'open') show(index, choice, choice.matcher.flush(), 'all', out);
  }

  function pushOther(event: StreamEvent, out: StreamEvent[]): void {
    if (isTerminal(event)) showHeld(out);
    if (event.type !== 'choice-end' && event.type !== 'choice-error') {
      if (!('choice' in event) || choiceAt(event.choice).state === 'open') out.push(event);
      return;
    }
    const choice = choiceAt(event.choice);
    if (choice.state === 'ended') return;
    if (choice.state === 'open') show(event.choice, choice, choice.matcher.flush(), 'all', out);
    const nativeReason = event.type === 'choice-end' ? event.nativeReason : null;
    out.push(
      choice.state === 'cut'
        ? { type: 'choice-end', choice: event.choice, reason: 'stop', nativeReason, ...stopSequenceOf(choice) }
        : event,
    );
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

const stopSequenceOf = ({ found }: Choice): { stopSequence?: string } => (found === undefined ? {} : { stopSequence: found });
