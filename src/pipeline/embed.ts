/**
 * Embeddings, from a parsed request to the response: plan, prepare, send, put together. The sibling of `complete.ts` for an operation
 * that has neither a stream nor choices.
 */
import { embeddingDialect } from '../dialects/embeddings.ts';
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { findErrorIn } from '../dialects/openai-common/error.ts';
import { costUsd } from '../registry/pricing.ts';
import { endpointOf } from '../routing/candidates.ts';
import { totalFor } from '../routing/deadlines.ts';
import { chosenCall, planRoute, type PlannedCall } from '../routing/plan.ts';
import type { Part } from '../routing/split.ts';
import { worldOf } from '../routing/world.ts';
import { countTokens } from '../stream/account.ts';
import { createWatch } from '../stream/deadline.ts';
import { cutVector, encodeVector, readUsage, type Embedded, type Vector } from '../unified/embedding.ts';
import { createAnswerBudget, createBudgetScope, type AnswerBudget } from '../unified/budget.ts';
import { RouterError } from '../unified/error.ts';
import { abortable } from '../unified/gone.ts';
import { isObject, parseBounded, type JsonObject } from '../unified/json.ts';
import { countPrompts, type Prompt } from '../unified/message.ts';
import type { Input, UnifiedRequest } from '../unified/request.ts';
import type { Usage } from '../unified/usage.ts';
import { openBody } from '../upstream/body-reader.ts';
import { statedBytes } from '../upstream/read-bounded.ts';
import { createVectorReader } from '../upstream/read-vectors.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { atProvider, send } from '../upstream/send.ts';
import { contentSecrets, mask } from '../upstream/secrets.ts';
import { createSlots, WAITING_CALLS } from '../upstream/slots.ts';
import { answerHeaders, servingName } from './answer-head.ts';
import { countTries, fail, startAttempt, type Attempt } from './attempt.ts';
import { createCallBudget } from './call-budget.ts';
import { ANSWERED, billOf, createTally } from './call-tally.ts';
import type { Surroundings } from './complete.ts';
import { inTurn } from './in-turn.ts';
import { learning } from './learn.ts';
import type { RunContext } from './open-call.ts';
import { reportSuccess } from './outcome.ts';
import { headersFor, prepareFor, refuseTooMany, reportOf, type Prepared, type PreparedPart } from './prepare.ts';
import { sendWithKeys } from './try-keys.ts';
import type { Turn } from './turns.ts';

type PreparedEmbeddings = Prepared<EmbeddingDialect>;

/** What an endpoint has answered, part by part. */
type Answer = { prepared: PreparedEmbeddings; embedded: readonly Embedded[] };

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong: there is no half answer.
 */
export async function embed(request: UnifiedRequest, surroundings: Surroundings): Promise<Response> {
  const { catalog, ports, generationId, gone } = surroundings;
  const { calls, ...plan } = planRoute(request, catalog, worldOf(ports));
  const chosen = chosenCall({ calls, ...plan });
  ports.health.claimProbe(endpointOf(chosen.candidate));
  const prepareCall = (planned: PlannedCall) => {
    const extraHeaders = headersFor(planned, surroundings);
    return prepareFor(planned, embeddingDialect(planned.candidate.rules.dialect), { request, extraHeaders, dataUris: new Map() });
  };
  const first = prepareCall(chosen);
  refuseTooMany([first], request, ports.limits);
  const isWanted = () => !gone.aborted;
  const context: RunContext = {
    request,
    generationId,
    ports,
    gone,
    isWanted,
    conversation: null,
    requestedMs: ports.clock.nowMs(),
    budget: createCallBudget(ports.limits.upstreamCalls),
    answerBudget: createAnswerBudget(PACKED * ports.limits.answerBytes),
    tally: createTally(),
  };
  const attempts: Attempt[] = [];
  const make = (planned: PlannedCall, turn: Turn) => {
    const prepared = planned === chosen ? first : prepareCall(planned);
    const attempt = (turn.attempt = startAttempt(prepared, context));
    attempts.push(attempt);
    return makeAttempt(prepared, attempt, { context, turn });
  };
  try {
    const answer = await inTurn({ calls, attempts, make }, context);
    return respond(answer, attempts, request, generationId);
  } catch (thrown) {
    throw thrown instanceof RouterError
      ? thrown.with({ headers: answerHeaders([attempts[0]?.prepared ?? first], countTries(attempts)) })
      : thrown;
  }
}

