/**
 * Explains a request (`POST /explain`): returns the plan, the upstream requests and the adjustments, and sends nothing. Planning and rendering
 * are those of a real request. Keys are masked.
 */
import type { Caller } from '../accounts/caller.ts';
import type { RenderingDialect } from '../dialects/dialect.ts';
import type { Asks, ClientDialect } from '../dialects/client-dialect.ts';
import { readIdempotencyKey } from '../calls/idempotency-key.ts';
import { reportOf, type ForwardedHeaders, type PreparedEndpoint } from '../calls/prepare.ts';
import { locateParameters } from '../calls/locate-parameters.ts';
import { estimateCall, type CallEstimate } from '../pipeline/estimate-call.ts';
import { promptCounter } from '../pipeline/worst-case.ts';
import { planDryRun } from '../pipeline/plan-and-prepare.ts';
import type { Access, AccessPort } from '../ports.ts';
import type { Candidate } from '../routing/resolve-model.ts';
import type { RoutePlan } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { INPUT_FIELDS } from '../unified/request/parameters.ts';
import { maskCall, secretsOfAccess } from '../upstream/call.ts';
import { readHops } from '../upstream/loop.ts';
import { contentSecrets, mask, maskDeep } from '../upstream/secrets.ts';
import { answerJson } from './large-body.ts';
import { withCallerKeys } from './provider-keys.ts';
import { readUnified } from './read-unified.ts';
import type { Deps } from './deps.ts';

/** A request to one endpoint, in any dialect. */
type ExplainedEndpoint = PreparedEndpoint<RenderingDialect>;

/**
 * Explains one request.
 *
 * @param form `clients`: formats that its body may have, at least one; of several the fields of the body decide.
 * @throws RouterError as the request itself would, except for keys and base URLs that are not set.
 */
export async function explain(
  request: Request,
  given: Deps,
  { clients, asks, caller }: { clients: readonly ClientDialect[]; asks: Asks; caller: Caller },
): Promise<Response> {
  const hops = readHops(request.headers);
  const exactFields = clients.flatMap((client) => client.exactFields);
  return answerJson(request, { ...given, exactFields }, async (body, hold) => {
    const client = clientOf(body, clients);
    const deps = withCallerKeys(given, request.headers, client.format);
    const unified = await readUnified(client, body, { headers: request.headers, asks, caller, hold, ...deps });
    const idempotencyKey = await readIdempotencyKey(request.headers, deps.tenant);
    return Response.json(await explanationOf(unified, deps, { caller, hops, idempotencyKey }));
  });
}

async function explanationOf(
  unified: UnifiedRequest,
  { catalog, ports }: Deps,
  facts: Pick<ForwardedHeaders, 'hops' | 'idempotencyKey'> & { caller: Caller },
): Promise<JsonObject> {
  const { plans, endpoints, hedge, preparer } = await planDryRun(unified, { catalog, ports, simulatorHeaders: {}, ...facts });
  const atOnce: readonly ExplainedEndpoint[] = hedge === null ? endpoints : [...endpoints, hedge];
  const countPrompt = promptCounter(unified);
  const describeEndpoint = (call: ExplainedEndpoint) => ({
    ...describe(call, ports.access),
    estimate: describeEstimate(estimateCall(unified, call.planned, countPrompt)),
  });
  const inReserve: JsonObject[] = [];
  for (const planned of plans.flatMap(({ calls }) => calls.all())) {
    if (atOnce.some((call) => call.planned === planned)) continue;
    const call = await preparer.prepareUncached(planned, unified);
    inReserve.push({ ...describeEndpoint(call), adjustments: reportOf([call]) });
  }
  return {
    operation: unified.operation,
    stream: unified.stream,
    plan: {
      strategy: endpoints.length > 1 ? 'all' : hedge === null ? 'fallback' : 'hedge',
      ...(hedge === null ? {} : { hedge_after_ms: unified.preferences.hedge_after_ms }),
      calls: [...atOnce.map(describeEndpoint), ...inReserve],
      ...describeChoice(plans),
      others: plans.flatMap(({ leftOut }) =>
        leftOut().others.map((other) => ({ ...named(other), reason: 'comes after the planned ones' })),
      ),
      rejected: plans.flatMap(({ leftOut }) => leftOut().rejected),
    },
    requests: atOnce.flatMap((endpoint) => describeCalls(endpoint, unified)),
    adjustments: reportOf(endpoints),
    emulation: describeEmulation(endpoints[0]),
  };
}

