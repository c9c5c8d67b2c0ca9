/**
 * Two small stages that change what the client sees on its own request: the prompt put before the answer (`echo`, on a host that
 * cannot), and thinking left out (`reasoning.exclude`). Pure.
 */
import { isContent, type Stage, type StreamEvent } from '../unified/event.ts';

/** Puts its prompt before the first content of every choice. */
export function createEchoStage(prompts: readonly string[]): Stage {
  const begun = new Set<number>();
  return {
    push: (events) =>
      events.flatMap((event): StreamEvent[] => {
        const opens = (isContent(event) || event.type === 'choice-end') && !begun.has(event.choice);
        if (!opens) return [event];
        begun.add(event.choice);
        return [{ type: 'text-delta', choice: event.choice, text: prompts[event.choice] ?? '' }, event];
      }),
  };
}

/** Takes the model's thinking out of the answer. It is still billed, so it still counts. */
export function createHideReasoningStage(): Stage {
  return { push: (events) => events.filter((event) => event.type !== 'reasoning-delta') };
}
