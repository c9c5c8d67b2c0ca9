/**
 * Messages in Ollama's shape: content is one text, images stand beside it as bare base64, arguments of calls are objects, a result bears
 * the name of its tool. What has no place is refused or reported. Source: as in `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { readArguments } from '../shared/call-input.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { readSource } from '../../unified/request/media.ts';
import type { ContentPart, Message } from '../../unified/request/message.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';
import { joinReasoningDetails } from '../../unified/request/reasoning.ts';
import { count, countDropped, describeTallies, type FieldsByRole, type Tally } from '../openai-common/upstream/messages.ts';

const ROLES: Readonly<Record<string, string>> = { developer: 'system' };

const FIELDS: FieldsByRole = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'refusal', 'tool_calls', 'reasoning', 'reasoning_content', 'reasoning_details'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

/** What is known while messages are written; `toolNames` by the ids of the calls so far. */
type Writing = { toolNames: Map<string, string>; dropped: Tally; moved: boolean; log: AdjustmentLog };

/**
 * Writes the messages. A last one of the assistant is gone on from by many models; by which of them is not certain.
 *
 * @throws RouterError naming the message, for content that has no place here.
 */
export function renderMessages(messages: readonly Message[], adjustments: Adjustment[]): WireObject[] {
  const writing: Writing = { toolNames: new Map(), dropped: new Map(), moved: false, log: createAdjustmentLog(adjustments) };
  const renamed: Tally = new Map();
  const rendered = messages.map((message, index) => {
    if (message.role === 'developer') count(renamed, message.role);
    countDropped(message, FIELDS[message.role], writing.dropped);
    return renderMessage(message, `messages[${index}]`, writing);
  });
  adjustments.push(...describeTallies(writing.dropped, renamed, ROLES));
  if (writing.moved) {
    const reason = 'this provider accepts images beside the text of a message: where they stood in it is lost';
    adjustments.push({ param: 'messages.content', action: 'renamed', reason });
  }
  return rendered;
}

function renderMessage(message: Message, path: string, writing: Writing): WireObject {
  const { content, images } = renderContent(message.content, path, writing);
  const own = { role: ROLES[message.role] ?? message.role, content, ...(images.length === 0 ? {} : { images }) };
  if (message.role === 'tool') {
    const name = writing.toolNames.get(message.tool_call_id) ?? textOf(message['name']);
    return { ...own, ...(name === null ? {} : { tool_name: name }), tool_call_id: message.tool_call_id };
  }
  if (message.role !== 'assistant') return own;
  const refusal = textOf(message['refusal']);
  // A refusal of another provider is what the assistant said; here it has no field of its own.
  if (refusal !== null) own.content = [content, refusal].filter((text) => text !== '').join('\n');
  const thinking = readThinking(message, writing.dropped);
  const calls = arrayOf(message.tool_calls).map((call, position) => renderCall(call, `${path}.tool_calls[${position}]`, writing));
  return { ...own, ...(thinking === '' ? {} : { thinking }), ...(calls.length === 0 ? {} : { tool_calls: calls }) };
}

/** Texts are joined by line breaks. Which images a model can see, and in which roles, is not certain: all of them are sent. */
function renderContent(content: Message['content'], path: string, writing: Writing): { content: string; images: string[] } {
  if (typeof content === 'string') return { content, images: [] };
  const texts: string[] = [];
  const images: string[] = [];
  for (const [position, part] of (content ?? []).entries()) {
    if (part['cache_control'] != null) count(writing.dropped, 'content.cache_control');
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'refusal') texts.push(part.refusal);
    else images.push(readImage(part, `${path}.content[${position}]`, writing.dropped));
  }
  const kinds = (content ?? []).map(({ type }) => (type === 'image_url' ? 'i' : 't')).join('');
  writing.moved ||= !/^(t*i*|i*t*)$/.test(kinds);
  return { content: texts.join('\n'), images };
}

function readImage(part: ContentPart, path: string, dropped: Tally): string {
  if (part.type !== 'image_url') throw refuseBlock({ path }, `this provider does not read content of type "${part.type}"`);
  const { url, detail }: WireObject = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url;
  if (textOf(detail) !== null && detail !== 'auto') count(dropped, 'content.image_url.detail');
  const source = readSource(String(url), path);
  if (source.kind !== 'bytes') throw refuseBlock({ path }, 'this provider accepts images as data URIs');
  return source.base64;
}

/** Thinking of an earlier turn, as one text. What another provider sealed cannot be read here. */
function readThinking(message: WireObject, dropped: Tally): string {
  const details = joinReasoningDetails(arrayOf(message.reasoning_details));
  if (details.length === 0) return textOf(message.reasoning) ?? textOf(message.reasoning_content) ?? '';
  return details
    .map((detail) => {
      const thought = textOf(detail['text']) ?? textOf(detail['summary']);
      if (thought === null || textOf(detail['signature']) !== null) count(dropped, 'reasoning_details');
      return thought ?? '';
    })
    .join('');
}

function renderCall(call: unknown, path: string, { toolNames, log }: Writing): WireObject {
  const { id, function: fn }: WireObject = isObject(call) ? call : {};
  if (!isObject(fn)) throw refuseBlock({ path }, 'only calls of functions can be sent to this provider');
  const name = String(fn['name']);
  toolNames.set(String(id), name);
  return { id, function: { name, arguments: readArguments(fn['arguments'], log) } };
}
