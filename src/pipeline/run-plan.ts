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
import { mergeSources } from '../stream/merge.ts';
import { createGuard } from '../stream/guard.ts';
import { createEchoStage, createHideReasoningStage } from '../stream/shape.ts';
import { createStopStage } from '../stream/stop.ts';
import { RouterError } from '../unified/error.ts';
import type { Stage, StreamEvent } from '../unified/event.ts';
import { promptText } from '../unified/prompt-text.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { readAnswer, readWholeAnswer } from '../upstream/answer.ts';
import { createSlots, WAITING_CALLS } from '../upstream/slots.ts';
import { atProvider, send, type Callee } from '../upstream/send.ts';
import type { Prepared, PreparedPart } from './prepare.ts';

/**
 * Makes the calls of a plan and returns their events as one answer: the grammar of `unified/event.ts`, the last one with its usage
 * settled, then null. The source itself never throws.
 *
 * @param gone fires when the client has left; every upstream is then given up.
 * @throws RouterError when there is one call and the upstream refuses before it answers. Of several calls, a refused one is told in
 * the events.
 */
export async function runPlan(prepared: Prepared, context: RunContext): Promise<EventSource> {
  const [only, ...more] = prepared.parts;
  if (only === undefined) throw new Error('a plan without calls');
  const { bestOf, hideLogprobs } = prepared.planned.fitted.emulation;
  if (more.length === 0) {
    const answer = await openPart(prepared, only, 0, context);
    return bestOf === null ? answer : throughStage(answer, createBestOfStage(bestOf.candidates, bestOf.keep, hideLogprobs));
  }
  const left = new AbortController();
  const gone = AbortSignal.any([context.gone, left.signal]);
  const slots = createSlots(WAITING_CALLS);
  const branches = prepared.parts.map((part, index) => ({
    opening: slots.use(gone, () => openPart(prepared, part, index, { ...context, gone })),
    choices: part.part.choices,
  }));
  const merged = mergeSources(branches, () => left.abort());
  return bestOf === null ? merged : throughStage(merged, createBestOfStage(bestOf.candidates, bestOf.keep, hideLogprobs));
}

/** What a run needs besides its plan. */
export type RunContext = { request: UnifiedRequest; generationId: string; ports: Ports; gone: AbortSignal };

/** Sends one call; its answer numbers its choices from 0. */
async function openPart(
  prepared: Prepared,
  { part, call }: PreparedPart,
  index: number,
  { request, generationId, ports, gone }: RunContext,
): Promise<EventSource> {
  const { planned, dialect } = prepared;
  const { provider, rules } = planned.candidate;
  const callee: Callee = { name: provider.name, secretVariable: provider.auth.secret };
  const abort = new AbortController();
  const leave = () => abort.abort();
  if (gone.aborted) leave();
  gone.addEventListener('abort', leave, { once: true });
  const response = await send(call, { dialect, callee, fetch: ports.fetch, clock: ports.clock, signal: abort.signal });
  const read = request.stream ? readAnswer : readWholeAnswer;
  const source = read(response, dialect, rules.quirks, ports.limits);
  const give = (error: RouterError) => atProvider(error, callee, call.secret, null);
  return createAnswer(source, createStages(planned, part, `${generationId}_${index}`), give, () => {
    gone.removeEventListener('abort', leave);
    source.cancel();
    abort.abort();
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

function createStages({ candidate, fitted }: PlannedCall, part: Part, callId: string): Stages {
  const { stop, hideReasoning } = fitted.emulation;
  const price = candidate.offering?.priceUsdPerMillionTokens;
  const accountant = createAccountant(
    () => promptText(part.call.input, part.call.parameters.tools),
    (usage) => (price === undefined ? null : costUsd(usage, price)),
  );
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
