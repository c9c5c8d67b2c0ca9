/** One upstream call for text: sent, and its answer opened as events. */
import type { UpstreamDialect } from '../dialects/dialect.ts';
import { toAbortController, type CancelSignal } from '../lib/cancel-signal.ts';
import type { Access } from '../ports.ts';
import { Watch } from '../stream/deadline.ts';
import { RouterError } from '../unified/error.ts';
import type { NativeRequest } from '../unified/request/request.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { readRateLimits } from '../upstream/rate-limits.ts';
import { readResponse, type AnswerSource } from '../upstream/response.ts';
import type { SendResult } from '../upstream/send.ts';
import { AnswerReport } from './answer-report.ts';
import { CallAnswer } from './call-answer.ts';
import { CallStages, type StageOptions } from './call-stages.ts';
import { Call, type Target } from './call.ts';
import type { AttemptScope } from './context.ts';
import { KeyedAnswer } from './keyed-answer.ts';
import { rememberTranslation, translatedCall } from './translated-call.ts';

/** What an answer is read with. */
type Reading = { watch: Watch; controller: AbortController; repair: StageOptions['repair'] };

/** One upstream call for text. */
export class TextCall extends Call<EventSource, UpstreamDialect> {
  readonly #id: string;
  /** The client's own body, for which the endpoint has no address; null while none was refused so. */
  #refused: NativeRequest | null = null;

  /** @param target.id distinguishes the calls of a request. */
  constructor({ id, ...target }: Target<UpstreamDialect> & { id: string }, scope: AttemptScope, signal: CancelSignal) {
    super(target, scope, signal);
    this.#id = id;
  }

  override open(): Promise<EventSource> {
    return needsKeys(this.prepared.planned.access) ? this.#openKeyed() : super.open();
  }

  async #openKeyed(): Promise<EventSource> {
    return new KeyedAnswer(this, await super.open(), this.scope.request.stream);
  }

  protected override translate(error: RouterError): boolean {
    const { context, request } = this.scope;
    const { native } = this.part.part.call;
    const translated = translatedCall(error, { prepared: this.prepared, part: this.part }, { request, limits: context.ports.limits });
    if (native === undefined || translated === null || !context.callBudget.allows(1)) return false;
    context.callBudget.failed(error);
    this.#refused = native;
    this.prepared = translated.prepared;
    this.part = translated.part;
    return true;
  }

  protected async exchange(credentials: Credentials | null): Promise<EventSource> {
    const { deadlines, context } = this.scope;
    const watch = new Watch(deadlines, context.ports.clock, context.requestedMs);
    const controller = toAbortController(this.signal);
    try {
      const sent = await watch.waitFor(this.post(credentials, controller.signal));
      if (this.#refused !== null) rememberTranslation(this.#refused, this.prepared.planned.candidate, context.ports);
      // The module is evaluated for the first request that needs it.
      const repair = this.prepared.planned.fitted.emulation.repairsJson ? (await import('../lib/repair-json.ts')).repairJson : undefined;
      return this.#read(sent, { watch, controller, repair });
    } catch (thrown) {
      watch.stop();
      controller.abort();
      throw this.#named(thrown);
    }
  }

  /** Names the provider in a timeout of the router. One that the upstream reports has its name and status. */
  #named(thrown: unknown): unknown {
    const isOurs = thrown instanceof RouterError && thrown.type === 'timeout' && thrown.details.providerName === undefined;
    return isOurs ? this.toClientError(thrown, []) : thrown;
  }

  #read({ response, secrets }: SendResult, { watch, controller, repair }: Reading): CallAnswer {
    const { prepared, part, scope } = this;
    const { context, answerBudget: budget, tally } = scope;
    const report = new AnswerReport(prepared, secrets);
    const source = this.#open(response, report);
    // Where nothing is shown before the end, each piece of the body shows that the upstream works.
    if (!scope.request.stream && source.comesInPieces) watch.markContent();
    const isChecked = part.mapping.schema !== undefined || prepared.planned.fitted.emulation.format !== null;
    const isOneChoice = prepared.parts.length === 1 && part.part.choices.length === 1;
    const canFail = isChecked && isOneChoice && scope.rivals?.hasAnother() === true;
    const callId = `${context.generationId}_${this.#id}`;
    const options = { callId, report, canFail, secrets, budget, ...(repair === undefined ? {} : { repair }) };
    const stages = new CallStages(prepared.planned, part, options);
    tally.billed.push(stages);
    const { clock } = context.ports;
    tally.rateLimits = readRateLimits(response.headers, clock.nowMs());
    return new CallAnswer({ source, stages, watch, controller, callee: this.callee(), call: part.call, secrets, clock });
  }

  #open(response: Response, report: AnswerReport): AnswerSource {
    const { prepared, part, scope } = this;
    const { answerBudget: budget, context, request } = scope;
    const maxTokens = part.part.call.parameters['max_tokens'];
    const options = {
      quirks: prepared.planned.candidate.rules.quirks,
      budget,
      dropped: (field: string, why: string) => report.droppedField(field, why),
      ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    };
    const skipped = () => report.skippedEvent();
    const reading = { dialect: prepared.dialect, options, limits: context.ports.limits, budget, skipped, literal: context.literal };
    return readResponse(response, reading, !request.stream);
  }
}

/** Whether keys are chosen, or counted. */
const needsKeys = ({ keys, keyLimits }: Access): boolean => keys.length > 1 || keyLimits !== undefined;
