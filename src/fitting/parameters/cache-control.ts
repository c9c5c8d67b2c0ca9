/**
 * Fits `cache_control` at the top level: the provider's own field for it, or marks that the router sets in the messages
 * (`dialects/shared/cache-marks.ts`). It is a hint: a provider that reads no marks answers the same, so nothing is reported there. Pure.
 */
import { isObject } from '../../lib/json.ts';
import { fitParameter, ruleOf, type FitContext } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';

/** Fits `cache_control`. */
export function fitCacheControl(fitting: FitContext): void {
  const mark = fitting.request.parameters.cache_control;
  const rule = ruleOf(fitting, 'cache_control');
  const isAccepted = rule !== null && fitValue(mark, rule).kind !== 'refused';
  if (!isAccepted && isObject(mark) && mark['type'] === 'ephemeral') fitting.emulation.cacheMark = mark;
  else fitParameter(fitting, 'cache_control', mark);
}
