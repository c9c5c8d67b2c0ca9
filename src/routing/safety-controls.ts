/**
 * Rejects endpoints that would drop or change what must not change: a safety control, or the size of vectors (they must match the caller's
 * stored vectors).
 */
import type { Adjustment } from '../unified/adjustment.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { requestsSafety, SAFETY_CONTROLS } from '../unified/request/safety.ts';
import type { Rejection } from './resolve-model.ts';

/** Returns why an endpoint with these adjustments cannot serve the request, or null. */
export function controlObjection(request: UnifiedRequest, adjustments: readonly Adjustment[]): Pick<Rejection, 'reason' | 'param'> | null {
  const { parameters } = request;
  const own = new Set(request.adjustments);
  for (const adjustment of adjustments) {
    const { param, action, reason } = adjustment;
    const isLost = action === 'dropped' || action === 'learned';
    if (own.has(adjustment)) continue;
    if (isLost && SAFETY_CONTROLS.has(param) && requestsSafety(parameters[param]))
      return { param, reason: `it cannot run ${param}, a safety control that was requested (${reason})` };
    if ((isLost || action === 'clamped') && param === 'dimensions')
      return { param, reason: `it cannot return vectors of ${String(parameters.dimensions)} dimensions (${reason})` };
  }
  return null;
}
