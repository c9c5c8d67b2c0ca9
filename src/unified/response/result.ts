/**
 * A whole answer, as a client that does not stream gets it. Made by `stream/collect.ts` from events, written by a client dialect.
 */
import type { RouterError } from '../error.ts';
import type { FinishReason, StartEvent, TokenLogprob } from './event.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Usage } from './usage.ts';

/** One tool call, its argument text complete. */
type CollectedToolCall = { id: string; name: string; arguments: string; extra?: JsonObject };

/** One choice, complete. */
export type CollectedChoice = {
  index: number;
  text: string;
  reasoning: string;
  reasoningDetails: unknown[];
  refusal: string;
  toolCalls: CollectedToolCall[];
  /** Log probabilities of the text; null when none came. */
  logprobs: TokenLogprob[] | null;
  refusalLogprobs: TokenLogprob[] | null;
  /** Images, audio, annotations and their like. */
  extra: JsonObject;
  finishReason: FinishReason;
  nativeReason: string | null;
  /** Why this choice broke off, where others did not; null when it is whole. */
  error: RouterError | null;
};

/** The whole answer; choices in order of their index. */
export type Result = {
  /** What each upstream said of itself; one, unless several models were asked. */
  starts: StartEvent[];
  choices: CollectedChoice[];
  usage: Usage | null;
};
