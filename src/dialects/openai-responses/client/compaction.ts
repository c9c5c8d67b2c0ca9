/**
 * Compaction for models that have none of their own: the model writes a summary of the conversation, which takes its place in the next
 * request. The client keeps it sealed, in a `compaction` item.
 */
import { hashText } from '../../../lib/hash.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { UnifiedRequest } from '../../../unified/request/request.ts';
import type { NativeEvent } from '../../../unified/response/event.ts';
import { answerOptionsOf } from './answer-options.ts';
import { FORMAT } from '../format-name.ts';
import type { Turn } from '../../../unified/request/conversation.ts';

const INSTRUCTION = `Write a summary of this conversation that replaces it: the work goes on from the summary alone.
State the requests of the user in their own words where they matter, what was done and decided, the results of tools that are still needed (names of files, code, numbers, errors), what is unfinished, and the next step.
Write only the summary. Call no tool.`;

/** Changes a request into one for a summary. */
export const askForSummary = {
  /** The parameters: tools stay, since the history has calls of them, but none is called. */
  fields(asked: JsonObject): JsonObject {
    const { response_format: _, ...fields } = asked;
    return fields['tools'] === undefined ? fields : { ...fields, tool_choice: 'none' };
  },
  /** The conversation, and the instruction behind it. */
  turns(turns: readonly Turn[]): readonly Turn[] {
    const path = 'input';
    return [...turns, { role: 'user', blocks: [{ type: 'text', text: INSTRUCTION, path }], path, fields: {} }];
  },
};

/** Makes the event with the item that holds a sealed summary; null for a request for an answer. */
export function summaryEvent(request: UnifiedRequest): ((sealed: string) => NativeEvent) | null {
  if (answerOptionsOf(request).compaction === null) return null;
  return (sealed) => {
    const item = { type: 'compaction', id: `cmp_${hashText(sealed)}`, encrypted_content: sealed };
    return { type: 'native', choice: 0, format: FORMAT, fields: { type: 'response.output_item.done', item } };
  };
}
