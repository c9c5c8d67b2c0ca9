/**
 * Messages for Workers AI: content is a text and never null, unless there are pictures in it, which are data URIs. Sources: model
 * schemas (@cloudflare/workers-types 5.20261117.1) and Cloudflare's workers-ai-provider 4.0.0, read 2026-11-20.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { arrayOf, textOf, wordOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Message } from '../../unified/request/message.ts';
import type { FittedCall } from '../dialect.ts';
import { OPENAI_MESSAGE_FIELDS, renderMessages } from '../openai-common/upstream/messages.ts';
import { pathOfPart } from '../openai-common/upstream/write-messages.ts';
import { OPENAI_BODY } from './quirks.ts';

const FIELDS: readonly string[] = ['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'refusal'];

/** Writes the messages. @throws RouterError naming the part, for content that this provider has no place for. */
export function renderConversation(messages: readonly Message[], call: FittedCall, adjustments: Adjustment[]): WireObject[] {
  const isOpenAi = call.quirks.includes(OPENAI_BODY);
  const roles = isOpenAi ? call.roles : { developer: 'system', ...call.roles };
  const fields = isOpenAi ? OPENAI_MESSAGE_FIELDS : FIELDS;
  const rendered = renderMessages(messages, { own: fields, roles, messageFields: call.messageFields }, adjustments);
  return rendered.map((given, index) => {
    const message: WireObject = { ...given, content: renderContent(given['content'], `messages[${index}]`, isOpenAi) };
    if (!isOpenAi) moveRefusal(message);
    return message;
  });
}

/** A refusal of another provider becomes text of the assistant. */
function moveRefusal(message: WireObject): void {
  const refusal = textOf(message.refusal);
  delete message.refusal;
  if (refusal !== null && typeof message.content === 'string') message.content = [message.content, refusal].filter(Boolean).join('\n');
}

function renderContent(content: unknown, path: string, isOpenAi: boolean): string | WireObject[] {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : '';
  const parts = arrayOf(content).filter(isObject);
  if (parts.every(({ type }) => type === 'text' || type === 'refusal')) return parts.map(textOfPart).join('\n');
  return parts.map((part, position) => renderPart(part, pathOfPart(part, `${path}.content[${position}]`), isOpenAi));
}

const textOfPart = ({ text, refusal }: WireObject) => String(text ?? refusal);

function renderPart(part: WireObject, path: string, isOpenAi: boolean): WireObject {
  if (part.type === 'text' || part.type === 'refusal') return { type: 'text', text: textOfPart(part) };
  if (part.type === 'image_url') {
    const { url, detail } = isObject(part.image_url) ? part.image_url : { url: part.image_url, detail: null };
    return { type: 'image_url', image_url: { url, ...(isOpenAi && textOf(detail) !== null ? { detail } : {}) } };
  }
  if (isOpenAi && (part.type === 'input_audio' || part.type === 'file')) return part;
  throw refuseBlock({ path }, `this provider does not read content of type "${wordOf(part.type)}"`);
}
