/** Rejects parameters that are valid alone but contradict each other, or are too much together. */
import { isObject } from '../../lib/json.ts';
import { RouterError } from '../error.ts';
import { clientPath, type ParameterNames } from './client-path.ts';
import type { Operation, ParameterValues } from './parameters.ts';

/** Most choices of one answer, all prompts together. */
const MAX_ANSWER_CHOICES = 10_000;

/** Input of the check. `prompts`: number of answers, before `n`. */
type Parameters = { operation: Operation; parameters: Readonly<ParameterValues>; prompts: number; names: ParameterNames };

/** @throws RouterError `invalid_request` naming the field by its path in the client's body. */
export function refuseContradictions({ operation, parameters, prompts, names }: Parameters): void {
  const path = (name: string) => clientPath(names, name);
  const { logprobs, top_logprobs: top, n, best_of: bestOf, reasoning, reasoning_effort: effort } = parameters;
  if (operation === 'chat' && typeof top === 'number' && top > 0 && logprobs !== true) {
    throw new RouterError('invalid_request', `${path('top_logprobs')}: ${top} needs ${path('logprobs')}: true.`, {
      param: path('top_logprobs'),
    });
  }
  if (typeof bestOf === 'number' && typeof n === 'number' && bestOf < n) {
    throw new RouterError(
      'invalid_request',
      `${path('best_of')}: ${bestOf} is less than ${path('n')}: ${n}; it must be at least ${path('n')}.`,
      { param: path('best_of') },
    );
  }
  const each = Math.max(typeof n === 'number' ? n : 1, typeof bestOf === 'number' ? bestOf : 1);
  if (prompts * each > MAX_ANSWER_CHOICES) {
    const param = path(typeof bestOf === 'number' ? 'best_of' : 'n');
    const message = `${param}: ${each} for each of ${prompts} prompts makes ${prompts * each} choices; expected at most ${MAX_ANSWER_CHOICES}.`;
    throw new RouterError('invalid_request', message, { param });
  }
  if (!isObject(reasoning) || typeof reasoning['effort'] !== 'string') return;
  const effortSent = `${path('reasoning.effort')}: "${reasoning['effort']}"; send one.`;
  if (reasoning['enabled'] === false && reasoning['effort'] !== 'none') {
    const param = path('reasoning.enabled');
    throw new RouterError('invalid_request', `${param}: false contradicts ${effortSent}`, { param });
  }
  if (effort !== undefined && effort !== reasoning['effort']) {
    const param = path('reasoning_effort');
    throw new RouterError('invalid_request', `${param}: "${String(effort)}" contradicts ${effortSent}`, { param });
  }
}
