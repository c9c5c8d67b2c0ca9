/**
 * Merges several upstream answers into one stream. Events leave as they arrive, with choices renumbered.
 *
 * Each upstream has one outstanding read. The next read starts after the last batch was taken, so a slow client slows every upstream and
 * nothing queues. A call that fails ends its own choices with its own error. Only when all calls fail, the whole answer fails, with the
 * first error. Does no I/O itself.
 */
import { append } from '../lib/append.ts';
import { RouterError, toRouterError } from '../unified/error.ts';
import {
  changeEvent,
  errorEvent,
  isStructure,
  isTerminal,
  type EndEvent,
  type ErrorEvent,
  type StreamEvent,
} from '../unified/response/event.ts';
import { sumUsage, type Usage } from '../unified/response/usage.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** One upstream call of a merge. */
export type Branch = {
  /** The answer. Rejects when the upstream rejects the call. */
  opening: Promise<EventSource>;
  /** For each choice of the call, in order: its number in the merged answer. */
  choices: readonly number[];
  /** Number of upstream calls that the branch made. */
  calls: number;
};

/** A batch that has arrived, or the error of a call that never opened. */
type Arrival = { branch: number; events: StreamEvent[] };

/**
 * @param itemize true = report the usage of each branch beside the sum.
 * @param cancel cancels the calls that are not open yet; open sources are cancelled as well.
 */
export function mergeSources(branches: readonly Branch[], itemize: boolean, cancel: () => void): EventSource {
  return new MergedAnswer(branches, createOutcome(branches, itemize), cancel);
}

/** The answers of several calls as one. */
class MergedAnswer implements EventSource {
  readonly #branches: readonly Branch[];
  readonly #outcome: ReturnType<typeof createOutcome>;
  readonly #cancelCalls: () => void;
  readonly #sources: (EventSource | null)[];
  /** Branches whose last batch was taken. Their next read may start. */
  #idle: number[];
  #arrived: Arrival[] = [];
  /** Resolves a read that waits for an arrival; null = none waits. */
  #wake: (() => void) | null = null;

  constructor(branches: readonly Branch[], outcome: ReturnType<typeof createOutcome>, cancelCalls: () => void) {
    this.#branches = branches;
    this.#outcome = outcome;
    this.#cancelCalls = cancelCalls;
    this.#sources = branches.map(() => null);
    this.#idle = branches.map((_, index) => index);
  }

  async read(): Promise<StreamEvent[] | null> {
    if (this.#outcome.isOver()) return null;
    this.#startReads();
    if (this.#arrived.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const arrived = this.#arrived;
    this.#arrived = [];
    const events: StreamEvent[] = [];
    for (const { branch, events: batch } of arrived) {
      append(events, this.#outcome.take(branch, batch));
      if (!this.#outcome.hasEnded(branch)) this.#idle.push(branch);
    }
    return events;
  }

  cancel(): void {
    this.#cancelCalls();
    for (const source of this.#sources) source?.cancel();
  }

  #startReads(): void {
    const ready = this.#idle;
    this.#idle = [];
    for (const index of ready) void this.#readBranch(index);
  }

  async #readBranch(index: number): Promise<void> {
    let events: StreamEvent[];
    try {
      const source = (this.#sources[index] ??= (await this.#branches[index]?.opening) ?? null);
      events = (await source?.read()) ?? toErrorEvents(new RouterError('provider_unavailable', 'the upstream ended without a final event'));
    } catch (thrown) {
      events = toErrorEvents(toRouterError(thrown));
    }
    this.#arrived.push({ branch: index, events });
    this.#wake?.();
  }
}

const toErrorEvents = (error: RouterError): StreamEvent[] => [errorEvent(error)];

/** Tracks how each call ended, and builds the events for the client. */
function createOutcome(branches: readonly Branch[], itemize: boolean) {
  const endedBranches = new Set<number>();
  const endedChoices = new Set<number>();
  const bills: { choices: readonly number[]; usage: Usage }[] = [];
  /** Errors of failed choices, held until one choice succeeds. If none does, the whole answer fails. */
  let failed: StreamEvent[] = [];
  let firstError: RouterError | null = null;
  let isFinished = false;

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
    if (event.type === 'start') return [changeEvent(event, { choices })];
    if (isTerminal(event)) end(branch, event);
    if (isTerminal(event) || event.type === 'usage') return [];
    const choice = choices[event.choice];
    // The structure of one answer is not that of several.
    if (choice === undefined || isStructure(event)) return [];
    if (event.type === 'choice-end') endedChoices.add(choice);
    return [changeEvent(event, { choice })];
  }

  function finalEvent(): StreamEvent {
    isFinished = true;
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
    isOver: () => isFinished,
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
