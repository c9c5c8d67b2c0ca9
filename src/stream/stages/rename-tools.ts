/**
 * Turns back in the answer what rendering had to write otherwise: a tool that stood for a response format becomes the text of the
 * answer, tools that bore another name at the provider get the client's own. Pure.
 */
import type { ChoiceEndEvent, Stage, StreamEvent, ToolCallDeltaEvent } from '../../unified/response/event.ts';
import type { AnswerMapping } from '../../dialects/shared/answer-mapping.ts';

/** The stage that turns back what is named; with nothing named it passes every event on as it is. */
export function createRenameToolsStage({ answerTool, toolNames = {} }: AnswerMapping): Stage {
  /** Tool calls that are the answer, by choice and index. */
  const answers = new Set<string>();
  /** Of each choice, the calls of tools that are tools: their places among themselves, by their places in the answer. */
  const callers = new Map<number, Map<number, number>>();

  function call(event: ToolCallDeltaEvent): StreamEvent {
    const key = `${event.choice}/${event.index}`;
    if (answerTool !== undefined && event.name === answerTool) answers.add(key);
    if (answers.has(key)) return { type: 'text-delta', choice: event.choice, text: event.arguments };
    const index = answerTool === undefined ? event.index : placeOf(event);
    const own = event.name !== undefined && Object.hasOwn(toolNames, event.name) ? toolNames[event.name] : undefined;
    if (own === undefined && index === event.index) return event;
    return { ...event, index, ...(own === undefined ? {} : { name: own }) };
  }

  function placeOf({ choice, index }: ToolCallDeltaEvent): number {
    const places = callers.get(choice) ?? new Map<number, number>();
    callers.set(choice, places);
    const place = places.get(index) ?? places.size;
    places.set(index, place);
    return place;
  }

  /** An answer in the clothes of a call ended because it was complete. */
  function end(event: ChoiceEndEvent): StreamEvent {
    const isAnswer = event.reason === 'tool_calls' && answers.size > 0 && !callers.has(event.choice);
    return isAnswer ? { ...event, reason: 'stop' } : event;
  }

  return {
    push: (events) =>
      events.map((event) => (event.type === 'tool-call-delta' ? call(event) : event.type === 'choice-end' ? end(event) : event)),
  };
}
