/**
 * Response formats for providers that lack them: a schema where only any JSON is taken, any JSON where only a schema is, or either where
 * nothing is. The model is told in words, and the router checks what comes back. Formats that a wire format itself cannot say, though its
 * provider accepts response formats, are its `render`'s business.
 */
import type { Rule } from '../../unified/rule.ts';
import { readAskedFormat } from '../../unified/request/format-instruction.ts';
import { fitValue } from '../fit-value.ts';
import { conflictOf, fitParameter, ruleOf, send, type Fitting } from '../fit-parameter.ts';

/** Fits `response_format`. */
export function fitFormat(fitting: Fitting): void {
  const wanted = fitting.request.parameters.response_format;
  const asked = readAskedFormat(wanted);
  const rule = ruleOf(fitting, 'response_format');
  const isTaken = rule !== null && fitValue(wanted, rule).kind !== 'refused';
  const canBeTold = fitting.request.input.kind === 'messages' && !isRefused(fitting, rule);
  if (asked === null || isTaken || !canBeTold) return fitParameter(fitting, 'response_format', wanted);
  const isAnyJson = rule !== null && fitValue({ type: 'json_object' }, rule).kind !== 'refused';
  if (isAnyJson) send(fitting, 'response_format', { type: 'json_object' });
  fitting.emulation.format = asked;
  const what = asked.kind === 'json_schema' && isAnyJson ? 'takes no schema' : `takes no response format of type ${asked.kind}`;
  const reason = `this provider ${what}: the model is told, which nothing enforces, and the router checks the answer`;
  const to = isAnyJson ? { to: 'json_object' } : {};
  fitting.adjustments.push({ param: 'response_format', action: 'emulated', from: asked.kind, ...to, reason });
}

/** The provider accepts none beside something else that is sent, or refused it a short while ago. */
function isRefused(fitting: Fitting, rule: Rule | null): boolean {
  const isLearned = fitting.target.knownRefusals.get('response_format') === null;
  return isLearned || (rule !== null && conflictOf(fitting, 'response_format', rule) !== null);
}
