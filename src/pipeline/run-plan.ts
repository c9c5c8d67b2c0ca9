/**
 * Makes the call and gives its answer as guarded, settled events. One call for one request so far; the attempts, deadlines and
 * failover of a plan belong here, between sending and the first content event. Writes nothing to the client.
 */
import type { Ports } from '../ports.ts';
import { costUsd } from '../registry/pricing.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { Part } from '../routing/split.ts';
import { createAccountant } from '../stream/account.ts';
import type { EventSource } from '../stream/event-source.ts';
import { createBestOfStage } from '../stream/best-of.ts';
import { createRace, type Try } from '../stream/hedge.ts';
import { mergeSources } from '../stream/merge.ts';
import { createGuard } from '../stream/guard.ts';
import { createEchoStage, createHideReasoningStage } from '../stream/shape.ts';
import { createStopStage } from '../stream/stop.ts';
import { RouterError } from '../unified/error.ts';
import type { Stage, StreamEvent } from '../unified/event.ts';
import { sumUsage, type Usage } from '../unified/usage.ts';
import { promptText } from '../unified/prompt-text.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { readAnswer, readWholeAnswer } from '../upstream/answer.ts';
import { createSlots, WAITING_CALLS, type Slots } from '../upstream/slots.ts';
import { atProvider, send, type Callee } from '../upstream/send.ts';
import type { Prepared, PreparedPart } from './prepare.ts';

/** What a run needs besides its plan. */
export type RunContext = { request: UnifiedRequest; generationId: string; ports: Ports; gone: AbortSignal };

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
  const each = choicesOf(context.request, first);
  const { signal, leave } = leavable(context.gone);
  const branches = endpoints.map((endpoint, block) => ({
    opening: openEndpoint(endpoint, String(block), slots, { ...context, gone: signal }),
    choices: Array.from({ length: each }, (_, choice) => block * each + choice),
    calls: endpoint.parts.length,
  }));
  return { opening: Promise.resolve(mergeSources(branches, true, leave)), serving: always, tried: always };
}

/** How many choices the client gets from one endpoint. */
export function choicesOf({ parameters }: UnifiedRequest, { planned }: Prepared): number {
  const { parts, emulation } = planned.fitted;
  const made = parts.reduce((sum, part) => sum + part.choices.length, 0);
  return emulation.bestOf === null ? made : (made / emulation.bestOf.candidates) * (typeof parameters.n === 'number' ? parameters.n : 1);
}

function leavable(gone: AbortSignal): { signal: AbortSignal; leave: () => void } {
  const left = new AbortController();
  return { signal: AbortSignal.any([gone, left.signal]), leave: () => left.abort() };
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

/** What a try that was given up has read: estimated, since nobody will say. */
function abandonedUsage({ planned, parts }: Prepared): Usage {
  const usages = parts.map(({ part }) =>
    createAccountant(() => promptText(part.call.input, part.call.parameters.tools), priceOf(planned)).bill(),
  );
  return (
    sumUsage(usages, parts.length) ??
    createAccountant(
      () => '',
      () => null,
    ).bill()
  );
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
  if (more.length === 0) return slots.use(context.gone, () => openPart(prepared, only, id, context));
  const { signal, leave } = leavable(context.gone);
  const branches = prepared.parts.map((part, index) => ({
    opening: slots.use(signal, () => openPart(prepared, part, `${id}_${index}`, { ...context, gone: signal })),
    choices: part.part.choices,
    calls: 1,
  }));
  return mergeSources(branches, false, leave);
}

/** Sends one call; its answer numbers its choices from 0. */
async function openPart(prepared: Prepared, { part, call }: PreparedPart, id: string, context: RunContext): Promise<EventSource> {
  const { planned, dialect } = prepared;
  const { request, generationId, ports, gone } = context;
  const { provider, rules } = planned.candidate;
  const callee: Callee = { name: provider.name, secretVariable: provider.auth.secret };
  const { signal, leave } = leavable(gone);
  const response = await send(call, { dialect, callee, fetch: ports.fetch, clock: ports.clock, signal });
  const read = request.stream ? readAnswer : readWholeAnswer;
  const source = read(response, dialect, rules.quirks, ports.limits);
  const give = (error: RouterError) => atProvider(error, callee, call.secret, null);
  return createAnswer(source, createStages(planned, part, `${generationId}_${id}`), give, () => {
    source.cancel();
    leave();
  });
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

type Stages = {
  /** Raw events of the upstream to what the client is to see. */
  push(events: readonly StreamEvent[]): StreamEvent[];
  end(): StreamEvent[];
  /** Nothing more is needed of the upstream. */
  satisfied(): boolean;
  ended(): boolean;
};

function createStages(planned: PlannedCall, part: Part, callId: string): Stages {
  const { stop, hideReasoning } = planned.fitted.emulation;
  const accountant = createAccountant(() => promptText(part.call.input, part.call.parameters.tools), priceOf(planned));
  const guard = createGuard(callId, part.choices.length);
  const stopStage = stop.length > 0 ? createStopStage(stop, part.choices.length) : null;
  const shaping: Stage[] = [
    ...(stopStage === null ? [] : [stopStage]),
    ...(hideReasoning ? [createHideReasoningStage()] : []),
    ...(part.echo === null ? [] : [createEchoStage(part.echo)]),
  ];
  function push(events: readonly StreamEvent[]): StreamEvent[] {
    accountant.count(events);
    const shaped = shaping.reduce<readonly StreamEvent[]>((passing, stage) => stage.push(passing), events);
    return accountant.settle(guard.push(shaped));
  }
  return {
    push,
    end: () => push([{ type: 'end', usage: null }]),
    satisfied: () => stopStage?.satisfied() === true,
    ended: guard.ended,
  };
}

/** What a usage costs at an endpoint, in USD; null where its price is not known. */
function priceOf({ candidate }: PlannedCall): (usage: Usage) => number | null {
  const price = candidate.offering?.priceUsdPerMillionTokens;
  return (usage) => (price === undefined ? null : costUsd(usage, price));
}

function createAnswer(source: EventSource, stages: Stages, give: (error: RouterError) => RouterError, release: () => void): EventSource {
  let released = false;
  function cancel(): void {
    if (released) return;
    released = true;
    release();
  }

  async function next(): Promise<StreamEvent[]> {
    try {
      const batch = await source.read();
      return batch === null ? stages.end() : stages.push(batch);
    } catch (thrown) {
      const error =
        thrown instanceof RouterError
          ? thrown
          : new RouterError('provider_unavailable', 'the connection was lost in the middle of the answer');
      return stages.push([{ type: 'error', error, usage: null, open: [] }]);
    }
  }

  return {
    async read() {
      if (stages.ended()) return null;
      const events = await next();
      if (stages.satisfied()) events.push(...stages.end());
      if (stages.ended()) cancel();
      return events.map((event) => (event.type === 'error' ? { ...event, error: give(event.error) } : event));
    },
    cancel,
  };
}
