/**
 * The answer to one plan, as one stream of events. It connects by making attempts, streams the answer of the attempt that succeeds, and
 * continues that answer elsewhere when it breaks off; where no endpoint can, it ends with the error that it broke off with. What was done
 * is reported. Several models at once are several such streams (`fan-out.ts`).
 */
import { billOf } from '../calls/call-tally.ts';
import type { PreparedEndpoint, ReportedEndpoint } from '../calls/prepare.ts';
import { createCancellation, type Cancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import type { RouterError } from '../unified/error.ts';
import type { EndEvent, ErrorEvent, StreamEvent } from '../unified/response/event.ts';
import { SteppedSource, toSteps, type Batch } from '../unified/response/event-source.ts';
import { countTries, withAttempts } from './attempt-list.ts';
import type { Attempt } from './attempt.ts';
import type { ContinuationFilter } from './continuation-filter.ts';
import { continueAnswer, mayContinue } from './continue.ts';
import { choicesOf } from './endpoint-answer.ts';
import { HedgedAttempts } from './hedged-attempts.ts';
import { ShownText } from './shown-text.ts';
import { TextAttempts, type BegunAnswer, type TextOptions } from './text-attempts.ts';

/**
 * `connecting`: no attempt has succeeded yet. `streaming`: events of one attempt are passed on. `continuing`: the answer broke off, and
 * another endpoint is looked for. `done`: the last event was read, or the answer was cancelled.
 */
export type AnswerState = 'connecting' | 'streaming' | 'continuing' | 'done';

/** What an answer is made of. */
export type AnswerOptions = TextOptions & {
  /** The endpoint that is called first. */
  first: PreparedEndpoint;
  /** The endpoint that races the first one, and after how many milliseconds of silence it starts; null = attempts are made in turn. */
  hedge: { endpoint: PreparedEndpoint; afterMs: number } | null;
};

/** The answer to one plan. */
export class AnswerStream extends SteppedSource {
  readonly #options: AnswerOptions;
  readonly #work: Cancellation;
  #state: AnswerState = 'connecting';
  /** The attempt whose events are passed on. */
  #current: BegunAnswer | null = null;
  /** Its source. */
  #source: SteppedSource | null = null;
  /** Events that were read while connecting. */
  #beginning: StreamEvent[] | null = null;
  /** The endpoint that the answer began at. */
  #servedBy: PreparedEndpoint;
  /** Joins a continuation to what the client has; null = the answer has not been continued. */
  #filter: ContinuationFilter | null = null;
  /** Null = the answer cannot be continued. */
  #shown: ShownText | null = null;
  /** Why it broke off the first time: reported when no endpoint can continue it any more. */
  #firstError: RouterError | null = null;

  /** @param signal cancels the answer. */
  constructor(options: AnswerOptions, signal: CancelSignal) {
    super();
    this.#options = options;
    this.#work = createCancellation(signal);
    this.#servedBy = options.first;
  }

  get state(): AnswerState {
    return this.#state;
  }

  /** What has been tried. */
  get attempts(): readonly Attempt[] {
    return this.#options.attempts;
  }

  /** Who serves. Final once the first content has come. */
  get servedBy(): PreparedEndpoint {
    return this.#servedBy;
  }

  /** Who continued the answer where it broke off; null = it was not continued. */
  get continuedBy(): ReportedEndpoint | null {
    return this.#filter === null || this.#current === null ? null : this.#current.prepared;
  }

  /** Makes attempts until one has shown content. @throws RouterError when none does. */
  async open(): Promise<this> {
    const { hedge, origin, attempts } = this.#options;
    const begun = await this.#createAttempts().run();
    this.#setCurrent(begun);
    this.#beginning = begun.beginning;
    this.#servedBy = begun.prepared;
    this.#state = 'streaming';
    const { request, context } = origin;
    const isOneText = begun.prepared.parts.length === 1 && choicesOf(begun.prepared) === 1;
    const isAnotherLeft = hedge === null && attempts.length < context.ports.limits.attempts;
    if (isOneText && isAnotherLeft && mayContinue(request)) this.#shown = new ShownText(context.answerBudget);
    return this;
  }

  wait(): Promise<unknown> | null {
    if (this.#source === null || this.#state === 'done') return null;
    const waiting = this.#beginning === null ? this.#source.wait() : Promise.resolve();
    if (waiting === null) this.#state = 'done';
    return waiting;
  }

  take(arrived: unknown): Batch | Promise<Batch> {
    const beginning = this.#beginning;
    this.#beginning = null;
    if (beginning !== null) return this.#passOn(beginning);
    const batch = this.#source?.take(arrived) ?? null;
    return batch instanceof Promise ? batch.then((events) => this.#observe(events)) : this.#observe(batch);
  }

  cancel(): void {
    this.#state = 'done';
    this.#current?.source.cancel();
    this.#work.cancel();
  }

  #createAttempts(): HedgedAttempts | TextAttempts {
    const { hedge, first, origin, attempts } = this.#options;
    const { signal } = this.#work;
    if (hedge === null) return new TextAttempts(this.#options, signal);
    return new HedgedAttempts({ endpoints: [first, hedge.endpoint], origin, attempts, afterMs: hedge.afterMs }, signal);
  }

  #setCurrent(begun: BegunAnswer): void {
    this.#current = begun;
    this.#source = toSteps(begun.source);
  }

  #observe(batch: Batch): Batch | Promise<Batch> {
    if (batch === null) {
      this.#state = 'done';
      return null;
    }
    this.#current?.attempt.observe(batch);
    return this.#passOn(this.#filter === null ? batch : this.#filter.push(batch));
  }

  /** A promise only where the answer breaks off. */
  #passOn(events: StreamEvent[]): StreamEvent[] | Promise<StreamEvent[]> {
    const last = events.at(-1);
    if (last?.type === 'error') return this.#breakOff(events, last);
    this.#shown?.add(events);
    return last?.type === 'end' ? this.#finish(events, last) : events;
  }

  /** What takes the place of a batch that broke off: the beginning of the continuation, or the batch as it is. */
  async #breakOff(events: StreamEvent[], failure: ErrorEvent): Promise<StreamEvent[]> {
    const { context } = this.#options.origin;
    const attempt = this.#current?.attempt;
    const leading = (this.#firstError ??= failure.error);
    // A choice that is whole is not continued.
    if (events.some(({ type }) => type === 'choice-end')) this.#shown?.add(events);
    const shown = this.#shown?.text() ?? null;
    if (shown !== null && attempt !== undefined) {
      this.#state = 'continuing';
      const broken = { attempt, error: failure.error, shown };
      const continuation = await continueAnswer(broken, this.#options, this.#work.signal);
      if (continuation !== null) {
        this.#state = 'streaming';
        this.#setCurrent(continuation.begun);
        this.#filter = continuation.filter;
        this.#servedBy.learned.push(continuation.adjustment);
        // What came together with the break has not been shown: the continuation writes it again. It may break off, too.
        return this.#passOn([...events.filter(({ type }) => type === 'start'), ...continuation.events]);
      }
    }
    const final: ErrorEvent = { ...failure, error: context.callBudget.explain(leading) };
    return this.#finish(
      events.map((event) => (event === failure ? final : event)),
      final,
    );
  }

  /** The last event has the usage of every call that was made for the answer; an error names the attempts. */
  #finish(events: StreamEvent[], last: EndEvent | ErrorEvent): StreamEvent[] {
    this.#state = 'done';
    const { attempts } = this.#options;
    if (countTries(attempts) === 1) return events;
    const usage = billOf(attempts.map(({ tally }) => tally));
    const final = last.type === 'error' ? { ...last, error: withAttempts(last.error, attempts) } : last;
    return [...events.slice(0, -1), { ...final, usage }];
  }
}
