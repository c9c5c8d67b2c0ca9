/**
 * `best_of`: sent where the provider's rules allow it beside the rest of the request. Elsewhere the router makes that many candidates
 * itself, with their log probabilities, and returns the best; where a provider has no log probabilities there is nothing to rank by. Pure.
 */
import { choicesWanted, conflictOf, drop, fitParameter, ruleOf, type Fitting } from '../fit-parameter.ts';
import { fitValue } from '../fit-value.ts';
import { choicesPerCall } from '../split.ts';

/** Fits `best_of`. */
export function fitBestOf(fitting: Fitting): void {
  const { best_of: bestOf } = fitting.request.parameters;
  const wanted = choicesWanted(fitting.request);
  if (typeof bestOf !== 'number' || bestOf <= wanted) return; // it picks nothing: all candidates are returned
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
      reason: `this provider does not accept it here, and gives no log probabilities to rank by: ${wanted} are made and returned`,
    });
    return;
  }
  fitting.emulation.bestOf = { candidates: bestOf, keep: wanted };
  fitting.adjustments.push({
    param: 'best_of',
    action: 'emulated',
    from: bestOf,
    reason: `the router makes ${bestOf} candidates and returns the ${wanted} with the highest mean log probability per token`,
  });
}

/** Makes sure that there are log probabilities to rank by. Runs after everything the client asked for is in place. */
export function demandLogprobs(fitting: Fitting): void {
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
