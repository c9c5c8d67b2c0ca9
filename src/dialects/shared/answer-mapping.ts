/** Describes what must be reverted in the answer after rendering changed the request. */
import type { JsonObject } from '../../lib/json.ts';

/** Changes made by rendering, to be reverted in the answer (`stream/stages/rename-tools.ts`). */
export type AnswerMapping = {
  /** The tool that replaces a response format: the arguments of its call are the text of the answer. */
  answerTool?: string;
  /** Renamed tools: the provider's name to the client's. */
  toolNames?: Readonly<Record<string, string>>;
  /** The schema that the text of the answer must satisfy, when the provider does not enforce it (`stream/stages/schema-check.ts`). */
  schema?: JsonObject;
};
