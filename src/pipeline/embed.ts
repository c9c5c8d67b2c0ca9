/**
 * Embeddings, from a parsed request to the response: plan, prepare, send, read (`calls/read-embeddings.ts`), write
 * (the client's dialect). The counterpart of `generate.ts` for an operation that has neither a stream nor choices.
 */
import type { EmbeddingClientDialect, EmbeddingDialect } from '../dialects/dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { costUsd } from '../registry/pricing.ts';
import { deadlinesFor } from '../attempts/deadlines.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { planEmbeddings } from './plan-and-prepare.ts';
import { createWatch } from '../stream/deadline.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { cutVector, type EmbeddingResult, type Vector } from '../unified/response/embedding.ts';
import { createAnswerBudget, createBudgetScope } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import { toAbortController } from '../lib/cancel-signal.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Usage } from '../unified/response/usage.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { atProvider, send } from '../upstream/send.ts';
import { contentSecrets } from '../upstream/secrets.ts';
import { createSlots, WAITING_CALLS } from '../upstream/call-limiter.ts';
import { responseHeaders, toServedBy } from './response-headers.ts';
import { countTries, fail, startAttempt, type Attempt } from '../attempts/attempt.ts';
import { createCallBudget } from '../calls/call-budget.ts';
import { ANSWERED, billOf, createTally } from '../calls/call-tally.ts';
import { inTurn } from '../attempts/in-turn.ts';
import { retryWithoutRefused } from '../calls/retry-without-refused.ts';
import { reportOnce } from '../calls/answer-reports.ts';
import type { RequestFacts, RunContext } from '../calls/context.ts';
import { reportSuccess } from '../attempts/outcome.ts';
import { reportOf, type Prepared, type PreparedPart } from '../calls/prepare.ts';
import { readEmbeddings, withoutSecrets } from '../calls/read-embeddings.ts';
import { sendWithKeys } from '../calls/try-keys.ts';
import type { Turn } from '../attempts/turns.ts';
import { bodyOf } from './respond.ts';

/** Other answers take several times their size on the heap when they are written; vectors are kept packed and written one by one. */
const PACKED = 4;

type PreparedEmbeddings = Prepared<EmbeddingDialect>;

/** What an endpoint has answered, part by part. */
type EmbeddingAnswer = { prepared: PreparedEmbeddings; embedded: readonly EmbeddingResult[] };

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong: there is no half answer.
 */
export async function embed(request: UnifiedRequest, client: EmbeddingClientDialect, requestContext: RequestFacts): Promise<Response> {
  const { ports, generationId, signal } = requestContext;
  const {
    plans: [plan],
    endpoints: [first],
    preparer,
  } = await planEmbeddings(request, requestContext);
  const calls = plan?.calls ?? [];
  const isClientConnected = () => !signal.aborted;
  const context: RunContext = {
    request,
    generationId,
    ports,
    signal,
    isClientConnected,
    conversation: null,
    requestedMs: ports.clock.nowMs(),
    budget: createCallBudget(ports.limits.upstreamCalls),
    answerBudget: createAnswerBudget(PACKED * ports.limits.answerBytes),
    tally: createTally(),
  };
  const attempts: Attempt[] = [];
  const make = async (planned: PlannedCall, turn: Turn) => {
    const prepared = await preparer.prepare(planned, request);
    const attempt = (turn.attempt = startAttempt(prepared, context));
    attempts.push(attempt);
    return makeAttempt(prepared, attempt, { context, turn });
  };
  try {
    const answer = await inTurn({ calls, attempts, make }, context);
    return writeEmbeddings(answer, attempts, client, context);
  } catch (thrown) {
    throw thrown instanceof RouterError
      ? thrown.with({ headers: responseHeaders([attempts[0]?.prepared ?? first], countTries(attempts)) })
      : thrown;
  }
}

