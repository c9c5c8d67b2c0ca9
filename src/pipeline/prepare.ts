/**
 * From a planned call to the exact request that would be sent, and everything that was changed on the way. Used by the real thing
 * and by `/explain` alike, so that the explanation cannot differ from the deed. Sends nothing.
 */
import { upstreamDialect } from '../dialects/index.ts';
import type { UpstreamDialect } from '../dialects/dialect.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../unified/json.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { buildCall, type UpstreamCall } from '../upstream/call.ts';

/** A call ready to be sent. */
export type Prepared = {
  planned: PlannedCall;
  dialect: UpstreamDialect;
  call: UpstreamCall;
  body: JsonObject;
  adjustments: readonly Adjustment[];
};

/**
 * Renders and addresses a planned call.
 *
 * @param extraHeaders sent to the upstream as they are.
 * @throws RouterError `invalid_request` when the client allows no adjustments and some were needed.
 */
export function prepare(planned: PlannedCall, request: UnifiedRequest, extraHeaders: Readonly<Record<string, string>>): Prepared {
  const { candidate, access, fitted } = planned;
  const dialect = upstreamDialect(candidate.rules.dialect);
  const rendered = dialect.render(fitted.call);
  const adjustments = [...fitted.adjustments, ...rendered.adjustments];
  if (request.preferences.allow_adjustments === false && adjustments.length > 0) {
    const list = adjustments.map(({ param, action, reason }) => `${param} would be ${action} (${reason})`).join('; ');
    throw new RouterError(
      'invalid_request',
      `provider.allow_adjustments is false, and ${candidate.provider.name} cannot take this request as it is: ${list}.`,
      {
        ...(adjustments[0] === undefined ? {} : { param: adjustments[0].param }),
        metadata: { adjustments },
      },
    );
  }
  return {
    planned,
    dialect,
    call: buildCall(candidate.provider, access, candidate.rules.path, rendered.body, extraHeaders),
    body: rendered.body,
    adjustments,
  };
}
