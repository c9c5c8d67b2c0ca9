/**
 * Several upstream answers to one stream. Events leave as they come, choices renumbered; each upstream has one outstanding read, and
 * the next one only when the last batch has been taken, so a slow client slows every upstream and nothing queues. A call that fails
 * ends its own choices with its own error; only when all have failed does the whole answer fail, with the first cause. Does no I/O
 * itself: it waits for sources and knows nothing of what they are.
 */
import { append } from '../lib/append.ts';
import { RouterError, toRouterError } from '../unified/error.ts';
import { isTerminal, type EndEvent, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import { sumUsage, type Usage } from '../unified/response/usage.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** One call of a merge. */
export type Branch = {
  /** The answer; rejects when the upstream refuses. */
  opening: Promise<EventSource>;
  /** Choice in the merged answer of each of the call's own choices, in order. */
  choices: readonly number[];
  /** Upstream calls it stands for. */
  calls: number;
};

/** A batch that has arrived, or the error of a call that never opened. */
type Arrival = { branch: number; events: StreamEvent[] };

/**
 * @param itemize keep the bill of each branch beside the sum.
 * @param cancel gives up everything that is not open yet; sources that are open are cancelled as well.
 */
export function mergeSources(branches: readonly Branch[], itemize: boolean, cancel: () => void): EventSource {
  const sources: (EventSource | null)[] = branches.map(() => null);
  /** Branches whose last batch has been taken: their next read may start. */
  let idle: number[] = branches.map((_, index) => index);
  let arrived: Arrival[] = [];
  let wake: () => void = () => undefined;
  const outcome = createOutcome(branches, itemize);

  async function readBranch(index: number): Promise<void> {
    let events: StreamEvent[];
    try {
      const source = (sources[index] ??= (await branches[index]?.opening) ?? null);
      events = (await source?.read()) ?? failure(new RouterError('provider_unavailable', 'the upstream ended without a last word'));
    } catch (thrown) {
      events = failure(toRouterError(thrown));
    }
    arrived.push({ branch: index, events });
    wake();
  }

  function startReads(): void {
    const ready = idle;
    idle = [];
    for (const index of ready) void readBranch(index);
  }

  async function nextArrivals(): Promise<Arrival[]> {
    startReads();
    if (arrived.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const taken = arrived;
    arrived = [];
    return taken;
  }

  return {
    async read() {
      if (outcome.isOver()) return null;
      const events: StreamEvent[] = [];
      for (const { branch, events: batch } of await nextArrivals()) {
        append(events, outcome.take(branch, batch));
        if (!outcome.hasEnded(branch)) idle.push(branch);
      }
      return events;
    },
    cancel() {
      cancel();
      for (const source of sources) source?.cancel();
    },
  };
}

const failure = (error: RouterError): StreamEvent[] => [{ type: 'error', error, usage: null, openChoices: [] }];

/** What has become of each call, and what the client is told of it. */
function createOutcome(branches: readonly Branch[], itemize: boolean) {
  const endedBranches = new Set<number>();
  const endedChoices = new Set<number>();
  const bills: { choices: readonly number[]; usage: Usage }[] = [];
  /** Failed choices, kept back until one has succeeded: if none does, it is the answer that fails. */
  let failed: StreamEvent[] = [];
  let firstError: RouterError | null = null;
  let over = false;

  function end(branch: number, event: EndEvent | ErrorEvent): void {
    endedBranches.add(branch);
    if (event.usage !== null) bills.push({ choices: branches[branch]?.choices ?? [], usage: event.usage });
    if (event.type === 'end') return;
    const { error } = event;
    firstError ??= error;
    const open = (branches[branch]?.choices ?? []).filter((choice) => !endedChoices.has(choice));
    failed.push(...open.map((choice): StreamEvent => ({ type: 'choice-error', choice, error })));
  }

  function takeEvent(branch: number, event: StreamEvent): StreamEvent[] {
    const choices = branches[branch]?.choices ?? [];
    if (event.type === 'start') return [{ ...event, choices }];
    if (isTerminal(event)) end(branch, event);
    if (isTerminal(event) || event.type === 'usage') return [];
    const choice = choices[event.choice];
    if (choice === undefined) return [];
    if (event.type === 'choice-end') endedChoices.add(choice);
    return [{ ...event, choice }];
  }

  function finalEvent(): StreamEvent {
    over = true;
    const sum = sumUsage(
      bills.map(({ usage }) => usage),
      branches.reduce((calls, branch) => calls + branch.calls, 0),
    );
    const usage =
      sum !== null && itemize ? { ...sum, byChoices: bills.sort((one, other) => (one.choices[0] ?? 0) - (other.choices[0] ?? 0)) } : sum;
    if (endedChoices.size > 0) return { type: 'end', usage };
    const error = firstError ?? new RouterError('provider_unavailable', 'the upstreams ended without an answer');
    return { type: 'error', error, usage, openChoices: branches.flatMap(({ choices }) => choices) };
  }

  return {
    isOver: () => over,
    hasEnded: (branch: number) => endedBranches.has(branch),
    take(branch: number, batch: readonly StreamEvent[]): StreamEvent[] {
      const events = batch.flatMap((event) => takeEvent(branch, event));
      if (endedChoices.size > 0) {
        events.push(...failed);
        failed = [];
      }
      return endedBranches.size === branches.length ? [...events, finalEvent()] : events;
    },
  };
}
