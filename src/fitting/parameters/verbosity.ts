/**
 * Fits `verbosity`: a level that the provider does not have becomes the nearest one that it has. Claude's is its effort
 * (`output_config.effort`), as at OpenRouter (https://openrouter.ai/docs/api-reference/parameters, read 2026-08-22). Pure.
 */
import { conflictOf, fitParameter, ruleBeside, send, type FitContext } from '../fit-parameter.ts';

/** The levels, in order. */
const LEVELS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Fits `verbosity`. */
export function fitVerbosity(fitting: FitContext): void {
  const { verbosity: wanted } = fitting.request.parameters;
  const rule = ruleBeside(fitting, 'verbosity');
  const accepted = LEVELS.filter((level) => rule?.enum?.includes(level));
  const place = LEVELS.indexOf(String(wanted));
  const distance = (level: string) => Math.abs(LEVELS.indexOf(level) - place);
  const [nearest] = accepted.toSorted((one, other) => distance(one) - distance(other));
  if (rule === null || nearest === undefined || nearest === wanted || conflictOf(fitting, 'verbosity', rule) !== null)
    return fitParameter(fitting, 'verbosity', wanted);
  const reason = `this provider accepts only ${accepted.join(', ')}`;
  fitting.adjustments.push({ param: 'verbosity', action: 'clamped', from: wanted, to: nearest, reason });
  send(fitting, 'verbosity', nearest);
}