const named = ({ provider, modelId, requested }: Candidate): JsonObject => ({ provider: provider.slug, model: modelId, requested });

/** What decided besides the client's preferences: a weighted random order, with its chances, or an earlier turn of the conversation. */
function describeChoice(plans: readonly RoutePlan[]): JsonObject {
  const draw = plans.flatMap(({ draw }) =>
    draw.map(({ candidate, usdPerMillionTokens, weight, chance }) => ({
      ...named(candidate),
      usd_per_million_tokens: usdPerMillionTokens,
      weight,
      chance,
    })),
  );
  const sticky = plans.flatMap(({ calls, stickyTo }) => {
    const first = calls.at(0);
    return stickyTo === null || first === undefined ? [] : [named(first.candidate)];
  });
  return { ...(draw.length === 0 ? {} : { draw }), ...(sticky[0] === undefined ? {} : { sticky: sticky[0] }) };
}

function describe({ planned }: ExplainedEndpoint, access: AccessPort): JsonObject {
  const { candidate, access: planningAccess, reason } = planned;
  const { missingVariables: missing } = access(candidate.provider);
  return {
    provider: candidate.provider.slug,
    provider_name: candidate.provider.name,
    model: candidate.modelId,
    requested: candidate.requested,
    reason,
    operation: candidate.operation,
    dialect: candidate.rules.dialect,
    simulated: planningAccess.isSimulated,
    ready: missing.length === 0,
    ...(missing.length === 0 ? {} : { missing }),
  };
}

/** The calls to one endpoint; `choices` lists the choices that each call makes, `fields` where the parameters are (null = the bodies are too large). */
function describeCalls(endpoint: ExplainedEndpoint, request: UnifiedRequest): JsonObject[] {
  const { parts, planned } = endpoint;
  const secrets = contentSecrets(secretsOfAccess(planned.access));
  const fields = locateParameters(endpoint, request);
  return parts.map(({ call, body, part }, index) => ({
    provider: planned.candidate.provider.slug,
    model: mask(planned.candidate.modelId, secrets),
    method: 'POST',
    ...shownCall(call, planned.access),
    ...maskDeep({ body, fields: fields?.[index] ?? null }, (text) => mask(text, secrets)),
    choices: part.choices,
  }));
}

/** Tokens are estimated, and so is what they cost. */
function describeEstimate({ promptTokens, completionTokens, usd }: CallEstimate): JsonObject {
  return {
    prompt_tokens: promptTokens,
    max_completion_tokens: completionTokens,
    usd,
    estimated: ['prompt_tokens', ...(usd === null ? [] : ['usd'])],
  };
}

function describeEmulation({ planned }: ExplainedEndpoint): JsonObject {
  const { stop, echo, bestOf, hideReasoning } = planned.fitted.emulation;
  return {
    stop: stop.filter(({ isNative }) => !isNative).map(({ text }) => text),
    echo: echo !== null,
    best_of: bestOf,
    hide_reasoning: hideReasoning,
  };
}

function shownCall(call: Parameters<typeof maskCall>[0], { baseUrl }: Access): JsonObject {
  const shown = maskCall(call);
  return baseUrl === null ? { ...shown, url: `(no base URL set)${shown.url}` } : shown;
}

/** The format of a body. @throws RouterError `invalid_request` for a body that has the fields of none. */
function clientOf(body: unknown, clients: readonly ClientDialect[]): ClientDialect {
  const [only, ...others] = clients;
  if (only !== undefined && others.length === 0) return only;
  const found = isObject(body) ? clients.findLast((client) => client.isBody(body)) : undefined;
  if (found !== undefined) return found;
  const fields = [...new Set(clients.map((client) => client.parameterPath(INPUT_FIELDS[client.operation])))];
  const paths = clients.flatMap(({ routes }) => routes.filter((route) => route.asks === 'answer').map(({ path }) => path));
  const message = `Neither ${fields.join(' nor ')} is in the body: send the body of a ${inWords(paths)} request.`;
  throw new RouterError('invalid_request', message, fields[0] === undefined ? {} : { param: fields[0] });
}

/** `a, b or c`. */
const inWords = (names: readonly string[]) => [names.slice(0, -1).join(', '), ...names.slice(-1)].join(' or ');
