/** Turns calls of functions that stand for custom tools back into calls of custom tools: their arguments become the input, while they arrive. Pure. */
import type { AnswerBudget } from '../../unified/response/answer-budget.ts';
import { changeEvent, type Stage, type StreamEvent, type ToolCallDeltaEvent } from '../../unified/response/event.ts';
import { createCustomInputDecoder, type CustomInputDecoder } from '../custom-input.ts';

/** A call whose arguments are decoded. */
type Call = { choice: number; index: number; decoder: CustomInputDecoder };

/**
 * @param names the client's names of the tools.
 * @param budget memory budget of the answer. `push` throws a RouterError when it is used up.
 */
export function createCustomToolsStage(names: ReadonlySet<string>, budget: AnswerBudget): Stage {
  const calls = new Map<string, Call>();

  function takeCall(event: ToolCallDeltaEvent): StreamEvent[] {
    const { choice, index, name, id } = event;
    const key = `${choice}/${index}`;
    const isNew = name !== undefined && names.has(name) && !calls.has(key);
    if (isNew) calls.set(key, { choice, index, decoder: createCustomInputDecoder(budget) });
    const call = calls.get(key);
    if (call === undefined) return [event];
    const input = call.decoder.push(event.arguments);
    const isEmpty = input === '' && id === undefined && name === undefined && event.extra === undefined;
    return isEmpty ? [] : [changeEvent(event, { arguments: input, kind: 'custom' })];
  }

  /** What the decoders hold of a choice, or of all. */
  function endCalls(choice: number | null): StreamEvent[] {
    const ended = [...calls].filter(([, call]) => choice === null || call.choice === choice);
    return ended.flatMap(([key, { decoder, ...place }]): StreamEvent[] => {
      calls.delete(key);
      const input = decoder.end();
      return input === '' ? [] : [{ type: 'tool-call-delta', ...place, kind: 'custom', arguments: input }];
    });
  }

  return {
    push: (events) =>
      events.flatMap((event): StreamEvent[] => {
        switch (event.type) {
          case 'tool-call-delta':
            return takeCall(event);
          case 'choice-end':
            return [...endCalls(event.choice), event];
          case 'end':
            return [...endCalls(null), event];
          default:
            return [event];
        }
      }),
  };
}