/** All calls to one endpoint. */
async function makeAttempt(
  prepared: PreparedEmbeddings,
  attempt: Attempt,
  { context, turn }: { context: RunContext; turn: Turn },
): Promise<Answer> {
  const answerBudget = createBudgetScope(context.answerBudget);
  const own = { ...context, gone: turn.gone, tally: attempt.tally, answerBudget };
  const slots = createSlots(WAITING_CALLS);
  const totalMs = totalFor(context.request, prepared.planned);
  const watch = createWatch({ firstContentMs: null, idleMs: null, totalMs }, context.ports.clock, context.requestedMs);
  const sendPart = (part: PreparedPart) =>
    slots.use(turn.gone, () =>
      learning(prepared, part, own, (ready) =>
        sendWithKeys(prepared, own, (credentials) => sendCall(prepared, ready, { ...own, credentials })),
      ),
    );
  try {
    const embedded = await watch.waitFor(Promise.all(prepared.parts.map(sendPart)));
    attempt.status = ANSWERED;
    reportSuccess(attempt, null, context);
    return { prepared, embedded };
  } catch (thrown) {
    turn.leave(); // one that failed makes the others useless
    answerBudget.release();
    if (!(thrown instanceof RouterError)) throw thrown;
    fail(attempt, thrown, context);
    throw thrown;
  } finally {
    watch.stop();
  }
}

async function sendCall(
  { planned, dialect }: PreparedEmbeddings,
  { call, part }: PreparedPart,
  { ports, gone, answerBudget, credentials, tally }: RunContext & { credentials: Credentials | null },
): Promise<Embedded> {
  const { provider } = planned.candidate;
  const callee = { name: provider.name, secretVariable: call.access.auth.secret, errors: provider.errors ?? [] };
  const { response, secrets } = await send(call, {
    dialect,
    callee,
    credentials,
    fetch: ports.fetch,
    clock: ports.clock,
    signal: abortable(gone).signal,
  });
  try {
    const embedded = readAnswer(await readBody(response, answerBudget), dialect, part);
    const bill = priced(embedded.usage, planned);
    tally.bills.push(() => bill);
    const { dimensions } = planned.fitted.emulation;
    const cut = dimensions === null ? embedded.vectors : embedded.vectors.map((vector) => cutVector(vector, dimensions));
    return withoutSecrets({ ...embedded, vectors: cut }, contentSecrets(secrets));
  } catch (thrown) {
    throw thrown instanceof RouterError ? atProvider(thrown, callee, secrets, { nowMs: ports.clock.nowMs(), call }) : thrown;
  }
}

/** Longest base64 vector that is searched for secrets, in characters. */
const SEARCHED_CHARACTERS = 1000;

/** An upstream may return what it was sent, in every place where it can put a text. */
const withoutSecrets = (embedded: Embedded, secrets: readonly string[]): Embedded => ({
  ...embedded,
  model: embedded.model === null ? null : mask(embedded.model, secrets),
  vectors: embedded.vectors.map((vector) =>
    typeof vector === 'string' && vector.length <= SEARCHED_CHARACTERS ? mask(vector, secrets) : vector,
  ),
});

/** Other answers take several times their size on the heap when they are written; vectors are kept packed and written one by one. */
const PACKED = 4;

/** A body up to this size is read at once. */
const SMALL_BYTES = 2 ** 18;

/** @throws RouterError when the body breaks off, or has more than is left of the budget. */
async function readBody(response: Response, budget: AnswerBudget): Promise<unknown> {
  try {
    const bytes = statedBytes(response.headers);
    if (bytes <= SMALL_BYTES) {
      budget.take(bytes);
      return parseBounded(await response.text());
    }
    if (response.body === null) return null;
    const body = openBody(response.body);
    const decoder = new TextDecoder();
    const vectors = createVectorReader(budget);
    try {
      for (let piece = await body.read(); piece !== null; piece = await body.read()) vectors.push(decoder.decode(piece, { stream: true }));
    } catch (thrown) {
      body.cancel().catch(() => undefined);
      throw thrown;
    }
    vectors.push(decoder.decode());
    return vectors.end();
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown : new RouterError('provider_unavailable', 'it broke the answer off');
  }
}

