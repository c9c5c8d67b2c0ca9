/** Options of the answer in a Messages request. They are read with the body and used when the answer is written. */
import type { UnifiedRequest } from '../../../unified/request/request.ts';
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';

/** What the encoder reads. */
export type AnswerOptions = {
  /** `thinking.display` is `omitted`: thinking blocks have no text, only their signature. */
  omitsThinking: boolean;
};

/** Reads the options of a body. */
export function answerOptionsIn({ thinking }: JsonObject): AnswerOptions {
  return { omitsThinking: isObject(thinking) && textOf(thinking['display']) === 'omitted' };
}

/** The options of a request that the parser of this format has read. */
export const answerOptionsOf = ({ answerOptions }: Pick<UnifiedRequest, 'answerOptions'>): AnswerOptions => ({
  omitsThinking: false,
  ...answerOptions,
});
