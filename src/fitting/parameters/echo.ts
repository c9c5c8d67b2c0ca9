/** `echo`: sent where the provider has it, otherwise the router puts the prompt before the answer itself. Pure. */
import { countPrompts, type Prompt } from '../../unified/request/message.ts';
import { drop, fitParameter, ruleOf, type Fitting } from '../fit-parameter.ts';

/** Fits `echo`. */
export function fitEcho(fitting: Fitting): void {
  const { request, target, emulation } = fitting;
  const value = request.parameters.echo;
  const rule = target.operation === 'completions' ? ruleOf(fitting, 'echo') : null;
  const prompt = request.input.kind === 'prompt' ? request.input.prompt : null;
  const texts = prompt === null ? null : promptTexts(prompt);
  if (value !== true || (rule !== null && rule.emulate !== true)) {
    fitParameter(fitting, 'echo', value);
    if (value === true && prompt !== null) emulation.echoed = texts ?? Array.from({ length: countPrompts(prompt) }, () => null);
    return;
  }
  if (texts !== null) return emulate(fitting, texts);
  drop(fitting, 'echo', { value, reason: 'this provider does not accept it, and the router cannot turn token ids into text' });
}

function emulate(fitting: Fitting, texts: readonly string[], why = 'this provider has no echo'): void {
  fitting.emulation.echo = texts;
  fitting.adjustments.push({
    param: 'echo',
    action: 'emulated',
    reason: `${why}: the router puts the prompt before the answer (its tokens have no log probabilities)`,
  });
}

/**
 * An echo of the provider beside what the router does itself. Stop sequences are looked for in what is generated, and candidates ranked by
 * it: the router repeats the prompt itself where it ranks, and leaves stop sequences to the provider where it cannot tell where a prompt of
 * token ids ends. Where neither can be, there is no echo. Runs after everything else is in place.
 */
export function settleEcho(fitting: Fitting): void {
  const { emulation, parameters } = fitting;
  const { echoed, bestOf, stop } = emulation;
  if (echoed === null) return;
  const texts = echoed.filter((text) => text !== null);
  const isReadable = texts.length === echoed.length;
  if (bestOf === null && (isReadable || stop.every(({ isNative }) => isNative))) {
    if (!isReadable) stop.length = 0;
    return;
  }
  delete parameters[ruleOf(fitting, 'echo')?.name ?? 'echo'];
  emulation.echoed = null;
  if (isReadable) emulate(fitting, texts, 'the router ranks what this provider writes');
  else
    drop(fitting, 'echo', {
      value: true,
      reason: 'the router has to look at what is written, and cannot tell where the repeated token ids end',
    });
}

/** The readable prompts, in order; null for token ids. */
function promptTexts(prompt: Prompt): readonly string[] | null {
  if (prompt.kind === 'text') return [prompt.value];
  return prompt.kind === 'texts' ? prompt.value : null;
}
