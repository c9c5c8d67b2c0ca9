/** Options of the answer in a Messages request. They are read with the body and used when the answer is written. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';

export type AnswerOptions = {
  /** `thinking.display` is `omitted`: thinking blocks have no text, only their signature. */
  omitsThinking: boolean;
};

/** Reads the options of a body. */
export function answerOptionsIn({ thinking }: JsonObject): AnswerOptions {
  return { omitsThinking: isObject(thinking) && textOf(thinking['display']) === 'omitted' };
}
