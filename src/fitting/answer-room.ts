/**
 * Computes the room that reasoning must leave for the answer. Nearly all providers count both against one limit of output tokens, so a
 * budget of reasoning tokens must be well below it. Pure.
 */
import { fitValue } from './fit-value.ts';
import { ruleOf, type FitContext } from './fit-parameter.ts';

/** Tokens reserved for the answer: 1,024, or 20 % of a small limit. */
const [ROOM_TOKENS, ROOM_SHARE] = [1024, 0.2];

/** Returns the limit of output tokens that the provider will apply; null = unknown to client and catalogue. */
export function outputLimit(fitting: FitContext): number | null {
  for (const name of ['max_completion_tokens', 'max_tokens']) {
    const [value, rule] = [fitting.request.parameters[name], ruleOf(fitting, name)];
    if (typeof value !== 'number' || rule === null) continue;
    const fitted = fitValue(value, rule);
    if (fitted.kind === 'same') return value;
    if (fitted.kind === 'moved') return Number(fitted.value);
  }
  return fitting.target.maxOutputTokens;
}

/** Returns the most reasoning tokens below a limit of output tokens. At least 0 and below the limit. */
export const reasoningLimit = (limit: number): number =>
  Math.max(0, limit - Math.max(1, Math.min(ROOM_TOKENS, Math.floor(limit * ROOM_SHARE))));
