/**
 * Completes the usage of an answer: as reported by the upstream, else an estimate that is marked as such (promise 3), and the cost.
 * Keeps a bounded part of the text, and counts its tokens only when the upstream reported none. Prices are passed in.
 */
import { countTokens } from '../lib/count-tokens.ts';
import { isContent, isTerminal, type EndEvent, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import { isEmptyUsage, usageOf, type Usage } from '../unified/response/usage.ts';
import { createEchoFollower } from './stages/echo-follower.ts';

/** Characters of an answer kept for an estimate. The rest is assumed to have the same density of tokens. */
const KEPT_CHARACTERS = 16_384;

/** Tracks what an upstream returned, and completes the final event. */
export interface UsageTracker {
  /** Takes every event of the upstream, before anything is hidden or added for the client. */
  count(events: readonly StreamEvent[]): void;
  /** Counts text of the answer that is no echo of a prompt. */
  countText(text: string): void;
  /** Returns whether content has arrived. */
  hasContent(): boolean;
  /** Returns the events with complete usage in the final one. An error before any content costs only what the upstream reported. */
  finalize(events: readonly StreamEvent[]): StreamEvent[];
  /** Returns the usage so far: as reported, else estimated when content has arrived, else null. */
  estimate(): Usage | null;
}

/** Computes the cost of usage in USD at the service tier of the answer (null = not stated). Null when the price is not known. */
export type CostOf = (usage: Usage, tier: string | null) => number | null;

/**
 * @param promptText returns what the model read, for an estimate. Called only when needed.
 * @param echoed prompts that the upstream repeats before its choices; they are not counted as output. Null = none.
 */
export function createUsageTracker(promptText: () => string, costOf: CostOf, echoed: readonly string[] | null = null): UsageTracker {
  const echoes = echoed?.map(createEchoFollower);
  let kept = '';
  let characters = 0;
  let hasContent = false;
  let reported: Usage | null = null;
  let tier: string | null = null;
  /** Usage of the final event; undefined before it. */
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

  function addCost(known: Usage | null): Usage {
    const usage = known ?? estimateUsage();
    if (usage.costUsd !== null) return usage;
    const cost = costOf(usage, usage.serviceTier ?? tier);
    return { ...usage, costUsd: cost, estimated: cost !== null && known === null ? [...usage.estimated, 'cost'] : usage.estimated };
  }

  function finalizeLast(event: EndEvent | ErrorEvent): StreamEvent {
    final = event.usage === null && event.type === 'error' && !hasContent ? null : addCost(event.usage);
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
    countText(text) {
      hasContent = true;
      add(text);
    },
    hasContent: () => hasContent,
    estimate() {
      if (final !== undefined) return final;
      return reported === null && !hasContent ? null : addCost(reported);
    },
    finalize: (events) => events.map((event) => (isTerminal(event) ? finalizeLast(event) : event)),
  };
}