/** @throws RouterError about what the upstream sent, which may hold anything. */
function readAnswer(body: unknown, dialect: EmbeddingDialect, part: Part): Embedded {
  const embedded = decode(body, dialect);
  const { promptTokens, count } = inputsOf(part.call.input);
  if (embedded.vectors.length !== count) {
    throw new RouterError('provider_unavailable', `it sent ${embedded.vectors.length} embeddings for ${count} inputs`);
  }
  return { ...embedded, usage: embedded.usage ?? estimated(promptTokens()) };
}

/** @throws RouterError the error that the upstream reports with HTTP 200, or what the answer lacks. */
function decode(body: unknown, dialect: EmbeddingDialect): Embedded {
  try {
    return dialect.decodeBody(body);
  } catch (thrown) {
    throw (isObject(body) ? findErrorIn(body) : null) ?? thrown;
  }
}

function inputsOf(input: Input): { count: number; promptTokens: () => number } {
  if (input.kind !== 'prompt') return { count: 0, promptTokens: () => 0 };
  return { count: countPrompts(input.prompt), promptTokens: () => tokensOf(input.prompt) };
}

/** Token ids are counted, texts are estimated. */
function tokensOf({ kind, value }: Prompt): number {
  if (kind === 'tokens') return value.length;
  if (kind === 'token-lists') return value.reduce((sum, tokens) => sum + tokens.length, 0);
  return kind === 'text' ? countTokens(value) : value.reduce((sum, text) => sum + countTokens(text), 0);
}

function estimated(promptTokens: number): Usage | null {
  const usage = readUsage(promptTokens);
  return usage && { ...usage, estimated: ['prompt_tokens', 'total_tokens'] };
}

function respond({ prepared, embedded }: Answer, attempts: readonly Attempt[], request: UnifiedRequest, generationId: string): Response {
  const { candidate } = prepared.planned;
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = embedded[position]?.vectors[place] ?? [];
  }
  const format = request.parameters.encoding_format === 'base64' ? 'base64' : 'float';
  const adjustments = reportOf([prepared]);
  const rest: JsonObject = {
    model: candidate.offering?.slug ?? embedded[0]?.model ?? candidate.modelId,
    provider: servingName(prepared),
    usage: usageOf(attempts),
    ...(adjustments.length === 0 ? {} : { adjustments }),
  };
  const pieces = piecesOf({ id: generationId, object: 'list' }, vectors, rest, format);
  const headers = { ...answerHeaders([prepared], countTries(attempts)), 'content-type': 'application/json' };
  return new Response(vectors.some((vector) => ArrayBuffer.isView(vector)) ? streamOf(pieces) : [...pieces].join(''), { headers });
}

/** The answer as JSON, vector by vector: all of it at once may be a hundred megabytes. */
function* piecesOf(head: JsonObject, vectors: readonly Vector[], rest: JsonObject, format: 'float' | 'base64'): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"data":[`;
  for (const [index, vector] of vectors.entries()) {
    const entry = { object: 'embedding', index, embedding: encodeVector(vector, format) };
    yield `${index === 0 ? '' : ','}${JSON.stringify(entry)}`;
  }
  yield `],${JSON.stringify(rest).slice(1)}`;
}

function streamOf(pieces: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    },
    { highWaterMark: 0 },
  );
}

/** The usage of one call with its cost, where that is known. */
function priced(usage: Usage | null, { candidate }: PlannedCall): Usage | null {
  const price = candidate.offering?.priceUsdPerMillionTokens;
  return usage === null || price === undefined ? usage : { ...usage, costUsd: usage.costUsd ?? costUsd(usage, price) };
}

/** OpenAI's two counts, and ours: an embedding has no completion. Calls that were answered count, whatever became of the others. */
function usageOf(attempts: readonly Attempt[]): JsonObject | null {
  const sum = billOf(attempts.map(({ tally }) => tally));
  if (sum === null) return null;
  return {
    prompt_tokens: sum.promptTokens,
    total_tokens: sum.promptTokens,
    ...(sum.costUsd === null ? {} : { cost: sum.costUsd }),
    calls: sum.calls,
    ...(sum.estimated.length === 0 ? {} : { estimated: sum.estimated }),
  };
}
