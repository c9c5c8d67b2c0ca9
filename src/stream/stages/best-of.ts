/**
 * Selects the best candidates. Holds all events until every candidate is complete, then releases the winners in order of rank, numbered as
 * if they were the only ones. The rank is the mean log probability per token, highest first. Pure; uses the memory budget of the request.
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, UNLIMITED, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { changeEvent, type Stage, type StreamEvent } from '../../unified/response/event.ts';
import { sizeOfContent } from '../../unified/response/event-size.ts';

/** One candidate: its events, and the log probabilities that decide its rank. */
type CandidateAnswer = { events: StreamEvent[]; sum: number; tokens: number; isBroken: boolean };

/** How the best candidates are selected. */
type Selection = {
  /** Number of candidates per prompt. */
  candidates: number;
  /** Number of them that are returned. */
  keep: number;
  /** True when the client did not request the log probabilities. */
  hideLogprobs: boolean;
};

/** @param budget memory budget of the answer. `push` throws a RouterError when it is used up. */
export function createBestOfStage({ candidates, keep, hideLogprobs }: Selection, budget: AnswerBudget = UNLIMITED): Stage {
  const held = new Map<number, CandidateAnswer>();
  let bytes = 0;

  function findOrCreate(candidate: number): CandidateAnswer {
    const known = held.get(candidate);
    if (known !== undefined) return known;
    const created: CandidateAnswer = { events: [], sum: 0, tokens: 0, isBroken: false };
    held.set(candidate, created);
    return created;
  }

  function keepEvent(event: StreamEvent, { events }: CandidateAnswer): void {
    const size = ENTRY_BYTES + sizeOfContent(event);
    budget.take(size);
    bytes += size;
    events.push(event);
  }

  function holdEvent(event: StreamEvent, made: CandidateAnswer): void {
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

  function takeWinners(): StreamEvent[] {
    const prompts = Math.max(0, ...held.keys());
    const out: StreamEvent[] = [];
    for (let prompt = 0; prompt * candidates <= prompts; prompt++) {
      const made = Array.from({ length: candidates }, (_, position) => held.get(prompt * candidates + position)).filter(
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

  /** Returns the choice numbers that a candidate could get, for an answer that failed before it was ranked. */
  function possibleChoices(candidate: number): number[] {
    const position = candidate % candidates;
    return position < keep ? [Math.floor(candidate / candidates) * keep + position] : [];
  }

  return {
    push(events) {
      const out: StreamEvent[] = [];
      for (const event of events) {
        if (event.type === 'error') out.push({ ...event, openChoices: event.openChoices.flatMap(possibleChoices) });
        else if (event.type === 'start' || event.type === 'usage') out.push(event);
        else if (event.type === 'end') append(out, [...takeWinners(), event]);
        else holdEvent(event, findOrCreate(event.choice));
      }
      return out;
    },
  };
}

/** Returns the mean log probability of a candidate. Incomplete candidates come last, those without tokens before them. */
function score({ sum, tokens, isBroken }: CandidateAnswer): number {
  if (isBroken) return -Infinity;
  return tokens === 0 ? -Number.MAX_VALUE : sum / tokens;
}

const renumber = (event: StreamEvent, choice: number): StreamEvent => ('choice' in event ? changeEvent(event, { choice }) : event);
