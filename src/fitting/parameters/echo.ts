/** Fits `echo`: sent if the provider supports it, otherwise the router inserts the prompt before the answer. Pure. */
import { countPrompts, type Prompt } from '../../unified/request/message.ts';
import { drop, fitParameter, ruleOf, type FitContext } from '../fit-parameter.ts';

/** Fits `echo`. */
export function fitEcho(fitting: FitContext): void {
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

function emulate(fitting: FitContext, texts: readonly string[], why = 'this provider has no echo'): void {
  fitting.emulation.echo = texts;
  fitting.adjustments.push({
    param: 'echo',
    action: 'emulated',
    reason: `${why}: the router puts the prompt before the answer (its tokens have no log probabilities)`,
  });
}

/**
 * Resolves conflicts between a provider's echo and features of the router. Stop sequences must be searched, and candidates ranked, without
 * the prompt. If the router ranks, it inserts the prompt itself. If the end of a repeated prompt of token ids is unknown, the provider
 * handles stop sequences. If neither is possible, echo is dropped. Called after all other parameters are fitted.
 */
export function resolveEcho(fitting: FitContext): void {
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
  if (isReadable) emulate(fitting, texts, 'the router ranks the answers of this provider');
  else
    drop(fitting, 'echo', {
      value: true,
      reason: 'the router must search the answer, and cannot determine where the repeated token ids end',
    });
}

/** Returns the text prompts in order; null for token ids. */
function promptTexts(prompt: Prompt): readonly string[] | null {
  if (prompt.kind === 'text') return [prompt.value];
  return prompt.kind === 'texts' ? prompt.value : null;
}
