/** `echo`: sent where the host has it, otherwise the router puts the prompt before the answer itself. Pure. */
import { drop, fitParameter, ruleOf, type Fitting } from './fitting.ts';

/** Fits `echo`. */
export function fitEcho(fitting: Fitting): void {
  const { request, target } = fitting;
  const value = request.parameters.echo;
  const rule = target.operation === 'completions' ? ruleOf(fitting, 'echo') : null;
  if (value !== true || (rule !== null && rule.emulate !== true)) {
    fitParameter(fitting, 'echo', value);
    return;
  }
  const prompt = request.input.kind === 'prompt' ? request.input.prompt : null;
  const text =
    prompt?.kind === 'text' ? prompt.value : prompt?.kind === 'texts' && prompt.value.length === 1 ? (prompt.value[0] ?? null) : null;
  if (text === null) {
    drop(fitting, 'echo', value, 'this host does not accept it, and the router can repeat only a single text');
    return;
  }
  fitting.emulation.echo = text;
  fitting.adjustments.push({
    param: 'echo',
    action: 'emulated',
    reason: 'this host has no echo: the router puts the prompt before the answer (its tokens have no log probabilities)',
  });
}
