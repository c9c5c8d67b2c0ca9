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
  return new Tracker(promptText, costOf, echoed);
}

class Tracker implements UsageTracker {
  readonly #promptText: () => string;
  readonly #costOf: CostOf;
  readonly #echoes: readonly ((text: string) => number)[] | undefined;
  #kept = '';
  #characters = 0;
  #hasContent = false;
  #reported: Usage | null = null;
  #tier: string | null = null;
  /** Usage of the final event; undefined before it. */
  #final: Usage | null | undefined;

  constructor(promptText: () => string, costOf: CostOf, echoed: readonly string[] | null) {
    this.#promptText = promptText;
    this.#costOf = costOf;
    this.#echoes = echoed?.map(createEchoFollower);
  }

  count(events: readonly StreamEvent[]): void {
    for (const event of events) {
      this.#hasContent ||= isContent(event);
      if (event.type === 'usage' && !isEmptyUsage(event.usage)) this.#reported = event.usage;
      else if (event.type === 'start') this.#tier = event.serviceTier;
      else if (event.type === 'text-delta') this.#add(event.text.slice(this.#echoes?.[event.choice]?.(event.text) ?? 0));
      else if (event.type === 'reasoning-delta' || event.type === 'refusal-delta') this.#add(event.text);
      else if (event.type === 'tool-call-delta') this.#add((event.name ?? '') + event.arguments);
    }
  }

  countText(text: string): void {
    this.#hasContent = true;
    this.#add(text);
  }

  hasContent(): boolean {
    return this.#hasContent;
  }

  estimate(): Usage | null {
    if (this.#final !== undefined) return this.#final;
    return this.#reported === null && !this.#hasContent ? null : this.#addCost(this.#reported);
  }

  finalize(events: readonly StreamEvent[]): StreamEvent[] {
    return events.map((event) => (isTerminal(event) ? this.#finalizeLast(event) : event));
  }

  #add(text: string): void {
    this.#characters += text.length;
    if (this.#kept.length < KEPT_CHARACTERS) this.#kept += text;
  }

  #estimateUsage(): Usage {
    const kept = this.#kept;
    const beyond = kept.length === 0 ? 0 : this.#characters / kept.length;
    return usageOf({
      promptTokens: countTokens(this.#promptText()),
      completionTokens: Math.round(countTokens(kept) * beyond),
      estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens'],
    });
  }

  #addCost(known: Usage | null): Usage {
    const usage = known ?? this.#estimateUsage();
    if (usage.costUsd !== null) return usage;
    const cost = this.#costOf(usage, usage.serviceTier ?? this.#tier);
    return { ...usage, costUsd: cost, estimated: cost !== null && known === null ? [...usage.estimated, 'cost'] : usage.estimated };
  }

  #finalizeLast(event: EndEvent | ErrorEvent): StreamEvent {
    const isUnbilled = event.usage === null && event.type === 'error' && !this.#hasContent;
    this.#final = isUnbilled ? null : this.#addCost(event.usage);
    return { ...event, usage: this.#final };
  }
}
