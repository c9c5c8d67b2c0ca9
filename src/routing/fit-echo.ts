/** `echo`: sent where the host has it, otherwise the router puts the prompt before the answer itself. Pure. */
import type { Prompt } from '../unified/message.ts';
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
  const texts = request.input.kind === 'prompt' ? promptTexts(request.input.prompt) : null;
  if (texts === null) {
    drop(fitting, 'echo', value, 'this host does not accept it, and the router cannot turn token ids into text');
    return;
  }
  fitting.emulation.echo = texts;
  fitting.adjustments.push({
    param: 'echo',
    action: 'emulated',
    reason: 'this host has no echo: the router puts the prompt before the answer (its tokens have no log probabilities)',
  });
}

/** The readable prompts, in order; null for token ids. */
function promptTexts(prompt: Prompt): readonly string[] | null {
  if (prompt.kind === 'text') return [prompt.value];
  return prompt.kind === 'texts' ? prompt.value : null;
}
