/**
 * The answer to a request put together: attempts at one endpoint after another, one call to each or many, a race of two, several models
 * at once. What one call is, from sending to settled events, is `calls/call.ts`; attempts in turn are `commit.ts`; an answer that breaks
 * off is carried on by `resume.ts`. Writes nothing to the client.
 */
import { CHARACTERS_PER_TOKEN, deadlinesFor } from './deadlines.ts';
import type { PlannedCall, RoutePlan } from '../routing/plan.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createBestOfStage } from '../stream/stages/best-of.ts';
import { createRace, type Try } from './hedge.ts';
import { mergeSources } from '../stream/merge.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import { createCancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { createSlots, WAITING_CALLS, type Slots } from '../upstream/call-limiter.ts';
import { countTries, startAttempt, watched, withAttempts, type Attempt } from './attempt.ts';
import { billOf } from '../calls/call-tally.ts';
import { commit, type Attempting } from './commit.ts';
import { openCall } from '../calls/call.ts';
import type { CallContext, RunContext } from '../calls/context.ts';
import type { Prepared, Reported } from '../calls/prepare.ts';
import { mayResume, resumable } from './resume.ts';

/** A request under way. */
export type Run = {
  /**
   * The events of the answer: the grammar of `unified/response/event.ts`, the last one with its usage settled, then null. Rejects with a
   * RouterError when nobody answers; of several models that are all asked a refused one is told in the events.
   */
  opening: Promise<EventSource>;
  /** Who serves: one endpoint, or one for each block of choices. Final once the first content has come. */
  servedBy: () => readonly Prepared[];
  /** Who continued the answer where it broke off; null = it did not, or several models were asked. */
  continuedBy: () => Reported | null;
  /** What has been tried. */
  attempts: () => readonly Attempt[];
};

/** What a run is made of. */
export type RunParts = {
  /** One plan, or one for each model where all of them are asked. */
  plans: readonly RoutePlan[];
  /** The first call of each plan, prepared. */
  endpoints: readonly Prepared[];
  /** Prepares a call for this request; one that has been prepared stays as it is. */
  prepare: (planned: PlannedCall, request: UnifiedRequest) => Promise<Prepared>;
  /** Calls that go on from a text, for a request that ends with it. */
  planPrefill: (request: UnifiedRequest) => readonly PlannedCall[];
};

/** One plan on its way: its first call prepared, and a name that tells its calls from those of others. */
type Lane = { plan: RoutePlan; first: Prepared; id: string };

/** What the lanes of a request share. */
type Shared = { parts: RunParts; slots: Slots; context: RunContext };

/** Makes the attempts of a request. */
export function startRun(parts: RunParts, context: RunContext): Run {
  const lanes = parts.plans.flatMap((plan, block): Lane[] => {
    const first = parts.endpoints[block];
    return first === undefined ? [] : [{ plan, first, id: String(block) }];
  });
  const shared: Shared = { parts, slots: createSlots(WAITING_CALLS), context };
  const [only, ...more] = lanes;
  if (only === undefined) throw new Error('a run without an endpoint');
  if (only.plan.hedgeAfterMs !== null) return race(only, only.plan.hedgeAfterMs, shared);
  return more.length === 0 ? runLane(only, shared) : runAll(lanes, shared);
}

/** How many choices the client gets from one endpoint. */
export function choicesOf({ planned }: Prepared): number {
  const { parts, emulation } = planned.fitted;
  const made = parts.reduce((sum, part) => sum + part.choices.length, 0);
  return emulation.bestOf === null ? made : (made / emulation.bestOf.candidates) * emulation.bestOf.keep;
}

/** Several models at once: a block of choices each. */
function runAll(lanes: readonly Lane[], shared: Shared): Run {
  const { signal, cancel } = createCancellation(shared.context.signal);
  const runs = lanes.map((lane) => ({ lane, run: runLane(lane, { ...shared, context: { ...shared.context, signal } }) }));
  const branches = runs.map(({ lane, run }, block) => {
    const each = choicesOf(lane.first); // all models are asked for the same
    const choices = Array.from({ length: each }, (_, choice) => block * each + choice);
    return { opening: run.opening, choices, calls: lane.first.parts.length };
  });
  return {
    opening: Promise.resolve(mergeSources(branches, true, cancel)),
    servedBy: () => runs.flatMap(({ run }) => run.servedBy()),
    continuedBy: () => null,
    attempts: () => runs.flatMap(({ run }) => run.attempts()),
  };
}

