/**
 * The calls of a request put together: one endpoint or several, one call to each or many, a race of two. What one call is, from
 * sending to settled events, is `open-call.ts`; failing over from one endpoint to the next belongs here. Writes nothing to the client.
 */
import type { EventSource } from '../stream/event-source.ts';
import { createBestOfStage } from '../stream/best-of.ts';
import { createRace, type Try } from '../stream/hedge.ts';
import { mergeSources } from '../stream/merge.ts';
import type { Stage } from '../unified/event.ts';
import { createSlots, WAITING_CALLS, type Slots } from '../upstream/slots.ts';
import { abandonedUsage, leavable, openCall, type RunContext } from './open-call.ts';
import type { Prepared } from './prepare.ts';

/** A request under way. */
export type Run = {
  /**
   * The events of the answer: the grammar of `unified/event.ts`, the last one with its usage settled, then null. Rejects with a
   * RouterError when there is one call and its upstream refuses before it answers; of several calls a refused one is told in the events.
   */
  opening: Promise<EventSource>;
  /** Who serves: one endpoint, or one for each block of choices. Final once the first content has come. */
  serving: () => readonly Prepared[];
  /** Endpoints that have been tried. */
  tried: () => readonly Prepared[];
};

/**
 * Makes the calls of a request.
 *
 * @param endpoints one, or several that are all asked.
 * @param hedge tried as well when the first is silent for too long; null = none.
 */
export function startRun(endpoints: readonly Prepared[], hedge: Prepared | null, context: RunContext): Run {
  const slots = createSlots(WAITING_CALLS);
  const [first, ...more] = endpoints;
  if (first === undefined) throw new Error('a run without an endpoint');
  if (hedge !== null) return race(first, hedge, slots, context);
  const always = () => endpoints;
  if (more.length === 0) return { opening: openEndpoint(first, '0', slots, context), serving: always, tried: always };
  const each = choicesOf(first);
  const { signal, leave } = leavable(context.gone);
  const branches = endpoints.map((endpoint, block) => ({
    opening: openEndpoint(endpoint, String(block), slots, { ...context, gone: signal }),
    choices: Array.from({ length: each }, (_, choice) => block * each + choice),
    calls: endpoint.parts.length,
  }));
  return { opening: Promise.resolve(mergeSources(branches, true, leave)), serving: always, tried: always };
}

/** How many choices the client gets from one endpoint. */
export function choicesOf({ planned }: Prepared): number {
  const { parts, emulation } = planned.fitted;
  const made = parts.reduce((sum, part) => sum + part.choices.length, 0);
  return emulation.bestOf === null ? made : (made / emulation.bestOf.candidates) * emulation.bestOf.keep;
}

function race(first: Prepared, second: Prepared, slots: Slots, context: RunContext): Run {
  const tries = [first, second].map((endpoint, index): Try => {
    const { signal, leave } = leavable(context.gone);
    return {
      open: () => openEndpoint(endpoint, String(index), slots, { ...context, gone: signal }),
      leave,
      abandoned: () => abandonedUsage(endpoint),
    };
  }) as [Try, Try]; // of two endpoints
  const { source, winner, started } = createRace(tries, context.request.preferences.hedge_after_ms ?? 0, context.ports.clock);
  return {
    opening: Promise.resolve(source),
    serving: () => [winner() === 1 ? second : first],
    tried: () => (started() > 1 ? [first, second] : [first]),
  };
}

/** All calls to one endpoint as one answer, its choices numbered from 0. */
async function openEndpoint(prepared: Prepared, id: string, slots: Slots, context: RunContext): Promise<EventSource> {
  const { bestOf, hideLogprobs } = prepared.planned.fitted.emulation;
  const source = await openParts(prepared, id, slots, context);
  return bestOf === null ? source : throughStage(source, createBestOfStage(bestOf.candidates, bestOf.keep, hideLogprobs));
}

async function openParts(prepared: Prepared, id: string, slots: Slots, context: RunContext): Promise<EventSource> {
  const [only, ...more] = prepared.parts;
  if (only === undefined) throw new Error('an endpoint without calls');
  if (more.length === 0) return slots.use(context.gone, () => openCall(prepared, only, id, context));
  const { signal, leave } = leavable(context.gone);
  const branches = prepared.parts.map((part, index) => ({
    opening: slots.use(signal, () => openCall(prepared, part, `${id}_${index}`, { ...context, gone: signal })),
    choices: part.part.choices,
    calls: 1,
  }));
  return mergeSources(branches, false, leave);
}

/** An answer seen through one more stage. */
function throughStage(source: EventSource, stage: Stage): EventSource {
  return {
    async read() {
      const events = await source.read();
      return events === null ? null : stage.push(events);
    },
    cancel: () => source.cancel(),
  };
}
