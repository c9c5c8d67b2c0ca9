/**
 * Small stages for options of the client: the prompt before the answer (`echo`, where the provider does not support it), reasoning left
 * out (`reasoning.exclude`), alternatives beyond `top_logprobs` left out. Pure.
 */
import {
  changeEvent,
  isContent,
  isReasoning,
  type Stage,
  type StreamEvent,
  type TextDeltaEvent,
  type TokenLogprob,
} from '../../unified/response/event.ts';

/** Inserts the prompt before the first content of every choice. */
export function createEchoStage(prompts: readonly string[]): Stage {
  const begun = new Set<number>();
  return {
    push: (events) =>
      events.flatMap((event): StreamEvent[] => {
        if (!isContent(event) && event.type !== 'choice-end') return [event];
        const text = prompts[event.choice] ?? '';
        const moved = event.type === 'text-delta' ? moveTokens(event, text.length) : event;
        if (begun.has(event.choice)) return [moved];
        begun.add(event.choice);
        return [{ type: 'text-delta', choice: event.choice, text }, moved];
      }),
  };
}

/** Moves the offsets of tokens behind the prompt. */
function moveTokens(event: TextDeltaEvent, by: number): TextDeltaEvent {
  if (event.logprobs === undefined) return event;
  return changeEvent(event, {
    logprobs: event.logprobs.map((token) => (token.offset === undefined ? token : { ...token, offset: token.offset + by })),
  });
}

/** Removes the least likely alternatives of a token beyond a number. Some providers return one more than requested. */
export function createAlternativesStage(most: number): Stage {
  const cut = (token: TokenLogprob): TokenLogprob =>
    token.top.length <= most ? token : { ...token, top: token.top.toSorted((one, other) => other.logprob - one.logprob).slice(0, most) };
  return {
    push: (events) =>
      events.map((event) =>
        event.type === 'text-delta' && event.logprobs !== undefined ? changeEvent(event, { logprobs: event.logprobs.map(cut) }) : event,
      ),
  };
}

/** Removes reasoning from the answer. It is still billed and counted. */
export function createHideReasoningStage(): Stage {
  return { push: (events) => events.filter((event) => !isReasoning(event)) };
}
