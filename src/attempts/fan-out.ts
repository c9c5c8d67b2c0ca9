/** The answer to a request: one plan by itself, a race of its first two endpoints, or several models at once. Writes nothing to the client. */
import type { RequestContext } from '../calls/context.ts';
import type { PreparedEndpoint, ReportedEndpoint } from '../calls/prepare.ts';
import type { Preparer } from '../calls/preparer.ts';
import { createCancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import type { RoutePlan } from '../routing/plan.ts';
import { mergeSources } from '../stream/merge.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { AnswerStream } from './answer-stream.ts';
import type { Attempt, AttemptOrigin } from './attempt.ts';
import { choicesOf } from './endpoint-answer.ts';

/** A request that is being answered. */
export interface Run {
  /**
   * Resolves with the events of the answer once they have begun: the grammar of `unified/response/event.ts`, the last one with its usage
   * complete, then null. Of several models a refused one is reported in the events.
   *
   * @throws RouterError when no endpoint answers.
   */
  open(): Promise<EventSource>;
  /** Who serves: one endpoint, or one for each block of choices. Final once the first content has come. */
  servedBy(): readonly PreparedEndpoint[];
  /** Who continued the answer where it broke off; null = it was not continued, or several models were called. */
  continuedBy(): ReportedEndpoint | null;
  /** What has been tried. */
  attempts(): readonly Attempt[];
}

/** What is answered: the parts of `PlannedRequest` in `pipeline/plan-and-prepare.ts`, and the request. */
export type RunOptions = {
  request: UnifiedRequest;
  context: RequestContext;
  plans: readonly RoutePlan[];
  /** The first call of each plan. */
  endpoints: readonly [PreparedEndpoint, ...PreparedEndpoint[]];
  /** The call that may race the only first one; null = none may. */
  hedge: PreparedEndpoint | null;
  preparer: Preparer;
};

/** Prepares the answer; `open` makes the first attempt. @param signal cancels everything. */
export function createRun(options: RunOptions, signal: CancelSignal): Run {
  return options.endpoints.length === 1 ? new SingleRun(options, signal) : new MergedRun(options, signal);
}

/** One plan. */
class SingleRun implements Run {
  readonly #stream: AnswerStream;
  #servedBy: readonly [PreparedEndpoint];

  constructor(options: RunOptions, signal: CancelSignal) {
    this.#stream = streamOf(options, 0, signal);
    this.#servedBy = [this.#stream.servedBy];
  }

  open(): Promise<EventSource> {
    return this.#stream.open();
  }

  servedBy(): readonly PreparedEndpoint[] {
    const { servedBy } = this.#stream;
    if (this.#servedBy[0] !== servedBy) this.#servedBy = [servedBy];
    return this.#servedBy;
  }

  continuedBy(): ReportedEndpoint | null {
    return this.#stream.continuedBy;
  }

  attempts(): readonly Attempt[] {
    return this.#stream.attempts;
  }
}

/** Several models at once: a block of choices each. */
class MergedRun implements Run {
  readonly #streams: readonly AnswerStream[];
  readonly #first: PreparedEndpoint;
  readonly #all: ReturnType<typeof createCancellation>;

  constructor(options: RunOptions, signal: CancelSignal) {
    this.#all = createCancellation(signal);
    [this.#first] = options.endpoints;
    this.#streams = options.endpoints.map((_, block) => streamOf(options, block, this.#all.signal));
  }

  open(): Promise<EventSource> {
    const each = choicesOf(this.#first); // the request is the same for all models
    const branches = this.#streams.map((stream, block) => ({
      opening: stream.open(),
      choices: Array.from({ length: each }, (_, choice) => block * each + choice),
      calls: stream.servedBy.parts.length,
    }));
    return Promise.resolve(mergeSources(branches, true, () => this.#all.cancel()));
  }

  servedBy(): readonly PreparedEndpoint[] {
    return this.#streams.map((stream) => stream.servedBy);
  }

  continuedBy(): null {
    return null;
  }

  attempts(): readonly Attempt[] {
    return this.#streams.flatMap((stream) => stream.attempts);
  }
}

/** The answer to one of the plans. */
function streamOf({ request, context, plans, endpoints, hedge, preparer }: RunOptions, block: number, signal: CancelSignal): AnswerStream {
  const [plan, first] = [plans[block], endpoints[block]];
  if (plan === undefined || first === undefined) throw new Error('a run without an endpoint');
  // Where several models are called, no endpoint is remembered.
  const origin: AttemptOrigin = { context, request, plan: plans.length === 1 ? plan : null };
  const attempts: Attempt[] = [];
  const { calls, hedgeAfterMs: afterMs } = plan;
  const race = hedge === null || afterMs === null ? null : { endpoint: hedge, afterMs };
  return new AnswerStream({ calls, origin, attempts, preparer, id: String(block), first, hedge: race }, signal);
}
