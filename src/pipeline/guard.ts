/** Lets the operator's guard inspect requests before anything is done for them, and answers before or after they are shown. */
import type { RequestContext } from '../calls/context.ts';
import type { JsonObject } from '../lib/json.ts';
import { createCollector } from '../stream/collect.ts';
import { createKeptEvents, type KeptEvents } from '../stream/kept-events.ts';
import { RouterError } from '../unified/error.ts';
import type { Guard, GuardQuestion } from '../unified/guard.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { createAnswerBudget } from '../unified/response/answer-budget.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { answerContent, requestContent } from './guard-content.ts';
import { userOf } from './answer-identity.ts';

/** A request, and the format of its client. */
type GuardedRequest = { request: UnifiedRequest; context: Pick<RequestContext, 'generationId' | 'caller'>; format: string };

/** The same where its answer is inspected. */
type GuardedAnswer = GuardedRequest & { context: Pick<RequestContext, 'answerBudget'> };

/** Asks about a request. @throws RouterError 403 where it is denied, or as `Guard.ask`. */
export async function guardRequest(guard: Guard, guarded: GuardedRequest): Promise<void> {
  const verdict = await guard.ask(questionAbout(guarded, 'before', { request: requestContent(guarded.request) }));
  if (!verdict.isAllowed) throw denied('request', verdict.reason);
}

/** The events of an answer as its client may see them. */
export function guardAnswer(guard: Guard, source: EventSource, guarded: GuardedAnswer): EventSource {
  if (guard.after === 'hold') return new HeldSource(guard, source, guarded);
  return guard.after === 'report' ? new ReportedSource(guard, source, guarded) : source;
}

const denied = (what: string, reason: string): RouterError =>
  new RouterError('content_policy_violation', `The operator's guard denied the ${what}: ${reason}`, {
    status: 403,
    metadata: { reason: 'guard' },
  });

function questionAbout({ request, context, format }: GuardedRequest, stage: GuardQuestion['stage'], content: JsonObject): GuardQuestion {
  return {
    stage,
    id: context.generationId,
    account: context.caller.account,
    user: userOf(request),
    session: request.session,
    model: request.models[0] ?? '',
    format,
    content,
  };
}

/** Holds the whole answer until the guard has decided. Keep-alives are written meanwhile. */
class HeldSource implements EventSource {
  readonly #guard: Guard;
  readonly #source: EventSource;
  readonly #guarded: GuardedRequest;
  readonly #kept: KeptEvents;
  #isOver = false;

  constructor(guard: Guard, source: EventSource, guarded: GuardedAnswer) {
    this.#guard = guard;
    this.#source = source;
    this.#guarded = guarded;
    this.#kept = createKeptEvents(guarded.context.answerBudget);
  }

  async read(): Promise<StreamEvent[] | null> {
    if (this.#isOver) return null;
    this.#isOver = true;
    for (let events = await this.#source.read(); events !== null; events = await this.#source.read()) {
      this.#kept.push(events);
      if (events.some(isTerminal)) break;
    }
    const events = this.#kept.take();
    const error = await this.#objection(events);
    if (error === null) return events;
    const usage = events.find(isTerminal)?.usage ?? null;
    return [{ type: 'error', error, usage, openChoices: [0] }];
  }

  cancel(): void {
    this.#source.cancel();
  }

  /** Why the answer is not shown; null = it is. */
  async #objection(events: readonly StreamEvent[]): Promise<RouterError | null> {
    const collector = createCollector();
    collector.push(events);
    try {
      const content = { answer: answerContent(collector.result(), collector.error()) };
      const verdict = await this.#guard.ask(questionAbout(this.#guarded, 'after', content));
      return verdict.isAllowed ? null : denied('answer', verdict.reason);
    } catch (thrown) {
      if (thrown instanceof RouterError) return thrown;
      throw thrown;
    }
  }
}

/** Reports the answer when it has ended, or when its client has disconnected. */
class ReportedSource implements EventSource {
  readonly #guard: Guard;
  readonly #source: EventSource;
  readonly #guarded: GuardedRequest;
  readonly #collector: ReturnType<typeof createCollector>;
  #isTruncated = false;
  #isReported = false;

  constructor(guard: Guard, source: EventSource, guarded: GuardedRequest) {
    this.#guard = guard;
    this.#source = source;
    this.#guarded = guarded;
    // Half of it: the rest is for the form of JSON.
    this.#collector = createCollector(createAnswerBudget(guard.maxCharacters / 2));
  }

  async read(): Promise<StreamEvent[] | null> {
    const events = await this.#source.read();
    if (events === null) this.#report();
    else this.#observe(events);
    return events;
  }

  cancel(): void {
    this.#report();
    this.#source.cancel();
  }

  #observe(events: readonly StreamEvent[]): void {
    for (const event of events) {
      // Payloads of the upstream repeat what is in the events.
      const { original: _, ...own } = event as StreamEvent & { original?: unknown };
      try {
        if (!this.#isTruncated) this.#collector.push([own as StreamEvent]);
      } catch {
        this.#isTruncated = true;
      }
    }
    if (events.some(isTerminal)) this.#report();
  }

  #report(): void {
    if (this.#isReported) return;
    this.#isReported = true;
    const answer = answerContent(this.#collector.result(), this.#collector.error());
    this.#guard.report(questionAbout(this.#guarded, 'after', { answer: { ...answer, truncated: this.#isTruncated } }));
  }
}
