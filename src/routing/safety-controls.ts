/**
 * What a request asks for and an endpoint cannot leave out or change, whoever asks: a control of safety, and the size of vectors, which
 * must fit those that the caller has stored. Such an endpoint is no candidate.
 */
import type { Adjustment } from '../unified/adjustment.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { asksForSafety, SAFETY_CONTROLS } from '../unified/request/safety.ts';
import type { Rejection } from './resolve-model.ts';

/** Why an endpoint cannot serve a request that is fitted to it so, or null. */
export function controlObjection(request: UnifiedRequest, adjustments: readonly Adjustment[]): Pick<Rejection, 'reason' | 'param'> | null {
  const { parameters } = request;
  const own = new Set(request.adjustments);
  for (const adjustment of adjustments) {
    const { param, action, reason } = adjustment;
    const isLost = action === 'dropped' || action === 'learned';
    if (own.has(adjustment)) continue;
    if (isLost && SAFETY_CONTROLS.has(param) && asksForSafety(parameters[param]))
      return { param, reason: `it cannot run ${param}, a safety control that was asked for (${reason})` };
    if ((isLost || action === 'clamped') && param === 'dimensions')
      return { param, reason: `it cannot make vectors of ${String(parameters.dimensions)} dimensions (${reason})` };
  }
  return null;
}
