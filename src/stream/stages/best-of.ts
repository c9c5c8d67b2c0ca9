/**
 * Picks the best candidates: everything is held until all of them are there, then the winners leave in order of their rank, as if
 * they had been the only ones. Rank is the mean log probability per token, the highest first. Pure; what it holds is the answers of
 * one request, within the budget of that.
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import type { Stage, StreamEvent } from '../../unified/response/event.ts';
import { sizeOfContent } from '../../unified/response/event-size.ts';

/** One candidate: what it says, and the log probabilities that it is ranked by. */
type Made = { events: StreamEvent[]; sum: number; tokens: number; isBroken: boolean };

/**
 * @param candidates how many were made for each prompt.
 * @param keep how many of them are returned.
 * @param hideLogprobs the client did not ask for the log probabilities it was ranked by.
 * @param budget of the answer. Its `push` throws a RouterError when that is spent.
 */
export function createBestOfStage(candidates: number, keep: number, hideLogprobs: boolean, budget: AnswerBudget = UNLIMITED): Stage {
  const held = new Map<number, Made>();
  let bytes = 0;

  function madeAt(candidate: number): Made {
    const known = held.get(candidate);
    if (known !== undefined) return known;
    const created: Made = { events: [], sum: 0, tokens: 0, isBroken: false };
    held.set(candidate, created);
    return created;
  }

  function keepEvent(event: StreamEvent, { events }: Made): void {
    const size = ENTRY_BYTES + sizeOfContent(event);
    budget.take(size);
    bytes += size;
    events.push(event);
  }

  function hold(event: StreamEvent, made: Made): void {
    made.isBroken ||= event.type === 'choice-error';
    if (event.type !== 'text-delta') return keepEvent(event, made);
    for (const { logprob } of event.logprobs ?? []) {
      if (logprob === null) continue;
      made.sum += logprob;
      made.tokens++;
    }
    if (!hideLogprobs) return keepEvent(event, made);
    if (event.text !== '') keepEvent({ type: 'text-delta', choice: event.choice, text: event.text }, made);
  }

  function winners(): StreamEvent[] {
    const prompts = Math.max(0, ...held.keys());
    const out: StreamEvent[] = [];
    for (let prompt = 0; prompt * candidates <= prompts; prompt++) {
      const made = Array.from({ length: candidates }, (_, place) => held.get(prompt * candidates + place)).filter(
        (one) => one !== undefined,
      );
      made.sort((one, other) => score(other) - score(one));
      for (const [rank, { events }] of made.slice(0, keep).entries()) {
        for (const event of events) out.push(renumber(event, prompt * keep + rank));
      }
    }
    held.clear();
    budget.give(bytes);
    bytes = 0;
    return out;
  }

  /** The choice of the answer in the place of a candidate, of an answer that has no ranks. */
  function kept(candidate: number): number[] {
    const place = candidate % candidates;
    return place < keep ? [Math.floor(candidate / candidates) * keep + place] : [];
  }

  return {
    push(events) {
      const out: StreamEvent[] = [];
      for (const event of events) {
        if (event.type === 'error') out.push({ ...event, openChoices: event.openChoices.flatMap(kept) });
        else if (event.type === 'start' || event.type === 'usage') out.push(event);
        else if (event.type === 'end') append(out, [...winners(), event]);
        else hold(event, madeAt(event.choice));
      }
      return out;
    },
  };
}

/** The mean log probability of a candidate's tokens; one that broke off or has none comes last. */
function score({ sum, tokens, isBroken }: Made): number {
  if (isBroken) return -Infinity;
  return tokens === 0 ? -Number.MAX_VALUE : sum / tokens;
}

const renumber = (event: StreamEvent, choice: number): StreamEvent => ('choice' in event ? { ...event, choice } : event);
