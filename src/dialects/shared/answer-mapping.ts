/** What the format that wrote a request tells the stage that turns things back in the answer. A type only; decides nothing. */
import type { JsonObject } from '../../lib/json.ts';

/** What rendering wrote otherwise than it was asked, to be undone in the answer (`stream/stages/rename-tools.ts`). */
export type AnswerMapping = {
  /** A tool that stands for a response format: the arguments of its call are the text of the answer. */
  answerTool?: string;
  /** Tools that bear another name at the provider: name there to the client's own. */
  toolNames?: Readonly<Record<string, string>>;
  /** What the text of the answer must satisfy, where the provider was not asked to see to it (`stream/stages/schema-check.ts`). */
  schema?: JsonObject;
};
