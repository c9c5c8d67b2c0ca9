/**
 * Fits the history: leaves out reasoning of other providers, and converts tool calls to text for a provider or model without tools. The roles
 * and fields for tools would be rejected or ignored there. Pure.
 */
import type { Conversation } from '../../unified/request/conversation.ts';
import { nativeDialect } from '../../dialects/index.ts';
import { ruleOf, type FitContext } from '../fit-parameter.ts';

/** Returns the conversation as the target accepts it. */
export function fitHistory(given: Conversation, fitting: FitContext): Conversation {
  const conversation = fitReasoningHistory(given, fitting);
  if (ruleOf(fitting, 'tools') !== null || conversation.toolUses().length === 0) return conversation;
  const reason = 'this provider does not support tools: calls and results of the history are sent as text';
  fitting.adjustments.push({ param: 'messages.tool_calls', action: 'emulated', reason });
  return conversation.withToolsAsText();
}

/** Returns the conversation without reasoning that other providers made; also for an upstream of the client's own format. */
export function fitReasoningHistory(given: Conversation, { request, target, adjustments }: FitContext): Conversation {
  const isNative = nativeDialect(target.rules, request.native) !== null;
  const { conversation, isDropped } = given.withReasoningFor({ provider: target.provider, isNative });
  const reason = 'reasoning goes back only to the provider that made it, with the state that came with it';
  if (isDropped) adjustments.push({ param: 'messages.reasoning', action: 'dropped', reason });
  return conversation;
}
