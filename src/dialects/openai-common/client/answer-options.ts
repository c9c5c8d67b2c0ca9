/** Options of the answer in a request of OpenAI's formats. They are read with the body and used when the answer is written. */
import type { UnifiedRequest } from '../../../unified/request/request.ts';

export type AnswerOptions = {
  /** `stream_options.include_usage`; null = not sent, or there is no stream. */
  includeUsage: boolean | null;
  /** The client sent `functions`, the older name of tools, and reads a call from `function_call`. */
  wantsFunctionCall: boolean;
};

/** The options of a request without any. */
export const NO_OPTIONS: AnswerOptions = { includeUsage: null, wantsFunctionCall: false };

/** The options of a request that OpenAI's parser has read. */
export const answerOptionsOf = ({ answerOptions }: UnifiedRequest): AnswerOptions => ({ ...NO_OPTIONS, ...answerOptions });
