/**
 * Picks the best candidates: everything is held until all of them are there, then the winners leave in order of their rank, as if
 * they had been the only ones. Rank is the mean log probability per token, the highest first. Pure; what it holds is the answers of
 * one request.
 */
import type { Stage, StreamEvent } from '../unified/event.ts';

/**
 * @param candidates how many were made for each prompt.
 * @param keep how many of them are returned.
 * @param hideLogprobs the client did not ask for the log probabilities it was ranked by.
 */
export function createBestOfStage(candidates: number, keep: number, hideLogprobs: boolean): Stage {
  const held = new Map<number, StreamEvent[]>();

  function winners(): StreamEvent[] {
    const prompts = Math.max(0, ...held.keys());
    const out: StreamEvent[] = [];
    for (let prompt = 0; prompt * candidates <= prompts; prompt++) {
      const made = Array.from({ length: candidates }, (_, place) => held.get(prompt * candidates + place) ?? []);
      const ranked = made.filter((events) => events.length > 0).sort((one, other) => score(other) - score(one));
      ranked.slice(0, keep).forEach((events, rank) => {
        for (const event of events) out.push(...renumber(event, prompt * keep + rank, hideLogprobs));
      });
    }
    return out;
  }

  /** The choice of the answer in the place of a candidate, of an answer that has no ranks. */
  function kept(candidate: number): number[] {
    const place = candidate % candidates;
    return place < keep ? [Math.floor(candidate / candidates) * keep + place] : [];
  }

  return {
    push: (events) =>
      events.flatMap((event): StreamEvent[] => {
        if (event.type === 'error') return [{ ...event, open: event.open.flatMap(kept) }];
        if (event.type === 'start' || event.type === 'usage') return [event];
        if (event.type === 'end') return [...winners(), event];
        const own = held.get(event.choice) ?? [];
        held.set(event.choice, own);
        own.push(event);
        return [];
      }),
  };
}

/** The mean log probability of a candidate's tokens; one that broke off or has none comes last. */
function score(events: readonly StreamEvent[]): number {
  if (events.some(({ type }) => type === 'choice-error')) return -Infinity;
  const logprobs = events.flatMap((event) => (event.type === 'text-delta' ? (event.logprobs ?? []) : [])).map(({ logprob }) => logprob);
  const known = logprobs.filter((logprob) => logprob !== null);
  return known.length === 0 ? -Number.MAX_VALUE : known.reduce((sum, logprob) => sum + logprob, 0) / known.length;
}

function renumber(event: StreamEvent, choice: number, hideLogprobs: boolean): StreamEvent[] {
  if (event.type === 'text-delta' && hideLogprobs) return event.text === '' ? [] : [{ type: 'text-delta', choice, text: event.text }];
  return 'choice' in event ? [{ ...event, choice }] : [event];
}
