/** Opens a new answer: plans, reserves and prepares it. */
import { DrainableAnswer } from '../attempts/drain.ts';
import { createRun, type Run } from '../attempts/fan-out.ts';
import type { RequestContext } from '../calls/context.ts';
import type { TextClientDialect } from '../dialects/client-dialect.ts';
import { createCancellation, NEVER_CANCELLED } from '../lib/cancel-signal.ts';
import type { Lease } from '../ports.ts';
import type { RoutePlan } from '../routing/plan.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { CacheStatus } from './cache-slot.ts';
import { planText, type PlannedRequest } from './plan-and-prepare.ts';
import { reserve } from './reserve.ts';

/** What answers a request. */
export type OpenedAnswer = {
  plans: readonly RoutePlan[];
  run: Run;
  /** Opens the answer of `run`, or what becomes of it on the way to the client. */
  answer: Pick<Run, 'open'>;
  lease: Lease;
  /** Null = the response cache is not used. */
  cache: { status(): CacheStatus; headers(): Readonly<Record<string, string>> } | null;
  /** The answer is read to its end though its client disconnects; then it calls `run`. Absent = it ends with its client. */
  whenDrained?: ((run: () => void) => void) | undefined;
};

/** Plans a request, reserves what it may cost and prepares its answer. @throws RouterError where it cannot be sent. */
export async function openAnswer(request: UnifiedRequest, context: RequestContext, client: TextClientDialect): Promise<OpenedAnswer> {
  const planned = await planText(request, context, context.client.signal);
  const reserved = reserve(request, { context, client }, planned);
  const lease = reserved instanceof Promise ? await reserved : reserved;
  context.onAccepted?.();
  return { plans: planned.plans, ...createAnswer(request, context, planned), lease, cache: null };
}

/** What answers a request. A client that disconnects cancels its upstream calls, unless the answer is to be drained. */
function createAnswer(
  request: UnifiedRequest,
  context: RequestContext,
  planned: PlannedRequest,
): Pick<OpenedAnswer, 'run' | 'answer' | 'whenDrained'> {
  const { signal } = context.client;
  // An answer that outlives its client is ended on purpose only. For a client that has left already nothing is sent.
  if (request.preferences.on_disconnect !== 'drain' || context.onAccepted != null || signal.aborted) {
    const run = createRun({ request, context, ...planned }, signal);
    return { run, answer: run };
  }
  const work = createCancellation(NEVER_CANCELLED);
  const run = createRun({ request, context, ...planned }, work.signal);
  const answer = new DrainableAnswer(run, context, work);
  signal.addEventListener('abort', () => answer.drain());
  return { run, answer, whenDrained: (listener) => answer.whenDrained(listener) };
}
