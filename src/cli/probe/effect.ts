/** Whether an answer shows the effect of a value. Pure. What cannot be seen is null: a seed, a penalty, most temperatures. */
import { isObject } from '../../lib/json.ts';
import type { Seen, Trial } from './trial.ts';

type Effect = Trial['effect'];

const shownIf = (isShown: boolean): Effect => (isShown ? 'shown' : 'missing');
const orUnseen = (isShown: boolean): Effect => (isShown ? 'shown' : null);

/** Effects by unified name. */
const EFFECTS: Readonly<Record<string, (value: unknown, seen: Seen) => Effect>> = {
  n: (value, { choices }) => (typeof value === 'number' && value >= 2 ? shownIf(choices >= 2) : null),
  logprobs: (value, { hasLogprobs }) => (value === true || (typeof value === 'number' && value > 0) ? shownIf(hasLogprobs) : null),
  top_logprobs: (value, { topLogprobs }) => (typeof value === 'number' && value > 0 ? shownIf(topLogprobs > 0) : null),
  stop: (value, { texts }) => (isAnyIn(value, texts) ? 'missing' : null),
  max_tokens: limitEffect,
  max_completion_tokens: limitEffect,
  dimensions: (value, { vector }) => (vector?.kind === 'numbers' ? shownIf(vector.length === value) : null),
  encoding_format: (value, { vector }) => (value === 'base64' && vector !== null ? shownIf(vector.kind === 'text') : null),
  // A model may answer without a call or without reasoning, so an absent one shows nothing.
  tool_choice: (value, { toolCalls }) => (value === 'required' || isObject(value) ? orUnseen(toolCalls > 0) : null),
  'reasoning.enabled': (value, { hasReasoning }) => (value === true ? orUnseen(hasReasoning) : null),
  reasoning_effort: (value, { hasReasoning }) => (value === 'none' ? null : orUnseen(hasReasoning)),
};

/** The effect of a value in an answer. */
export const effectOf = (param: string, value: unknown, seen: Seen): Effect =>
  Object.hasOwn(EFFECTS, param) ? (EFFECTS[param]?.(value, seen) ?? null) : null;

/** A provider may count one token more than the limit for the end of the text. */
function limitEffect(value: unknown, { completionTokens, finishReasons }: Seen): Effect {
  if (typeof value !== 'number') return null;
  if (completionTokens !== null && completionTokens > value + 1) return 'missing';
  return orUnseen(finishReasons.some((reason) => /length|max.?tokens|limit/i.test(reason)));
}

const isAnyIn = (value: unknown, texts: readonly string[]): boolean =>
  Array.isArray(value) && value.some((stop: unknown) => typeof stop === 'string' && texts.some((text) => text.includes(stop)));
