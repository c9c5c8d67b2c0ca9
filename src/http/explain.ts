/**
 * `POST /explain`: what would be done with a request, without doing it. The same plan and the same rendering as the real thing; keys
 * are masked; nothing is sent.
 */
import { CLIENT_DIALECTS } from '../dialects/index.ts';
import { prepare } from '../pipeline/prepare.ts';
import type { Access } from '../ports.ts';
import { chosenCall, planRoute } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import { isObject, type JsonObject } from '../unified/json.ts';
import type { Operation } from '../unified/parameters.ts';
import { maskCall } from '../upstream/call.ts';
import type { CompiledProvider } from '../registry/catalog.ts';
import { readJson } from './read-json.ts';
import type { Deps } from './deps.ts';

/** Explains one request. @throws RouterError as the request itself would, except for keys and base URLs that are not set. */
export async function explain(request: Request, { catalog, ports }: Deps): Promise<Response> {
  const body = await readJson(request, ports.limits.requestBytes);
  const unified = CLIENT_DIALECTS[operationOf(body)].parse(body);
  // The plan is made as if every provider were set up; what is missing is said beside it.
  const access = (provider: CompiledProvider): Access => ({ ...ports.access(provider), missing: [] });
  const plan = planRoute(unified, catalog, access);
  const prepared = prepare(chosenCall(plan), unified, ports.limits, {});
  const { candidate, access: way, fitted } = prepared.planned;
  const { missing } = ports.access(candidate.provider);
  return Response.json({
    operation: unified.operation,
    stream: unified.stream,
    plan: {
      chosen: {
        provider: candidate.provider.slug,
        provider_name: candidate.provider.name,
        model: candidate.modelId,
        requested: candidate.requested,
        operation: candidate.operation,
        dialect: candidate.rules.dialect,
        simulated: way.simulated,
        ready: missing.length === 0,
        ...(missing.length === 0 ? {} : { missing }),
      },
      others: plan.others.map((other) => ({
        provider: other.provider.slug,
        model: other.modelId,
        requested: other.requested,
        reason: 'comes after the chosen one',
      })),
      rejected: plan.rejected,
    },
    requests: prepared.parts.map(({ call, body, part }) => ({ method: 'POST', ...shownCall(call, way), body, choices: part.choices })),
    adjustments: prepared.adjustments,
    emulation: {
      stop: fitted.emulation.stop.filter(({ native }) => !native).map(({ text }) => text),
      echo: fitted.emulation.echo !== null,
      best_of: fitted.emulation.bestOf,
      hide_reasoning: fitted.emulation.hideReasoning,
    },
  });
}

function shownCall(call: Parameters<typeof maskCall>[0], { baseUrl }: Access): JsonObject {
  const shown = maskCall(call);
  return baseUrl === null ? { ...shown, url: `(no base URL set)${shown.url}` } : shown;
}

/** Which operation a body is for: `messages` make it chat, a `prompt` makes it a completion. */
function operationOf(body: unknown): Operation {
  if (isObject(body) && body.messages !== undefined) return 'chat';
  if (isObject(body) && body.prompt !== undefined) return 'completions';
  throw new RouterError(
    'invalid_request',
    'Neither messages nor prompt is in the body: send the body of a /chat/completions or /completions request.',
    { param: 'messages' },
  );
}
