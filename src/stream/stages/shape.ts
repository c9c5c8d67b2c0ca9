/**
 * Small stages that change what the client sees on its own request: the prompt put before the answer (`echo`, on a provider that cannot),
 * thinking left out (`reasoning.exclude`), alternatives beyond `top_logprobs` left out. Pure.
 */
import {
  isContent,
  isReasoning,
  type Stage,
  type StreamEvent,
  type TextDeltaEvent,
  type TokenLogprob,
} from '../../unified/response/event.ts';

/** Puts its prompt before the first content of every choice. */
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

/** Tokens that say where they begin stand behind the prompt now. */
function moveTokens(event: TextDeltaEvent, by: number): TextDeltaEvent {
  if (event.logprobs === undefined) return event;
  return {
    ...event,
    logprobs: event.logprobs.map((token) => (token.offset === undefined ? token : { ...token, offset: token.offset + by })),
  };
}

/** Leaves out the least likely alternatives of a token beyond so many: some providers send one more than they were asked for. */
export function createAlternativesStage(most: number): Stage {
  const cut = (token: TokenLogprob): TokenLogprob =>
    token.top.length <= most ? token : { ...token, top: token.top.toSorted((one, other) => other.logprob - one.logprob).slice(0, most) };
  return {
    push: (events) =>
      events.map((event) =>
        event.type === 'text-delta' && event.logprobs !== undefined ? { ...event, logprobs: event.logprobs.map(cut) } : event,
      ),
  };
}

/** Takes the model's thinking out of the answer. It is still billed, so it still counts. */
export function createHideReasoningStage(): Stage {
  return { push: (events) => events.filter((event) => !isReasoning(event)) };
}
