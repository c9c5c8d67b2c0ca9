/**
 * Opens the answer to a request that uses the response cache: a stored one, the one that is being made for an identical request, or a new one
 * that is stored.
 */
import type { RequestContext } from '../calls/context.ts';
import type { PreparedEndpoint } from '../calls/prepare.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { chosenCall } from '../routing/plan.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { CacheSlot, isRepeatable } from './cache-slot.ts';
import { ReplayedRun, replayEvents, type StoredAnswer } from './cached-answer.ts';
import { JoinedAnswer } from './joined-answer.ts';
import type { OpenedAnswer } from './open-answer.ts';
import { planRepeat, type PlannedRepeat } from './plan-and-prepare.ts';
import { spendNothing } from './reserve.ts';
import { StoringSource } from './storing-source.ts';

/** A request, and how it is answered without the cache. */
export type Opening = {
  request: UnifiedRequest;
  client: TextClientDialect;
  context: RequestContext;
  openFresh: () => Promise<OpenedAnswer>;
};

type Slot = CacheSlot<readonly StreamEvent[]>;
type Stored = StoredAnswer<readonly StreamEvent[]>;

/** Opens the answer. @throws RouterError as `openFresh`. */
export async function openCached(opening: Opening): Promise<OpenedAnswer> {
  const { request, client, context, openFresh } = opening;
  if (context.ports.responseCache === null || !isRepeatable(request, context) || client.summaryEvent?.(request) != null) return openFresh();
  const planned = planRepeat(request, context);
  const { plans } = planned;
  if (plans.some(({ calls }) => calls.at(0) === undefined)) return openFresh();
  const slot: Slot | null = await CacheSlot.of<readonly StreamEvent[]>(request, client, { context, plans });
  if (slot === null) return openFresh();
  const stored = await slot.find();
  const run = stored === null ? null : await replay(stored, opening, planned);
  if (stored !== null && run !== null) {
    return {
      plans,
      run,
      answer: run,
      lease: spendNothing(context),
      cache: { status: () => 'hit', headers: () => slot.headers('hit', stored) },
    };
  }
  const flight = slot.findFlight();
  if (flight === null) return openNew(opening, slot);
  const endpoints = await Promise.all(plans.map((plan) => planned.prepare(chosenCall(plan))));
  const answer = new JoinedAnswer<Stored>(endpoints, {
    headers: (status, made) => slot.headers(status, made),
    lease: spendNothing(context),
    wait: async () => {
      const made = await slot.waitFor(flight);
      const repeated = made === null ? null : await replay(made, opening, planned);
      return made === null || repeated === null ? null : { run: repeated, made };
    },
    openNew: () => openNew(opening, slot),
    client: context.client.signal,
  });
  const isDrained = request.preferences.on_disconnect === 'drain';
  const drained = isDrained ? { whenDrained: (run: () => void) => answer.whenDrained(run) } : {};
  return { plans, run: answer, answer, lease: answer.lease, cache: answer, ...drained };
}

/** A stored answer as one of this request. Null = an endpoint that made it may not serve the request now. */
async function replay(stored: Stored, { client, context }: Opening, planned: PlannedRepeat): Promise<ReplayedRun | null> {
  const endpoints: PreparedEndpoint[] = [];
  for (const { endpoint, learned } of stored.endpoints) {
    const prepared = await planned.find(endpoint);
    if (prepared === null) return null;
    const known = new Set(prepared.adjustments.map(({ param, action }) => `${action} ${param}`));
    prepared.learned.push(...learned.filter(({ param, action }) => !known.has(`${action} ${param}`)));
    endpoints.push(prepared);
  }
  return new ReplayedRun(endpoints, replayEvents(stored.content, responseId(client, context.generationId)));
}

/** Opens a new answer, which is stored when it is complete. */
async function openNew({ openFresh }: Opening, slot: Slot): Promise<OpenedAnswer> {
  const leader = slot.begin();
  const giveUp = () => leader.finish(null);
  const whileOpening = async <Value>(pending: Promise<Value>): Promise<Value> => {
    try {
      return await pending;
    } catch (thrown) {
      giveUp();
      throw thrown;
    }
  };
  const fresh = await whileOpening(openFresh());
  const { run } = fresh;
  const keep = (events: StreamEvent[]) => {
    // What two endpoints made together is no answer of either.
    if (run.continuedBy() === null) slot.keep(events, run.servedBy(), leader);
    else giveUp();
  };
  const open = async (): Promise<EventSource> => {
    const source = await whileOpening(fresh.answer.open());
    return new StoringSource(source, { ...sizesOf(slot), setWorking: (is) => leader.setWorking(is), keep, giveUp });
  };
  return { ...fresh, answer: { open }, cache: { status: () => 'miss', headers: () => slot.headers('miss', null) } };
}

const sizesOf = ({ store: { maxCharacters, keepsToolCalls } }: Slot) => ({ maxCharacters, keepsToolCalls });
