/**
 * Fits `dimensions`. If a provider has no field for it, and the model is documented as Matryoshka-trained (the beginning of a vector is a
 * valid vector), the provider file has `emulate`: the router cuts and renormalizes. Otherwise only the provider can do it.
 */
import { fitValue } from '../fit-value.ts';
import { fitParameter, ruleOf, type FitContext } from '../fit-parameter.ts';

/** Fits `dimensions`. */
export function fitDimensions(fitting: FitContext): void {
  const { dimensions: wanted } = fitting.request.parameters;
  const rule = ruleOf(fitting, 'dimensions');
  const isOurs = rule?.emulate === true && typeof wanted === 'number' && fitValue(wanted, rule).kind === 'same';
  if (!isOurs) return fitParameter(fitting, 'dimensions', wanted);
  fitting.emulation.dimensions = wanted;
  const reason = 'this provider has no such field: the router cuts the vectors and makes their length 1 again, as this model allows';
  fitting.adjustments.push({ param: 'dimensions', action: 'emulated', from: wanted, reason });
}