/** One plan: its calls in turn. */
function runLane({ plan, first, id }: Lane, { parts, slots, context }: Shared): Run {
  const attempts: Attempt[] = [];
  let servedBy = first;
  let continuedBy = (): Reported | null => null;

  const attemptingWith = (calls: readonly PlannedCall[], request: UnifiedRequest): Attempting => ({
    calls,
    context: { ...context, request },
    prepare: (planned) => parts.prepare(planned, request),
    open: (prepared, number, own, isLast) =>
      openEndpoint(prepared, number === 0 ? id : `${id}.${number}`, slots, {
        ...own,
        deadlines: deadlinesFor(request, prepared.planned, roughTokens(prepared), !isLast),
        mayFail: !isLast && !request.stream,
      }),
  });

  async function answer(): Promise<EventSource> {
    const attempting = attemptingWith(plan.calls, context.request);
    const committed = await commit(attempting, attempts);
    servedBy = committed.prepared;
    const isOneText = choicesOf(servedBy) === 1 && servedBy.parts.length === 1;
    if (!isOneText || !mayResume(context.request) || attempts.length >= context.ports.limits.attempts)
      return throughStage(committed.source, settling(attempts));
    const carrying = { attempting, attempts, planPrefill: parts.planPrefill, attemptingWith };
    const { source, attempt } = resumable(committed, carrying);
    continuedBy = () => (attempt() === committed.attempt ? null : attempt().prepared);
    return throughStage(source, settling(attempts));
  }

  return { opening: answer(), servedBy: () => [servedBy], continuedBy: () => continuedBy(), attempts: () => attempts };
}

/** The last event of an answer has the usage of every call that was made for it; an error tells of the attempts. */
function settling(attempts: readonly Attempt[]): Mapping {
  return {
    push(events) {
      const last = events.at(-1);
      if (last === undefined || !isTerminal(last) || countTries(attempts) === 1) return events;
      const usage = billOf(attempts.map(({ tally }) => tally));
      return [...events.slice(0, -1), { ...telling(last, attempts), usage }];
    },
  };
}

/** An error says what was tried. */
const telling = <Event extends StreamEvent>(event: Event, attempts: readonly Attempt[]): Event =>
  event.type === 'error' ? { ...event, error: withAttempts(event.error, attempts) } : event;

/** Tokens of the prompt, roughly: enough to say how long it takes to read. */
const roughTokens = ({ parts }: Prepared): number => (parts[0]?.call.body.length ?? 0) / CHARACTERS_PER_TOKEN;

/** Two endpoints for one answer. */
function race({ plan, first }: Lane, afterMs: number, { parts, slots, context }: Shared): Run {
  const second = plan.calls[1];
  const prepared: (Prepared | null)[] = [first, null];
  const attempts: Attempt[] = [];

  async function openTry(index: number, signal: CancelSignal): Promise<EventSource> {
    const planned = index === 0 ? first.planned : second;
    if (planned === undefined) throw new Error('a race of one');
    const endpoint = (prepared[index] ??= await parts.prepare(planned, context.request));
    const attempt = startAttempt(endpoint, context);
    attempts[index] = attempt;
    const own = { ...context, signal, tally: attempt.tally };
    const deadlines = deadlinesFor(context.request, planned, roughTokens(endpoint), false);
    return watched(attempt, endpoint, () => openEndpoint(endpoint, String(index), slots, { ...own, deadlines, mayFail: false }), own);
  }

  const tries = [0, 1].map((index): Try => {
    const { signal, cancel } = createCancellation(context.signal);
    return { open: () => openTry(index, signal), cancel };
  }) as [Try, Try]; // of two endpoints
  const { source, winner, started } = createRace(tries, afterMs, context.ports.clock);
  return {
    opening: Promise.resolve(throughStage(source, settling(attempts))),
    servedBy: () => [prepared[winner() ?? 0] ?? first],
    continuedBy: () => null,
    attempts: () => attempts.slice(0, started()),
  };
}

/** All calls to one endpoint as one answer, its choices numbered from 0. */
async function openEndpoint(prepared: Prepared, id: string, slots: Slots, context: CallContext): Promise<EventSource> {
  const { bestOf, hideLogprobs } = prepared.planned.fitted.emulation;
  const source = await openParts(prepared, id, slots, context);
  return bestOf === null
    ? source
    : throughStage(source, createBestOfStage(bestOf.candidates, bestOf.keep, hideLogprobs, context.answerBudget));
}

async function openParts(prepared: Prepared, id: string, slots: Slots, context: CallContext): Promise<EventSource> {
  const [only, ...more] = prepared.parts;
  if (only === undefined) throw new Error('an endpoint without calls');
  if (more.length === 0) return slots.use(context.signal, () => openCall(prepared, only, id, context));
  const { signal, cancel } = createCancellation(context.signal);
  const branches = prepared.parts.map((part, index) => ({
    opening: slots.use(signal, () => openCall(prepared, part, `${id}_${index}`, { ...context, signal })),
    choices: part.part.choices,
    calls: 1,
  }));
  return mergeSources(branches, false, cancel);
}

/** What maps the batches of an answer; any stage does. */
type Mapping = { push(events: StreamEvent[]): StreamEvent[] };

/** An answer seen through one more stage. */
function throughStage(source: EventSource, stage: Mapping): EventSource {
  return {
    async read() {
      const events = await source.read();
      return events === null ? null : stage.push(events);
    },
    cancel: () => source.cancel(),
  };
}
