/**
 * `POST /explain`: what would be done with a request, without doing it. The same plan and the same rendering as the real thing; keys
 * are masked; nothing is sent.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import { embeddingDialect } from '../dialects/embeddings.ts';
import { CLIENT_DIALECTS } from '../dialects/index.ts';
import { standIns } from '../pipeline/files.ts';
import { prepare, prepareFor, refuseTooMany, reportOf, type Prepared } from '../pipeline/prepare.ts';
import type { Access, AccessPort } from '../ports.ts';
import { chosenCall, planRoutes, type PlannedCall } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import { isObject, type JsonObject } from '../unified/json.ts';
import { parseUnified } from '../unified/request.ts';
import type { Operation } from '../unified/parameters.ts';
import { maskCall } from '../upstream/call.ts';
import type { CompiledProvider } from '../registry/catalog.ts';
import { readJson } from './read-json.ts';
import type { Deps } from './deps.ts';

/** A request to one endpoint, in whatever dialect. */
type Explained = Prepared<RenderingDialect>;

/** Explains one request. @throws RouterError as the request itself would, except for keys and base URLs that are not set. */
export async function explain(request: Request, { catalog, ports }: Deps): Promise<Response> {
  const body = await readJson(request, ports.limits.requestBytes);
  const operation = operationOf(body);
  const unified = operation === 'embeddings' ? parseUnified(operation, body) : CLIENT_DIALECTS[operation].parse(body);
  // The plan is made as if every provider were set up; what is missing is said beside it.
  const access = (provider: CompiledProvider): Access => ({ ...ports.access(provider), missing: [] });
  const plans = planRoutes(unified, catalog, { ...ports, access });
  const ready = (planned: PlannedCall): Explained =>
    operation === 'embeddings'
      ? prepareFor(planned, embeddingDialect(planned.candidate.rules.dialect), { request: unified, extraHeaders: {}, dataUris: new Map() })
      : prepare(planned, { request: unified, extraHeaders: {}, dataUris: standIns([planned]) });
  const endpoints = plans.map((plan) => ready(chosenCall(plan)));
  const hedges = plans.flatMap(({ hedge }) => (hedge === null ? [] : [ready(hedge)]));
  refuseTooMany([...endpoints, ...hedges], unified, ports.limits);
  const [first] = endpoints;
  return Response.json({
    operation: unified.operation,
    stream: unified.stream,
    plan: {
      chosen: first === undefined ? null : describe(first, ports.access),
      ...(endpoints.length > 1 ? { all: endpoints.map((endpoint) => describe(endpoint, ports.access)) } : {}),
      ...(hedges[0] === undefined ? {} : { hedge: { after_ms: unified.preferences.hedge_after_ms, ...describe(hedges[0], ports.access) } }),
      others: plans.flatMap(({ others }) =>
        others.map((other) => ({
          provider: other.provider.slug,
          model: other.modelId,
          requested: other.requested,
          reason: 'comes after the chosen one',
        })),
      ),
      rejected: plans.flatMap(({ rejected }) => rejected),
    },
    requests: [...endpoints, ...hedges].flatMap(describeCalls),
    adjustments: reportOf(endpoints),
    emulation: first === undefined ? null : describeEmulation(first),
  });
}

function describe({ planned }: Explained, access: AccessPort): JsonObject {
  const { candidate, access: way } = planned;
  const { missing } = access(candidate.provider);
  return {
    provider: candidate.provider.slug,
    provider_name: candidate.provider.name,
    model: candidate.modelId,
    requested: candidate.requested,
    operation: candidate.operation,
    dialect: candidate.rules.dialect,
    simulated: way.simulated,
    ready: missing.length === 0,
    ...(missing.length === 0 ? {} : { missing }),
  };
}

/** The calls to one endpoint; `choices` says which choices of its answer each makes. */
function describeCalls({ parts, planned }: Explained): JsonObject[] {
  return parts.map(({ call, body, part }) => ({ method: 'POST', ...shownCall(call, planned.access), body, choices: part.choices }));
}

function describeEmulation({ planned }: Explained): JsonObject {
  const { stop, echo, bestOf, hideReasoning } = planned.fitted.emulation;
  return {
    stop: stop.filter(({ native }) => !native).map(({ text }) => text),
    echo: echo !== null,
    best_of: bestOf,
    hide_reasoning: hideReasoning,
  };
}

function shownCall(call: Parameters<typeof maskCall>[0], { baseUrl }: Access): JsonObject {
  const shown = maskCall(call);
  return baseUrl === null ? { ...shown, url: `(no base URL set)${shown.url}` } : shown;
}

/** Which operation a body is for: `messages` make it chat, a `prompt` makes it a completion, an `input` embeddings. */
function operationOf(body: unknown): Operation {
  if (isObject(body) && body.messages !== undefined) return 'chat';
  if (isObject(body) && body.prompt !== undefined) return 'completions';
  if (isObject(body) && body.input !== undefined) return 'embeddings';
  throw new RouterError(
    'invalid_request',
    'Neither messages nor prompt nor input is in the body: send the body of a /chat/completions, /completions or /embeddings request.',
    { param: 'messages' },
  );
}
