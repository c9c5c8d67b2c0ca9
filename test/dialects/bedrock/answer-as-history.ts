/** An answer as the message a client sends back with the next request. */
import type { GroupedResult } from '../grouped.ts';

export function toAssistantMessage({ choices: [choice] }: GroupedResult): object {
  if (choice === undefined) throw new Error('there is no answer');
  return {
    role: 'assistant',
    content: choice.text,
    reasoning: choice.reasoning,
    reasoning_details: choice.reasoningDetails,
    tool_calls: choice.toolCalls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } })),
  };
}
