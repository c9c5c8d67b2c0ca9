/**
 * Converts tool calls in the history to text, for a provider or model without tools. The roles and fields for tools would be rejected or
 * ignored there. Pure.
 */
import type { Conversation } from '../../unified/request/conversation.ts';
import { ruleOf, type FitContext } from '../fit-parameter.ts';

/** Returns the conversation as the target accepts it. */
export function fitHistory(conversation: Conversation, fitting: FitContext): Conversation {
  if (ruleOf(fitting, 'tools') !== null || conversation.toolUses().length === 0) return conversation;
  const reason = 'this provider does not support tools: calls and results of the history are sent as text';
  fitting.adjustments.push({ param: 'messages.tool_calls', action: 'emulated', reason });
  return conversation.withToolsAsText();
}
