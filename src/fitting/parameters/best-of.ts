/**
 * Fits `best_of`. It is sent where the provider's rules allow it together with the rest of the request. Elsewhere the router requests that
 * many candidates with log probabilities and returns the best. Without log probabilities candidates cannot be ranked. Pure.
 */
import { countChoices, conflictOf, drop, fitParameter, ruleOf, type FitContext } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';
import { choicesPerCall } from '../split.ts';

/** Fits `best_of`. */
export function fitBestOf(fitting: FitContext): void {
  const { best_of: bestOf } = fitting.request.parameters;
  const wanted = countChoices(fitting.request);
  if (typeof bestOf !== 'number' || bestOf <= wanted) return; // no selection: all candidates are returned
  const rule = ruleOf(fitting, 'best_of');
  const isNative =
    rule !== null && rule.emulate !== true && conflictOf(fitting, 'best_of', rule) === null && fitValue(bestOf, rule).kind === 'same';
  if (isNative && choicesPerCall(fitting, wanted) === wanted) {
    fitParameter(fitting, 'best_of', bestOf);
    return;
  }
  if (ruleOf(fitting, 'logprobs') === null) {
    drop(fitting, 'best_of', {
      value: bestOf,
      reason: `this provider does not accept it here, and returns no log probabilities to rank by: ${wanted} are requested and returned`,
    });
    return;
  }
  fitting.emulation.bestOf = { candidates: bestOf, keep: wanted };
  fitting.adjustments.push({
    param: 'best_of',
    action: 'emulated',
    from: bestOf,
    reason: `the router requests ${bestOf} candidates and returns the ${wanted} with the highest mean log probability per token`,
  });
}

/** Requests log probabilities if the router ranks by them. Called after all parameters are fitted. */
export function requestLogprobs(fitting: FitContext): void {
  const rule = ruleOf(fitting, 'logprobs');
  if (fitting.emulation.bestOf === null || rule === null) return;
  const name = rule.name ?? 'logprobs';
  const asked = fitting.parameters[name];
  if (asked !== undefined && asked !== false) return;
  fitting.emulation.hideLogprobs = true;
  if (fitValue(true, rule).kind === 'same') {
    fitting.parameters[name] = true;
    return;
  }
  const least = fitValue(1, rule);
  fitting.parameters[name] = least.kind === 'moved' ? least.value : 1;
}
