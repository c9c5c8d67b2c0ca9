/**
 * Settles the bill of an answer: usage that the upstream reported, or an estimate that says so (promise 3), and the cost.
 * Counts text as it passes, in pieces of bounded size. Knows no price: that comes in.
 */
import { estimateTokenCount } from 'tokenx';
import type { StreamEvent } from '../unified/event.ts';
import { usageOf, type Usage } from '../unified/usage.ts';

/** Text is counted in pieces of this many characters, so that no long answer is kept. */
const COUNTED_CHARACTERS = 16_384;

/** Roughly how many tokens a text has. */
export const countTokens = (text: string): number => estimateTokenCount(text);

/** Counts what an upstream produced and settles the last event. */
export interface Accountant {
  /** Sees every event of the upstream, before anything is hidden or added for the client. */
  count(events: readonly StreamEvent[]): void;
  /** The same events, with the usage of the last one complete. */
  settle(events: readonly StreamEvent[]): StreamEvent[];
  /** The bill so far, estimated: for an answer that was given up. */
  bill(): Usage;
}

/**
 * @param promptText what the model read, for an estimate; called only when one is needed.
 * @param costOf price of a usage in USD; null where it is not known.
 */
export function createAccountant(promptText: () => string, costOf: (usage: Usage) => number | null): Accountant {
  let waiting = '';
  let counted = 0;

  function add(text: string): void {
    waiting += text;
    if (waiting.length < COUNTED_CHARACTERS) return;
    counted += estimateTokenCount(waiting);
    waiting = '';
  }

  function estimate(): Usage {
    return usageOf({
      promptTokens: estimateTokenCount(promptText()),
      completionTokens: counted + estimateTokenCount(waiting),
      estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
    });
  }

  function settled(reported: Usage | null): Usage {
    const usage = reported ?? estimate();
    if (usage.costUsd !== null) return usage;
    const cost = costOf(usage);
    return { ...usage, costUsd: cost, estimated: cost !== null && reported === null ? [...usage.estimated, 'cost'] : usage.estimated };
  }

  return {
    count(events) {
      for (const event of events) {
        if (event.type === 'text-delta' || event.type === 'reasoning-delta' || event.type === 'refusal-delta') add(event.text);
        else if (event.type === 'tool-call-delta') add((event.name ?? '') + event.arguments);
      }
    },
    bill: () => settled(null),
    settle: (events) =>
      events.map((event) => (event.type === 'end' || event.type === 'error' ? { ...event, usage: settled(event.usage) } : event)),
  };
}
