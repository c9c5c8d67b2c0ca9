/**
 * Who goes on with an answer that broke off, and how: an endpoint whose model goes on from a text that was begun, else one that is asked
 * again and says the same up to there. Decides nothing about when, and writes nothing to the client: that is `resume.ts`.
 */
import { classify, type FailureClass } from './retry-policy.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { countTokens } from '../stream/usage-tracker.ts';
import { createPrefillFilter, createRepeatFilter, type ContinuationFilter } from './continuation-filter.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { Message } from '../unified/request/message.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Attempt } from './attempt.ts';
import { commit, type Attempting, type Committed } from './commit.ts';
import { isOutOfTime } from './in-turn.ts';

/** What carrying on needs. */
export type ContinuationContext = {
  attempting: Attempting;
  attempts: Attempt[];
  /** Calls for the same conversation with this text as the beginning of the answer, at endpoints that go on from it. */
  planPrefill: (request: UnifiedRequest) => readonly PlannedCall[];
  /** Attempts with these calls, for another request. */
  attemptingWith: (calls: readonly PlannedCall[], request: UnifiedRequest) => Attempting;
};

/** An answer that broke off. */
export type BrokenAttempt = { attempt: Attempt; error: RouterError; /** The text that the client has. */ shown: string };

/** The answer that goes on in its place. */
export type Continuation = {
  committed: Committed;
  filter: ContinuationFilter;
  /** What comes right after the text that the client has. */
  events: StreamEvent[];
  /** What was done, for the report. */
  adjustment: Adjustment;
};

/** One way to go on. */
type Way = {
  calls: readonly PlannedCall[];
  request: UnifiedRequest;
  createSeam: () => ContinuationFilter;
  /** What the endpoint did, for the report. */
  how: string;
};

/** Carries an answer on; null when nobody can. */
export async function continueStream(broken: BrokenAttempt, carrying: ContinuationContext): Promise<Continuation | null> {
  if (NOT_CARRIED_ON.has(classify(broken.error))) return null;
  for (const way of [byPrefill(broken, carrying), byRepeating(broken, carrying)]) {
    const carried = way === null ? null : await tryWay(way, broken, carrying);
    if (carried !== null) return carried;
  }
  return null;
}

/** The request is at fault: no other key and no other endpoint would go on. */
const NOT_CARRIED_ON: ReadonlySet<FailureClass> = new Set(['final', 'context']);

/** By an endpoint that goes on from a text. Another provider than the failed one comes first. */
function byPrefill({ attempt, error, shown }: BrokenAttempt, { attempting, planPrefill }: ContinuationContext): Way | null {
  const { request } = attempting.context;
  const text = shown.trimEnd(); // providers refuse space at its end
  if (text === '' || request.input.kind !== 'messages') return null;
  const begun = beginWith(request, request.input.messages, text);
  const isFailed = ({ candidate }: PlannedCall) => candidate.provider === attempt.prepared.planned.candidate.provider;
  const calls = planPrefill(begun);
  return {
    calls: [...calls.filter((call) => !isFailed(call)), ...(error.type === 'timeout' ? [] : calls.filter(isFailed))],
    request: begun,
    createSeam: () => createPrefillFilter(shown.slice(text.length)),
    how: 'went on from there',
  };
}

/** By asking again. Others than the one that failed come first. */
function byRepeating({ attempt, error, shown }: BrokenAttempt, { attempting, attempts }: ContinuationContext): Way {
  const failed = attempt.prepared.planned;
  const mayServe = error.type !== 'timeout' && (classify(error) === 'transient' || failed.access.keys.length > 1);
  const mayAgain = mayServe && attempts.filter(({ prepared }) => prepared.planned === failed).length < 2;
  return {
    calls: [...attempting.calls.filter((call) => call !== failed), ...(mayAgain ? [failed] : [])],
    request: attempting.context.request,
    createSeam: () => createRepeatFilter(shown),
    how: 'was asked again and said the same up to there',
  };
}

async function tryWay(
  { calls, request, createSeam, how }: Way,
  broken: BrokenAttempt,
  carrying: ContinuationContext,
): Promise<Continuation | null> {
  const { context } = carrying.attempting;
  for (const call of calls) {
    const isEnough = carrying.attempts.length >= context.ports.limits.attempts || !context.budget.allows(1);
    if (isEnough || context.signal.aborted || !context.isClientConnected() || isOutOfTime(call, context)) return null;
    const seamed = await tryCall(carrying.attemptingWith([call], request), createSeam(), carrying.attempts);
    if (seamed === null) continue;
    const [from, to] = [nameOf(broken.attempt), nameOf(seamed.committed.attempt)];
    const reason = `${from} broke off after ${broken.shown.length} characters (${broken.error.message}); ${to} ${how}`;
    return { ...seamed, adjustment: { param: 'stream', action: 'emulated', reason } };
  }
  return null;
}

/** One attempt, up to where the client's text ends. */
async function tryCall(
  attempting: Attempting,
  filter: ContinuationFilter,
  attempts: Attempt[],
): Promise<Omit<Continuation, 'adjustment'> | null> {
  let committed: Committed | null = null;
  try {
    committed = await commit(attempting, attempts);
    for (;;) {
      const batch = await committed.source.read();
      const events = filter.push(batch ?? []);
      if (filter.closed()) return { committed, filter, events };
      if (batch === null || events.some(({ type }) => type === 'error')) break;
    }
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    if (committed !== null) committed.attempt.error = thrown;
  }
  if (committed === null) return null;
  committed.source.cancel();
  return null;
}

/** The request with a text as the beginning of its answer, and as much less to write. */
function beginWith(request: UnifiedRequest, messages: readonly Message[], text: string): UnifiedRequest {
  const last = messages.at(-1);
  const isBegun = last?.role === 'assistant' && typeof last.content === 'string';
  const begun: Message = { role: 'assistant', content: isBegun ? `${String(last.content)}${text}` : text };
  const parameters = { ...request.parameters };
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    const limit = parameters[name];
    if (typeof limit === 'number') parameters[name] = Math.max(1, limit - countTokens(text));
  }
  return { ...request, parameters, input: { kind: 'messages', messages: [...(isBegun ? messages.slice(0, -1) : messages), begun] } };
}

const nameOf = ({ prepared }: Attempt): string => prepared.planned.candidate.provider.name;
