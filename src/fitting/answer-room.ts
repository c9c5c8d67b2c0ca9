/**
 * Room for the answer beside the thinking: nearly all providers count both against one limit of output tokens, so that a budget of
 * thinking tokens has to end well below it. Pure.
 */
import { fitValue } from './fit-value.ts';
import { ruleOf, type Fitting } from './fit-parameter.ts';

/** Tokens that thinking leaves for the answer: this many, or this share of a small limit. */
const [ROOM_TOKENS, ROOM_SHARE] = [1024, 0.2];

/** The limit of output tokens that the provider will apply; null = neither the client nor the catalogue knows one. */
export function outputLimit(fitting: Fitting): number | null {
  for (const name of ['max_completion_tokens', 'max_tokens']) {
    const [value, rule] = [fitting.request.parameters[name], ruleOf(fitting, name)];
    if (typeof value !== 'number' || rule === null) continue;
    const fitted = fitValue(value, rule);
    if (fitted.kind === 'same') return value;
    if (fitted.kind === 'moved') return Number(fitted.value);
  }
  return fitting.target.maxOutputTokens;
}

/** The most tokens that may be spent on thinking below a limit of output tokens. At least 0 and below the limit. */
export const thinkingLimit = (limit: number): number =>
  Math.max(0, limit - Math.max(1, Math.min(ROOM_TOKENS, Math.floor(limit * ROOM_SHARE))));
