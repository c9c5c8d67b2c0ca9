/**
 * A whole answer, as a client that does not stream gets it. Made by `stream/collect.ts` from events, written by a client dialect.
 */
import type { RouterError } from '../error.ts';
import type { FinishReason, StartEvent, StreamEvent, TokenLogprob } from './event.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { ReasoningState } from '../request/reasoning.ts';
import type { Usage } from './usage.ts';

/** One piece of an answer, complete. */
export type ResultBlock =
  | { type: 'text' | 'refusal'; text: string; logprobs: TokenLogprob[] | null }
  /** `details`: the same as OpenRouter's `reasoning_details`, as they came. */
  | { type: 'reasoning'; text: string; states: ReasoningState[]; details: unknown[] }
  /** `arguments`: JSON text; of a custom tool, the text for it. */
  | { type: 'tool-call'; id: string; name: string; arguments: string; kind?: 'custom'; extra?: JsonObject }
  | { type: 'image'; images: unknown[] }
  | { type: 'audio'; audio: JsonObject }
  | { type: 'citation'; citations: unknown[] }
  | { type: 'native'; format: string; fields: JsonObject };

/** One choice, complete. */
export type CollectedChoice = {
  index: number;
  /** In the order in which they began. */
  blocks: ResultBlock[];
  finishReason: FinishReason;
  nativeReason: string | null;
  /** See `ChoiceEndEvent`. */
  stopSequence: string | null;
  /** Why this choice broke off, where others did not; null when it is whole. */
  error: RouterError | null;
};

/** The whole answer; choices in order of their index. */
export type Result = {
  /** What each upstream returned about itself: one entry, or one for each of several models. */
  starts: StartEvent[];
  choices: CollectedChoice[];
  usage: Usage | null;
  /**
   * All events, where an upstream of the client's format sent a stream for a body: their payloads have what no block has. Absent = the upstream
   * has another format, or sent a body.
   */
  streamed?: readonly StreamEvent[];
};
