/**
 * Google's signatures of thoughts in an OpenAI-shaped history: `tool_calls[].extra_content.google.thought_signature`
 * (https://ai.google.dev/gemini-api/docs/thought-signatures, OpenAI compatibility, as last known). Where a client kept them as
 * `reasoning_details` instead, which name the call by its id, they are put back from there.
 */
import { arrayOf, textOf, type JsonObject } from '../../../lib/json.ts';
import { isObject } from '../../openai-common/wire.ts';
import type { Message } from '../../../unified/request/message.ts';

/** Name of the family in `reasoning_details`. */
const FAMILY = 'google-gemini-v1';

/**
 * A message with the signatures of its calls; the message itself where there is nothing to add. @param keepsDetails the provider accepts
 * `reasoning_details`; else those that were put back are left out.
 */
export function withSignatures(message: Message, keepsDetails: boolean): Message {
  if (message.role !== 'assistant' || !Array.isArray(message.tool_calls)) return message;
  const signatures = new Map<string, string>();
  for (const detail of arrayOf(message['reasoning_details'])) {
    if (!isObject(detail) || detail.format !== FAMILY) continue;
    const [id, data] = [textOf(detail.id), textOf(detail.data)];
    if (id !== null && data !== null) signatures.set(id, data);
  }
  if (signatures.size === 0) return message;
  const calls = message.tool_calls.map((call: unknown) => {
    const signature = isObject(call) && call.extra_content == null ? signatures.get(String(call.id)) : undefined;
    return signature === undefined ? call : { ...(call as object), extra_content: { google: { thought_signature: signature } } };
  });
  if (keepsDetails) return { ...message, tool_calls: calls } as Message;
  const { reasoning_details: given, ...rest } = message as JsonObject;
  const left = arrayOf(given).filter((detail) => !isObject(detail) || !signatures.has(String(detail.id)));
  return { ...rest, tool_calls: calls, ...(left.length === 0 ? {} : { reasoning_details: left }) } as Message;
}
