/**
 * Settles the bill of an answer: usage that the upstream reported, or an estimate that says so (promise 3), and the cost.
 * Keeps a bounded piece of the text as it passes, and counts it only when nobody else has. Knows no price: that comes in.
 */
import { estimateTokenCount } from 'tokenx';
import type { StreamEvent } from '../unified/event.ts';
import { usageOf, type Usage } from '../unified/usage.ts';

/** A long text is counted in samples: counting a megabyte takes a third of a second. */
const SAMPLES = 8;
const SAMPLE_CHARACTERS = 512;

/** Roughly how many tokens a text has. */
export function countTokens(text: string): number {
  if (text.length <= SAMPLES * SAMPLE_CHARACTERS) return estimateTokenCount(text);
  const step = (text.length - SAMPLE_CHARACTERS) / (SAMPLES - 1);
  const starts = Array.from({ length: SAMPLES }, (_, sample) => Math.floor(sample * step));
  const counted = starts.reduce((sum, start) => sum + estimateTokenCount(text.slice(start, start + SAMPLE_CHARACTERS)), 0);
  return Math.round((counted / (SAMPLES * SAMPLE_CHARACTERS)) * text.length);
}

/** So much of an answer is kept for an estimate, which only an answer without usage needs; the rest is taken to be like it. */
const KEPT_CHARACTERS = 16_384;

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
  let kept = '';
  let characters = 0;

  function add(text: string): void {
    characters += text.length;
    if (kept.length < KEPT_CHARACTERS) kept += text;
  }

  function estimate(): Usage {
    const beyond = kept.length === 0 ? 0 : characters / kept.length;
    return usageOf({
      promptTokens: countTokens(promptText()),
      completionTokens: Math.round(countTokens(kept) * beyond),
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
