/**
 * Reverts in the answer what rendering changed in the request. A tool that replaced a response format becomes the text of the answer. Tools
 * that were renamed for the provider get the client's names back. Pure.
 */
import { changeEvent, type ChoiceEndEvent, type Stage, type StreamEvent, type ToolCallDeltaEvent } from '../../unified/response/event.ts';
import type { AnswerMapping } from '../../dialects/shared/answer-mapping.ts';

/** Creates the stage. With an empty mapping it returns every event unchanged. */
export function createRenameToolsStage({ answerTool, toolNames = {} }: AnswerMapping): Stage {
  /** Tool calls that carry the answer text, by choice and index. */
  const answers = new Set<string>();
  /** For each choice: upstream index of a real tool call to its index among the real tool calls. */
  const toolIndexes = new Map<number, Map<number, number>>();

  function renameCall(event: ToolCallDeltaEvent): StreamEvent {
    const key = `${event.choice}/${event.index}`;
    if (answerTool !== undefined && event.name === answerTool) answers.add(key);
    if (answers.has(key)) return { type: 'text-delta', choice: event.choice, text: event.arguments };
    const index = answerTool === undefined ? event.index : toolIndexOf(event);
    const own = event.name !== undefined && Object.hasOwn(toolNames, event.name) ? toolNames[event.name] : undefined;
    if (own === undefined && index === event.index) return event;
    return changeEvent(event, { index, ...(own === undefined ? {} : { name: own }) });
  }

  function toolIndexOf({ choice, index }: ToolCallDeltaEvent): number {
    const indexes = toolIndexes.get(choice) ?? new Map<number, number>();
    toolIndexes.set(choice, indexes);
    const toolIndex = indexes.get(index) ?? indexes.size;
    indexes.set(index, toolIndex);
    return toolIndex;
  }

  /** A choice whose only tool calls carried the answer text ended because it was complete. */
  function fixFinish(event: ChoiceEndEvent): StreamEvent {
    const isAnswer = event.reason === 'tool_calls' && answers.size > 0 && !toolIndexes.has(event.choice);
    return isAnswer ? changeEvent(event, { reason: 'stop' }) : event;
  }

  return {
    push: (events) =>
      events.map((event) =>
        event.type === 'tool-call-delta' ? renameCall(event) : event.type === 'choice-end' ? fixFinish(event) : event,
      ),
  };
}