/** All calls to one endpoint. */
async function makeAttempt(
  prepared: PreparedEmbeddings,
  attempt: Attempt,
  { context, turn }: { context: RunContext; turn: Turn },
): Promise<EmbeddingAnswer> {
  const answerBudget = createBudgetScope(context.answerBudget);
  const own = { ...context, signal: turn.signal, tally: attempt.tally, answerBudget };
  const slots = createSlots(WAITING_CALLS);
  const deadlines = deadlinesFor(context.request, prepared.planned, 0, false);
  const watch = createWatch(deadlines, context.ports.clock, context.requestedMs);
  const sendPart = (part: PreparedPart) =>
    slots.use(turn.signal, () =>
      retryWithoutRefused(prepared, part, own, (ready) =>
        sendWithKeys(prepared, own, (credentials) => sendCall(prepared, ready, { ...own, credentials })),
      ),
    );
  try {
    const embedded = await watch.waitFor(Promise.all(prepared.parts.map(sendPart)));
    attempt.status = ANSWERED;
    reportSuccess(attempt, null, context);
    return { prepared, embedded };
  } catch (thrown) {
    turn.cancel(); // one that failed makes the others useless
    answerBudget.release();
    if (!(thrown instanceof RouterError)) throw thrown;
    fail(attempt, thrown, context);
    throw thrown;
  } finally {
    watch.stop();
  }
}

async function sendCall(
  prepared: PreparedEmbeddings,
  { call, part }: PreparedPart,
  { ports, signal, answerBudget, credentials, tally }: RunContext & { credentials: Credentials | null },
): Promise<EmbeddingResult> {
  const { planned, dialect } = prepared;
  const { provider } = planned.candidate;
  const callee = { name: provider.name, secretVariable: call.access.auth.secret, errors: provider.errors ?? [] };
  const { response, secrets } = await send(call, {
    dialect,
    callee,
    credentials,
    fetch: ports.fetch,
    clock: ports.clock,
    signal: toAbortController(signal).signal,
  });
  try {
    const embedded = await readEmbeddings(response, { dialect, part, budget: answerBudget });
    if (embedded.isCut) reportOnce(prepared, cutInput(provider.name));
    const bill = priced(embedded.usage, planned);
    tally.bills.push(() => bill);
    const { dimensions } = planned.fitted.emulation;
    const cut = dimensions === null ? embedded.vectors : embedded.vectors.map((vector) => cutVector(vector, dimensions));
    return withoutSecrets({ ...embedded, vectors: cut }, contentSecrets(secrets));
  } catch (thrown) {
    throw thrown instanceof RouterError ? atProvider(thrown, callee, secrets, { nowMs: ports.clock.nowMs(), call }) : thrown;
  }
}

/** The response with the vectors of all parts, in the order of the inputs. Calls that were answered count, whatever became of others. */
function writeEmbeddings(
  { prepared, embedded }: EmbeddingAnswer,
  attempts: readonly Attempt[],
  client: EmbeddingClientDialect,
  { request, generationId }: RunContext,
): Response {
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = embedded[position]?.vectors[place] ?? [];
  }
  const result = { vectors, model: embedded[0]?.model ?? null, usage: billOf(attempts.map(({ tally }) => tally)) };
  const meta = {
    id: responseId(client, generationId),
    servedBy: () => [toServedBy(prepared)],
    finalMeta: () => ({ adjustments: reportOf([prepared]), metadata: null }),
  };
  const headers = { ...responseHeaders([prepared], countTries(attempts)), ...client.responseHeaders('body', meta) };
  const isLarge = vectors.some((vector) => ArrayBuffer.isView(vector));
  return new Response(bodyOf(client.encodeBody(result, meta, request), isLarge), { headers });
}

const cutInput = (provider: string): Adjustment => ({
  param: 'input',
  action: 'clamped',
  reason: `${provider} cut off an input that is longer than what the model reads`,
});

/** The usage of one call with its cost, where that is known. */
function priced(usage: Usage | null, { candidate }: PlannedCall): Usage | null {
  const price = candidate.offering?.priceUsdPerMillionTokens;
  return usage === null || price === undefined ? usage : { ...usage, costUsd: usage.costUsd ?? costUsd(usage, price) };
}
