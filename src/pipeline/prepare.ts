/**
 * From a planned call to the exact requests that would be sent, and everything that was changed on the way. Used by the real thing
 * and by `/explain` alike, so that the explanation cannot differ from the deed. Sends nothing.
 */
import { upstreamDialect } from '../dialects/index.ts';
import type { UpstreamDialect } from '../dialects/dialect.ts';
import type { Limits } from '../ports.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { Part } from '../routing/split.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../unified/json.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { buildCall, type UpstreamCall } from '../upstream/call.ts';

/** One upstream request, ready to be sent. */
export type PreparedPart = { part: Part; call: UpstreamCall; body: JsonObject };

/** What will be sent to one endpoint: at least one part. */
export type Prepared = {
  planned: PlannedCall;
  dialect: UpstreamDialect;
  parts: readonly PreparedPart[];
  adjustments: readonly Adjustment[];
};

/**
 * Renders and addresses the calls to one endpoint.
 *
 * @param extraHeaders sent to the upstream as they are.
 * @throws RouterError `invalid_request` when the client allows no adjustments and some were needed.
 */
export function prepare(planned: PlannedCall, request: UnifiedRequest, extraHeaders: Readonly<Record<string, string>>): Prepared {
  const { candidate, access, fitted } = planned;
  const dialect = upstreamDialect(candidate.rules.dialect);
  const rendered = fitted.parts.map((part) => ({ part, ...dialect.render(part.call) }));
  // The parts differ in prompt, n and seed alone: rendering one says for all of them what it changed.
  const adjustments = [...fitted.adjustments, ...(rendered[0]?.adjustments ?? [])];
  if (request.preferences.allow_adjustments === false && adjustments.length > 0) throw notAllowed(adjustments, candidate.provider.name);
  const parts = rendered.map(({ part, body }) => ({
    part,
    body,
    call: buildCall(candidate.provider, access, candidate.rules.path, body, extraHeaders),
  }));
  return { planned, dialect, parts, adjustments };
}

/** What was changed for these endpoints; where there are several, each reason says for whom. */
export function reportOf(endpoints: readonly Prepared[]): readonly Adjustment[] {
  const [only, ...more] = endpoints;
  if (only === undefined || more.length === 0) return only?.adjustments ?? [];
  return endpoints.flatMap(({ planned, adjustments }) =>
    adjustments.map((adjustment) => ({ ...adjustment, reason: `${planned.candidate.requested}: ${adjustment.reason}` })),
  );
}

/** @throws RouterError `invalid_request` when a request takes more upstream calls than are allowed. */
export function refuseTooMany(all: readonly Prepared[], request: UnifiedRequest, { upstreamCalls }: Limits): void {
  const calls = all.reduce((sum, { parts }) => sum + parts.length, 0);
  if (calls <= upstreamCalls) return;
  const { best_of: bestOf, n } = request.parameters;
  const cause = request.askAll ? 'models' : bestOf !== undefined ? 'best_of' : n !== undefined ? 'n' : 'prompt';
  const names = all.map(({ planned }) => planned.candidate.provider.name).join(' and ');
  const message = `This request takes ${calls} calls to ${names}; the most this router makes is ${upstreamCalls} (variable MAX_UPSTREAM_CALLS). Ask for fewer choices, prompts or models at a time.`;
  throw new RouterError('invalid_request', message, { param: cause });
}

function notAllowed(adjustments: readonly Adjustment[], provider: string): RouterError {
  const list = adjustments.map(({ param, action, reason }) => `${param} would be ${action} (${reason})`).join('; ');
  return new RouterError(
    'invalid_request',
    `provider.allow_adjustments is false, and ${provider} cannot take this request as it is: ${list}.`,
    {
      ...(adjustments[0] === undefined ? {} : { param: adjustments[0].param }),
      metadata: { adjustments },
    },
  );
}
