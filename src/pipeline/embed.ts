/**
 * Embeddings, from a parsed request to the response: plan, prepare, send, put together. The sibling of `complete.ts` for an operation
 * that has neither a stream nor choices.
 */
import { embeddingDialect } from '../dialects/embeddings.ts';
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { costUsd } from '../registry/pricing.ts';
import { chosenCall, planRoute } from '../routing/plan.ts';
import { worldOf } from '../routing/world.ts';
import { countTokens } from '../stream/account.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import { encodeVector, readUsage, type Embedded, type Vector } from '../unified/embedding.ts';
import { RouterError } from '../unified/error.ts';
import { parseJson, type JsonObject } from '../unified/json.ts';
import { countPrompts, type Prompt } from '../unified/message.ts';
import type { Input, UnifiedRequest } from '../unified/request.ts';
import { sumUsage, type Usage } from '../unified/usage.ts';
import { readBounded } from '../upstream/read-bounded.ts';
import { send } from '../upstream/send.ts';
import { createSlots, WAITING_CALLS } from '../upstream/slots.ts';
import type { Surroundings } from './complete.ts';
import { withoutRefused } from './learn.ts';
import { leavable, type RunContext } from './open-call.ts';
import { prepareFor, refuseTooMany, reportOf, type Prepared, type PreparedPart } from './prepare.ts';

type PreparedEmbeddings = Prepared<EmbeddingDialect>;

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong: there is no half answer.
 */
export async function embed(request: UnifiedRequest, surroundings: Surroundings): Promise<Response> {
  const { catalog, ports, generationId, gone, simulatorHeaders } = surroundings;
  const planned = chosenCall(planRoute(request, catalog, worldOf(ports)));
  const extraHeaders = planned.access.simulated ? simulatorHeaders : {};
  const prepared = prepareFor(planned, embeddingDialect(planned.candidate.rules.dialect), { request, extraHeaders, dataUris: new Map() });
  refuseTooMany([prepared], request, ports.limits);
  const { signal, leave } = leavable(gone);
  const slots = createSlots(WAITING_CALLS);
  const context: RunContext = { request, generationId, ports, gone: signal };
  try {
    const answers = await Promise.all(prepared.parts.map((part) => slots.use(signal, () => embedPart(prepared, part, context))));
    return respond(prepared, answers, request, generationId);
  } catch (thrown) {
    leave(); // one that failed makes the others useless
    throw thrown instanceof RouterError ? thrown.with({ headers: headersOf(prepared) }) : thrown;
  }
}

async function embedPart(prepared: PreparedEmbeddings, part: PreparedPart, context: RunContext): Promise<Embedded> {
  try {
    return await attempt(prepared, part, context);
  } catch (thrown) {
    const rewritten = withoutRefused(prepared, part, thrown, context);
    if (rewritten === null || context.gone.aborted) throw thrown;
    return attempt(prepared, rewritten, context);
  }
}

async function attempt(
  { planned, dialect }: PreparedEmbeddings,
  { call, part }: PreparedPart,
  { ports, gone }: RunContext,
): Promise<Embedded> {
  const { provider } = planned.candidate;
  const callee = { name: provider.name, secretVariable: call.access.auth.secret };
  const { response } = await send(call, { dialect, callee, fetch: ports.fetch, clock: ports.clock, signal: gone });
  const text = await readBounded(response, ports.limits.answerBytes).catch((thrown: unknown) => {
    const message =
      thrown instanceof RouterError ? `sent an answer of more than ${ports.limits.answerBytes} bytes` : 'broke the answer off';
    throw new RouterError('provider_unavailable', `${provider.name} ${message}.`, { providerName: provider.name });
  });
  const embedded = dialect.decodeBody(parseJson(text));
  const { promptTokens, count } = inputsOf(part.call.input);
  if (embedded.vectors.length !== count) {
    const message = `${provider.name} sent ${embedded.vectors.length} embeddings for ${count} inputs.`;
    throw new RouterError('provider_unavailable', message, { providerName: provider.name });
  }
  return { ...embedded, usage: embedded.usage ?? estimated(promptTokens()) };
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

function respond(prepared: PreparedEmbeddings, answers: readonly Embedded[], request: UnifiedRequest, generationId: string): Response {
  const { candidate, access } = prepared.planned;
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = answers[position]?.vectors[place] ?? [];
  }
  const format = request.parameters.encoding_format === 'base64' ? 'base64' : 'float';
  const adjustments = reportOf([prepared]);
  const body: JsonObject = {
    id: generationId,
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encodeVector(vector, format) })),
    model: candidate.offering?.slug ?? answers[0]?.model ?? candidate.modelId,
    provider: access.simulated ? `${candidate.provider.name} (simulated)` : candidate.provider.name,
    usage: usageOf(prepared, answers),
    ...(adjustments.length === 0 ? {} : { adjustments }),
  };
  return Response.json(body, { headers: headersOf(prepared) });
}

/** OpenAI's two counts, and ours: an embedding has no completion. */
function usageOf({ planned, parts }: PreparedEmbeddings, answers: readonly Embedded[]): JsonObject | null {
  const sum = sumUsage(
    answers.flatMap(({ usage }) => (usage === null ? [] : [usage])),
    parts.length,
  );
  if (sum === null) return null;
  const price = planned.candidate.offering?.priceUsdPerMillionTokens;
  return {
    prompt_tokens: sum.promptTokens,
    total_tokens: sum.promptTokens,
    cost: sum.costUsd ?? (price === undefined ? null : costUsd(sum, price)),
    calls: sum.calls,
    ...(sum.estimated.length === 0 ? {} : { estimated: sum.estimated }),
  };
}

function headersOf(prepared: PreparedEmbeddings): Record<string, string> {
  const { candidate, access } = prepared.planned;
  const adjustments = reportOf([prepared]);
  return {
    'x-tributary-provider': candidate.provider.slug,
    'x-tributary-attempts': '1',
    ...(adjustments.length === 0 ? {} : { 'x-tributary-adjustments': adjustmentsField(adjustments) }),
    ...(access.simulated ? { 'x-tributary-simulated': 'true' } : {}),
  };
}
