/**
 * Enforces stop sequences: those that an upstream does not accept, and those that it accepts but leaves in its text. The client never
 * receives a stop sequence, except inside the prompt when `echo` is on. Pure; the caller cancels the upstream when
 * {@link StopStage.isSatisfied} is true.
 */
import type { AnswerBudget } from '../../unified/response/answer-budget.ts';
import { isTerminal, type Stage, type StreamEvent, type TextDeltaEvent, type TokenLogprob } from '../../unified/response/event.ts';
import { createEchoFollower, type EchoFollower } from './echo-follower.ts';
import { createHeldTokens, type HeldTokens } from '../held-tokens.ts';
import { createSequenceMatchers, type SequenceMatcher } from '../../lib/text-matcher.ts';

/** One sequence. `native`: it was sent to the upstream as well, which will end the choice itself. */
export type StopSequence = { text: string; isNative: boolean };

/** A stage that reports when the rest of the answer is not needed. */
export interface StopStage extends Stage {
  /**
   * True when every choice has ended, at least one of them by the router. The upstream may then be cancelled.
   *
   * @param hasFinished returns whether the upstream has sent the finish reason of a choice that may not have arrived here.
   */
  isSatisfied(hasFinished?: (choice: number) => boolean): boolean;
}

type Choice = {
  matcher: SequenceMatcher;
  /** The rest of the prompt that the upstream still repeats. */
  echo: EchoFollower;
  tokens: HeldTokens;
  /** `open`: text is passed on. `cut`: a sequence was found, the upstream will end the choice. `ended`: ended for the client. */
  state: 'open' | 'cut' | 'ended';
  /** The sequence that was matched. */
  found?: string;
};

/** Text to pass on, and the tokens to release with it. */
type ReleasedText = { text: string; logprobs: TokenLogprob[] };

/** Options of a stop stage. */
export type StopOptions = {
  /** Prompts that the upstream repeats before its choices; they are not searched. Absent = it repeats none. */
  echoed?: readonly string[] | null;
  /** Memory budget of the answer, for log probabilities that wait for their text. */
  budget?: AnswerBudget;
};

/** @param choices number of choices that the upstream was asked for. */
export function createStopStage(sequences: readonly StopSequence[], choices: number, { echoed, budget }: StopOptions = {}): StopStage {
  const createMatcher = createSequenceMatchers(sequences.map(({ text }) => text));
  const states = new Map<number, Choice>();
  let hasEndedChoice = false;

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
    hasEndedChoice = true;
    out.push({ type: 'choice-end', choice: index, reason: 'stop', nativeReason: null, ...stopSequenceOf(choice) });
  }

  function pushText(event: TextDeltaEvent, out: StreamEvent[]): void {
    const choice = choiceAt(event.choice);
    if (choice.state === 'cut' && event.text !== '') endChoice(event.choice, choice, out); // the upstream sent text after its own stop
    if (choice.state !== 'open') return;
    choice.tokens.add(event.logprobs, event.text.length);
    const echo = choice.echo(event.text);
    const { text, found } = choice.matcher.push(echo === 0 ? event.text : event.text.slice(echo));
    const shown = echo === 0 ? text : event.text.slice(0, echo) + text;
    show(event.choice, { text: shown, logprobs: choice.tokens.show(shown.length, found === null ? 'complete' : 'begun') }, out);
    if (found === null) return;
    choice.tokens.drop();
    choice.found = sequences[found]?.text ?? '';
    if (sequences[found]?.isNative === true) choice.state = 'cut';
    else endChoice(event.choice, choice, out);
  }

  /** Passes on text and its tokens. */
  function show(index: number, { text, logprobs }: ReleasedText, out: StreamEvent[]): void {
    if (text === '' && logprobs.length === 0) return;
    out.push(logprobs.length > 0 ? { type: 'text-delta', choice: index, text, logprobs } : { type: 'text-delta', choice: index, text });
  }

  function takeHeld({ matcher, tokens }: Choice): ReleasedText {
    const text = matcher.flush();
    return { text, logprobs: tokens.show(text.length, 'all') };
  }

  /** Passes on all held text at the end of the answer: it cannot become a sequence any more. */
  function showHeld(out: StreamEvent[]): void {
    for (const [index, choice] of states) if (choice.state === 'open') show(index, takeHeld(choice), out);
  }

  function pushOther(event: StreamEvent, out: StreamEvent[]): void {
    if (isTerminal(event)) showHeld(out);
    if (event.type !== 'choice-end' && event.type !== 'choice-error') {
      if (!('choice' in event) || choiceAt(event.choice).state === 'open') out.push(event);
      return;
    }
    const choice = choiceAt(event.choice);
    if (choice.state === 'ended') return;
    if (choice.state === 'open') show(event.choice, takeHeld(choice), out);
    const nativeReason = event.type === 'choice-end' ? event.nativeReason : null;
    out.push(
      choice.state === 'cut'
        ? { type: 'choice-end', choice: event.choice, reason: 'stop', nativeReason, ...stopSequenceOf(choice) }
        : event,
    );
    choice.state = 'ended';
  }

  function haveAllEnded(hasFinished: (choice: number) => boolean): boolean {
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
    isSatisfied: (hasFinished = () => false) => hasEndedChoice && haveAllEnded(hasFinished),
  };
}

const stopSequenceOf = ({ found }: Choice): { stopSequence?: string } => (found === undefined ? {} : { stopSequence: found });
