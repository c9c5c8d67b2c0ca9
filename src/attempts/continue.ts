/**
 * Continues an answer that broke off: at an endpoint whose model goes on from a text that was begun, else at one that is called again and
 * writes the same text up to there. When an answer is continued is decided in `answer-stream.ts`.
 */
import type { Conversation } from '../unified/request/conversation.ts';
import { clientPath } from '../unified/request/client-path.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { LazyList } from '../lib/lazy-list.ts';
import { planRoute, type PlannedCall } from '../routing/plan.ts';
import { createPlanningContext } from '../routing/planning-context.ts';
import { countTokens } from '../lib/count-tokens.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { Attempt } from './attempt.ts';
import { createPrefillFilter, createRepeatFilter, type ContinuationFilter } from './continuation-filter.ts';
import { isOutOfTime } from './deadlines.ts';
import { classify, mayRepeat } from './retry-policy.ts';
import { TextAttempts, type BegunAnswer, type TextOptions } from './text-attempts.ts';

/** An answer that broke off. `shown` is the text that the client has. */
export type BrokenAnswer = { attempt: Attempt; error: RouterError; shown: string };

/** The answer that takes its place. `events` come right after the text that the client has. */
export type Continuation = { begun: BegunAnswer; filter: ContinuationFilter; events: StreamEvent[]; adjustment: Adjustment };

/** One strategy to continue: which calls to try, in order, with which request. */
type Strategy = { kind: 'prefill' | 'repeat'; calls: readonly PlannedCall[]; request: UnifiedRequest };

/** Whether an answer to this request may be continued at all. */
export function mayContinue({ preferences, parameters, stream }: UnifiedRequest): boolean {
  const { logprobs, top_logprobs: alternatives, response_format: format } = parameters;
  const isPlain = !isObject(format) || format['type'] === 'text';
  return stream && preferences.resume !== false && isPlain && (logprobs ?? false) === false && alternatives === undefined;
}

/** Continues an answer; null when no endpoint can. */
export async function continueAnswer(broken: BrokenAnswer, options: TextOptions, signal: CancelSignal): Promise<Continuation | null> {
  const failure = classify(broken.error);
  if (failure === 'final' || failure === 'context') return null; // the request is at fault: no endpoint would continue
  for (const strategy of [byPrefill(broken, options), byRepeating(broken, options)]) {
    const continuation = strategy === null ? null : await tryStrategy(strategy, broken, { options, signal });
    if (continuation !== null) return continuation;
  }
  return null;
}

/** At an endpoint that goes on from a text. Other providers than the failed one come first. */
function byPrefill({ attempt, error, shown }: BrokenAnswer, { origin: { request, context } }: TextOptions): Strategy | null {
  const text = shown.trimEnd(); // providers refuse space at its end
  if (text === '' || request.input.kind !== 'messages') return null;
  const begun = beginWith(request, request.input.conversation, text);
  const calls = planRoute(begun, context.catalog, createPlanningContext(context.ports, context.caller)).calls.all().filter(acceptsPrefill);
  const failed = attempt.prepared.planned.candidate.provider;
  const others = calls.filter(({ candidate }) => candidate.provider !== failed);
  const same = error.type === 'timeout' ? [] : calls.filter(({ candidate }) => candidate.provider === failed);
  return { kind: 'prefill', calls: [...others, ...same], request: begun };
}

/** The model is known to go on from a text that was begun. */
const acceptsPrefill = ({ candidate: { offering } }: PlannedCall): boolean => offering?.capabilities?.includes('prefill') === true;

/** By calling again. Other endpoints than the failed one come first. */
function byRepeating({ attempt, error }: BrokenAnswer, { calls, attempts, origin }: TextOptions): Strategy {
  const failed = attempt.prepared.planned;
  const tries = attempts.filter(({ prepared }) => prepared.planned === failed).length;
  const again = mayRepeat(error, { tries, keys: failed.access.keys.length }) ? [failed] : [];
  return { kind: 'repeat', calls: [...calls.all().filter((call) => call !== failed), ...again], request: origin.request };
}

async function tryStrategy(
  { kind, calls, request }: Strategy,
  broken: BrokenAnswer,
  { options, signal }: { options: TextOptions; signal: CancelSignal },
): Promise<Continuation | null> {
  const { origin, attempts } = options;
  const { ports, callBudget, client } = origin.context;
  for (const call of calls) {
    const isEnough = attempts.length >= ports.limits.attempts || !callBudget.allows(1);
    if (isEnough || signal.aborted || client.signal.aborted || isOutOfTime(request, call, origin.context)) return null;
    const joined = await join(
      new TextAttempts({ ...options, calls: LazyList.of([call]), origin: { ...origin, request } }, signal),
      kind === 'repeat' ? createRepeatFilter(broken.shown) : createPrefillFilter(broken.shown.slice(broken.shown.trimEnd().length)),
    );
    if (joined === null) continue;
    return { ...joined, adjustment: continued(broken, joined.begun.attempt, kind) };
  }
  return null;
}

/** One answer, up to where the client's text ends; null when it cannot be joined there. */
async function join(attempts: TextAttempts, filter: ContinuationFilter): Promise<Omit<Continuation, 'adjustment'> | null> {
  let begun: BegunAnswer | null = null;
  try {
    begun = await attempts.run();
    let batch: StreamEvent[] | null = begun.beginning;
    while (batch !== null) {
      const events: StreamEvent[] = filter.push(batch);
      if (filter.closed()) return { begun, filter, events };
      if (events.some(({ type }) => type === 'error')) break;
      batch = await begun.source.read();
      if (batch !== null) begun.attempt.observe(batch);
    }
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    begun?.attempt.discard(thrown);
  }
  begun?.source.cancel();
  return null;
}

function continued({ attempt, error, shown }: BrokenAnswer, next: Attempt, kind: Strategy['kind']): Adjustment {
  const how = kind === 'prefill' ? 'continued from there' : 'was called again and returned the same text up to there';
  const reason = `${nameOf(attempt)} broke off after ${shown.length} characters (${error.message}); ${nameOf(next)} ${how}`;
  return { param: 'stream', action: 'emulated', reason };
}

/** The request with a text as the beginning of its answer, and as much less to write. */
function beginWith(request: UnifiedRequest, conversation: Conversation, text: string): UnifiedRequest {
  const parameters = { ...request.parameters };
  const body: JsonObject = { ...request.native?.body };
  const written = countTokens(text);
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    lower(parameters, name, written);
    lower(body, clientPath(request.names, name), written);
  }
  const native = request.native === null ? null : { ...request.native, body };
  return { ...request, parameters, native, input: { kind: 'messages', conversation: conversation.withAnswerBegun(text) } };
}

function lower(fields: JsonObject, name: string, by: number): void {
  const limit = fields[name];
  if (typeof limit === 'number') fields[name] = Math.max(1, limit - by);
}

const nameOf = ({ prepared }: Attempt): string => prepared.planned.candidate.provider.name;
