/**
 * Fits `response_format` for providers that lack it: a schema where only plain JSON is accepted, plain JSON where only a schema is, or
 * either where nothing is. The format is described in the prompt, and the router checks the answer. Formats that a wire format cannot
 * express are handled by its `render`.
 */
import type { Rule } from '../../unified/rule.ts';
import { readRequestedFormat } from '../../unified/request/format-instruction.ts';
import { fitValue } from '../fit-value.ts';
import { conflictOf, fitParameter, ruleOf, send, type FitContext } from '../fit-parameter.ts';

/** Fits `response_format`. */
export function fitFormat(fitting: FitContext): void {
  const wanted = fitting.request.parameters.response_format;
  const asked = readRequestedFormat(wanted);
  const rule = ruleOf(fitting, 'response_format');
  const isAccepted = rule !== null && fitValue(wanted, rule).kind !== 'refused';
  const canEmulate = fitting.request.input.kind === 'messages' && !isRefused(fitting, rule);
  if (asked === null || isAccepted || !canEmulate) return fitParameter(fitting, 'response_format', wanted);
  const isAnyJson = rule !== null && fitValue({ type: 'json_object' }, rule).kind !== 'refused';
  if (isAnyJson) send(fitting, 'response_format', { type: 'json_object' });
  fitting.emulation.format = asked;
  const what =
    asked.kind === 'json_schema' && isAnyJson ? 'does not accept a schema' : `does not accept a response format of type ${asked.kind}`;
  const reason = `this provider ${what}: the format is described in the prompt, which does not enforce it, and the router checks the answer`;
  const to = isAnyJson ? { to: 'json_object' } : {};
  fitting.adjustments.push({ param: 'response_format', action: 'emulated', from: asked.kind, ...to, reason });
}

/** True when the provider does not accept it together with other parameters, or rejected it recently. */
function isRefused(fitting: FitContext, rule: Rule | null): boolean {
  const isLearned = fitting.target.knownRefusals.get('response_format') === null;
  return isLearned || (rule !== null && conflictOf(fitting, 'response_format', rule) !== null);
}
