/**
 * Sizes of a prompt that is too long: read from the words of a provider, or estimated. Clients of the Messages format act on both numbers. The
 * words are those of `test/errors/`.
 */
import { RouterError, type PromptOverflow } from './error.ts';
import type { ErrorType } from './error-type.ts';

/** Types of errors about a prompt that is too long. */
const TYPES: ReadonlySet<ErrorType> = new Set(['context_length_exceeded', 'token_limit_exceeded']);

/** True for a prompt that is too long. */
export const isPromptTooLong = ({ type }: RouterError): boolean => TYPES.has(type);

/** Numbers that a text may state as sizes. Shorter ones count something else, and so do those in names. */
const NUMBER = /(?<![\w.-])\d[\d,_]{2,12}(?![\w-])/g;

/** Where a text states the limit. The first that matches counts. */
const LIMITS = [
  />\s*(\d[\d,_]{2,12})/, // 213462 tokens > 200000 maximum
  /(\d[\d,_]{2,12}) maximum\b/, // too large for model with 32768 maximum context length
  /(?:maximum|limit|budget|exceed(?:s|ed)?|only|context length)(?:(?! by )\D){0,60}?(\d[\d,_]{2,12})/i,
];

/** The least context that a text is believed to state without the size of the prompt. */
const LEAST_CONTEXT = 2048;

const numberOf = (digits: string): number => Number(digits.replace(/[,_]/g, ''));

/**
 * Reads the sizes that a provider states.
 *
 * @param contextTokens of the model; null = not known. It counts where the text does not state both sizes.
 */
export function readPromptOverflow(text: string, contextTokens: number | null): PromptOverflow {
  const stated = LIMITS.map((pattern) => pattern.exec(text)?.[1]).find((digits) => digits !== undefined);
  if (stated === undefined) return { prompt: null, maximum: contextTokens };
  const limit = numberOf(stated);
  const others = [...(text.match(NUMBER) ?? [])].map(numberOf).filter((size) => size !== limit);
  const largest = Math.max(0, ...others);
  // Some state the prompt and the answer apart.
  const prompt = largest > limit ? largest : others.reduce((sum, size) => sum + size, 0);
  if (prompt > limit) return { prompt, maximum: limit };
  return { prompt: null, maximum: contextTokens ?? (limit < LEAST_CONTEXT ? null : limit) };
}

/** Returns the error with an estimate where no provider stated the size of the prompt. @param estimate tokens of the prompt. */
export function withPromptEstimate(error: RouterError, estimate: () => number): RouterError {
  if (!isPromptTooLong(error)) return error;
  const { prompt = null, maximum = null } = error.details.tokens ?? {};
  if (prompt !== null || maximum === null) return error;
  return new RouterError(error.type, error.message, {
    ...error.details,
    tokens: { prompt: Math.max(Math.ceil(estimate()), maximum + 1), maximum },
  });
}
