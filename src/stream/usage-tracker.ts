/**
 * Settles the bill of an answer: usage that the upstream reported, or an estimate that says so (promise 3), and the cost.
 * Keeps a bounded piece of the text as it passes, and counts it only when nobody else has. Knows no price: that comes in.
 */
import { estimateTokenCount } from 'tokenx';
import { isContent, isTerminal, type EndEvent, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import { isEmptyUsage, usageOf, type Usage } from '../unified/response/usage.ts';
import { createEchoFollower } from './stages/echo-follower.ts';

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
export interface UsageTracker {
  /** Sees every event of the upstream, before anything is hidden or added for the client. */
  count(events: readonly StreamEvent[]): void;
  /** The same events, with the usage of the last one complete. An error before any content costs what the upstream reported, if anything. */
  finalize(events: readonly StreamEvent[]): StreamEvent[];
  /** What the call costs so far: as reported, else estimated where content has come; null before that. */
  estimate(): Usage | null;
}

/** The cost of a usage in USD at the service tier that the answer states (null = it states none); null where it is not known. */
export type CostOf = (usage: Usage, tier: string | null) => number | null;

/**
 * @param promptText what the model read, for an estimate; called only when one is needed.
 * @param echoed the prompts that the upstream repeats before its choices: it has not written them. Null = none.
 */
export function createUsageTracker(promptText: () => string, costOf: CostOf, echoed: readonly string[] | null = null): UsageTracker {
  const echoes = echoed?.map(createEchoFollower);
  let kept = '';
  let characters = 0;
  let hasContent = false;
  let reported: Usage | null = null;
  let tier: string | null = null;
  /** The usage of the last event, once that has come; undefined before. */
  let final: Usage | null | undefined;

  function add(text: string): void {
    characters += text.length;
    if (kept.length < KEPT_CHARACTERS) kept += text;
  }

  function estimateUsage(): Usage {
    const beyond = kept.length === 0 ? 0 : characters / kept.length;
    return usageOf({
      promptTokens: countTokens(promptText()),
      completionTokens: Math.round(countTokens(kept) * beyond),
      estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
    });
  }

  function priced(known: Usage | null): Usage {
    const usage = known ?? estimateUsage();
    if (usage.costUsd !== null) return usage;
    const cost = costOf(usage, usage.serviceTier ?? tier);
    return { ...usage, costUsd: cost, estimated: cost !== null && known === null ? [...usage.estimated, 'cost'] : usage.estimated };
  }

  function finalizeLast(event: EndEvent | ErrorEvent): StreamEvent {
    final = event.usage === null && event.type === 'error' && !hasContent ? null : priced(event.usage);
    return { ...event, usage: final };
  }

  return {
    count(events) {
      for (const event of events) {
        hasContent ||= isContent(event);
        if (event.type === 'usage' && !isEmptyUsage(event.usage)) reported = event.usage;
        else if (event.type === 'start') tier = event.serviceTier;
        else if (event.type === 'text-delta') add(event.text.slice(echoes?.[event.choice]?.(event.text) ?? 0));
        else if (event.type === 'reasoning-delta' || event.type === 'refusal-delta') add(event.text);
        else if (event.type === 'tool-call-delta') add((event.name ?? '') + event.arguments);
      }
    },
    estimate() {
      if (final !== undefined) return final;
      return reported === null && !hasContent ? null : priced(reported);
    },
    finalize: (events) => events.map((event) => (isTerminal(event) ? finalizeLast(event) : event)),
  };
}
