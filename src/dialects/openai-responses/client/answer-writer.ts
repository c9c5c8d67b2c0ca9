/**
 * Writes the events of an answer from the events of the router: `response.created`, `response.in_progress`, the items, and at the end an object
 * that repeats the whole output. After an error: `error`, and `response.failed` with the output so far.
 */
import type { JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import type { UnifiedRequest } from '../../../unified/request/request.ts';
import { isContent, type ChoiceEndEvent, type StartEvent, type StreamEvent } from '../../../unified/response/event.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { ResponseMeta } from '../../client-dialect.ts';
import { routerFields } from '../../shared/router-fields.ts';
import { answerOptionsOf } from './answer-options.ts';
import type { EventFrames } from './encode-frames.ts';
import { OutputWriter } from './output-writer.ts';
import { baseResponse, endedResponse, openResponse, type ResponseEnd } from './response-object.ts';
import { errorEventFields, responseError } from './stream-error.ts';
import { usageDetails, withCounts } from './usage.ts';

/** What an answer of this format reads of its request. */
export type AnsweredRequest = Pick<UnifiedRequest, 'answerOptions' | 'storedTurn'>;

/** What follows the prefix in ids of items: the id of the answer without its own prefix. */
const idSuffixOf = ({ id }: Pick<ResponseMeta, 'id'>): string => id.replace(/^[a-z]+[-_]/, '');

/** How an answer ends by its finish reason. A refusal in words is a complete answer: Codex would repeat the request otherwise. */
function endOf(reason: ChoiceEndEvent['reason'], hasRefusal: boolean): Pick<ResponseEnd, 'status' | 'reason'> {
  if (reason === 'length') return { status: 'incomplete', reason: 'max_output_tokens' };
  if (reason === 'content_filter' && !hasRefusal) return { status: 'incomplete', reason };
  return { status: 'completed' };
}

/** The error of an answer that its upstream ended as failed. */
export const failedFinish = (native: string | null): RouterError =>
  new RouterError('provider_unavailable', `the upstream ended the answer with "${native ?? 'error'}"`);

/** One answer. Events come in the order of `shared/one-open-block.ts`. */
export class AnswerWriter {
  readonly #frames: EventFrames;
  readonly #meta: ResponseMeta;
  readonly #request: AnsweredRequest;
  /** The items. */
  readonly output: OutputWriter;
  /** The Response object of the beginning; null = the answer has not begun. */
  #base: JsonObject | null = null;
  #start: StartEvent | null = null;
  #finish: ChoiceEndEvent | null = null;
  #isOver = false;

  constructor(frames: EventFrames, meta: ResponseMeta, request: AnsweredRequest) {
    this.#frames = frames;
    this.#meta = meta;
    this.#request = request;
    this.output = new OutputWriter({ events: frames, budget: meta.budget, idSuffix: idSuffixOf(meta), options: answerOptionsOf(request) });
  }

  /** Takes over an answer that has begun. @param base its Response object. */
  continueFrom(base: JsonObject): void {
    this.#base = base;
  }

  write(event: StreamEvent): void {
    if (this.#isOver || event.type === 'usage') return;
    if (event.type === 'start') this.#start ??= event;
    this.#base ??= this.#begin();
    if (isContent(event)) return this.output.add(event);
    switch (event.type) {
      case 'choice-end':
        this.#finish = event;
        return;
      case 'choice-error':
        return this.#fail(event.error, null);
      case 'end':
        return this.#end(this.#base, event.usage);
      case 'error':
        return this.#fail(event.error, event.usage);
    }
  }

  /** The router's own field of the last object. */
  routerFields(usage: Usage | null, finish = this.#finish): JsonObject {
    const { lost, citations } = this.output;
    const details = usage === null ? null : usageDetails(usage);
    return routerFields(this.#meta, this.#start, { usage: details, finish, lost, citations });
  }

  /**
   * Completes an upstream's Response object: keys that Open Responses requires and some upstreams leave out are those of the router's own object.
   *
   * @param status that its event or body means.
   */
  completed(response: JsonObject, status = 'in_progress'): JsonObject {
    return { ...openResponse(this.#own()), status, ...withCounts(response), ...this.#stored() };
  }

  #own(): JsonObject {
    return { ...baseResponse(this.#meta, answerOptionsOf(this.#request), this.#start), ...this.#stored() };
  }

  /** What the router keeps, whatever an upstream has of its own. */
  #stored(): JsonObject {
    const { storedTurn } = this.#request;
    if (storedTurn === undefined) return {};
    return { previous_response_id: storedTurn.previousId, ...(storedTurn.isKept ? { store: true } : {}) };
  }

  #begin(): JsonObject {
    const base = this.#own();
    const fields = { response: openResponse(base) };
    this.#frames.write('response.created', fields);
    this.#frames.write('response.in_progress', fields);
    return base;
  }

  #end(base: JsonObject, usage: Usage | null): void {
    const { reason = 'stop', nativeReason = null } = this.#finish ?? {};
    if (reason === 'error') return this.#fail(failedFinish(nativeReason), usage);
    const end = endOf(reason, this.output.hasRefusal);
    this.output.close(end.status === 'completed' ? 'completed' : 'incomplete');
    this.#finishWith(base, { ...end, output: this.output.items, usage });
  }

  #fail(error: RouterError, usage: Usage | null): void {
    this.#frames.write('error', errorEventFields(error));
    this.#finishWith(this.#base ?? {}, { status: 'failed', output: this.output.unfinished(), usage, error: responseError(error) });
  }

  #finishWith(base: JsonObject, end: ResponseEnd): void {
    this.#isOver = true;
    const response = { ...endedResponse(base, end, this.#meta.nowSeconds()), ...this.routerFields(end.usage) };
    this.#frames.write(`response.${end.status}`, { response });
    this.#frames.end();
  }
}
