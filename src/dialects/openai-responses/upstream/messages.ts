/**
 * Messages as the input items of OpenAI's Responses format: what was said, what was called, what came of it and what was thought are
 * items of their own, in the order of the messages. System messages stay where they stand (`instructions` would move them to the
 * front). Source: the SDK openai 6.49.0, ResponseInputItem (read 2026-11-20).
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { refuseBlock } from '../../../unified/request/conversation.ts';
import { arrayOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { ContentPart, Message } from '../../../unified/request/message.ts';
import { createAdjustmentLog } from '../../../unified/adjustment-log.ts';
import { reportEmptyMessages } from '../../shared/dropped-fields.ts';
import { joinReasoningDetails } from '../../../unified/request/reasoning.ts';
import { count, countDropped, describeTallies, type FieldsByRole, type Tally } from '../../openai-common/upstream/messages.ts';

/** Name of the family in `reasoning_details`. */
export const REASONING_FORMAT = 'openai-responses-v1';

/** Fields of a message that have a place here, by role. Names of speakers have none. */
const FIELDS: FieldsByRole = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  tool: ['role', 'content', 'tool_call_id'],
  // `phase`: whether the text is the answer or only leads to tool calls. Models from gpt-5.3-codex on do worse without it.
  assistant: ['role', 'content', 'refusal', 'tool_calls', 'phase', 'reasoning', 'reasoning_content', 'reasoning_details'],
};

/** What is noted on the way through the messages. */
type MessageReport = { roles: Readonly<Record<string, string>>; dropped: Tally; renamed: Tally; customCalls: Set<string> };

/** The items of all messages. @throws RouterError naming the part, for content that has no place here. */
export function renderInput(
  messages: readonly Message[],
  roles: Readonly<Record<string, string>>,
  adjustments: Adjustment[],
): WireObject[] {
  const report: MessageReport = { roles, dropped: new Map(), renamed: new Map(), customCalls: new Set() };
  reportEmptyMessages(messages, createAdjustmentLog(adjustments));
  const items = messages.flatMap((message, index) => {
    countDropped(message, FIELDS[message.role], report.dropped);
    return renderMessage(message, `messages[${index}]`, report);
  });
  adjustments.push(...describeTallies(report.dropped, report.renamed, roles));
  return items;
}

function renderMessage(message: Message, path: string, report: MessageReport): WireObject[] {
  if (message.role === 'assistant') return renderAssistant(message, path, report);
  const content = typeof message.content === 'string' ? message.content : renderParts(message.content, path, report.dropped);
  if (message.role === 'tool') {
    const type = report.customCalls.has(message.tool_call_id) ? 'custom_tool_call_output' : 'function_call_output';
    return [{ type, call_id: message.tool_call_id, output: content }];
  }
  const role = report.roles[message.role];
  if (role !== undefined) count(report.renamed, message.role);
  return [{ role: role ?? message.role, content }];
}

function renderParts(parts: readonly ContentPart[], path: string, dropped: Tally): WireObject[] {
  return parts.map((part, position) => {
    for (const key of Object.keys(part)) if (key !== 'type' && key !== part.type) count(dropped, `content.${key}`);
    return renderPart(part, `${path}.content[${position}]`);
  });
}

function renderPart(part: ContentPart, path: string): WireObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'refusal':
      return { type: 'input_text', text: part.refusal };
    case 'image_url': {
      const { url, detail } = typeof part.image_url === 'string' ? { url: part.image_url } : (part.image_url as WireObject);
      return { type: 'input_image', image_url: url, detail: textOf(detail) ?? 'auto' }; // required; "auto" is chat's default
    }
    case 'file':
      return renderFile(part.file, path);
    default:
      throw refuseBlock({ path }, 'this provider reads text, images and files');
  }
}

function renderFile(file: WireObject, path: string): WireObject {
  const [address, id, filename] = [textOf(file.file_data), textOf(file.file_id), textOf(file.filename)];
  const named = filename === null ? {} : { filename };
  if (address !== null) return { type: 'input_file', ...named, [/^https?:/i.test(address) ? 'file_url' : 'file_data']: address };
  if (id !== null) return { type: 'input_file', file_id: id };
  throw refuseBlock({ path }, 'a file needs file_data or file_id');
}

/** Thoughts, then text, then calls: the order in which the model made them. */
function renderAssistant(message: Message & { role: 'assistant' }, path: string, report: MessageReport): WireObject[] {
  const content = renderSaid(message, path, report.dropped);
  const phase = textOf(message['phase']);
  const said = content.length === 0 ? [] : [{ type: 'message', role: 'assistant', content, ...(phase === null ? {} : { phase }) }];
  const calls = arrayOf(message.tool_calls).map((call, position) => renderCall(call, `${path}.tool_calls[${position}]`, report));
  const { items, isLost } = renderThinking(arrayOf(message['reasoning_details']));
  // "Item of type 'reasoning' was provided without its required following item": thoughts that came to nothing are refused.
  const thoughts = said.length + calls.length === 0 ? [] : items;
  if (isLost || thoughts.length < items.length) count(report.dropped, 'reasoning_details');
  // Plain text of thoughts is the same as their summaries; without those it has no place, since this provider reads only its own thoughts.
  for (const field of ['reasoning', 'reasoning_content']) {
    if (textOf(message[field]) !== null && thoughts.length === 0) count(report.dropped, field);
  }
  return [...thoughts, ...said, ...calls];
}

function renderSaid(message: Message & { role: 'assistant' }, path: string, dropped: Tally): WireObject[] {
  const { content } = message;
  const parts: readonly ContentPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  const refusal = textOf(message['refusal']);
  const said = parts.map((part, position): WireObject => {
    for (const key of Object.keys(part)) if (key !== 'type' && key !== part.type) count(dropped, `content.${key}`);
    if (part.type === 'text') return { type: 'output_text', text: part.text };
    if (part.type === 'refusal') return { type: 'refusal', refusal: part.refusal };
    throw refuseBlock({ path: `${path}.content[${position}]` }, 'a message of the assistant can hold only text here');
  });
  return [...said, ...(refusal === null ? [] : [{ type: 'refusal', refusal }])].filter(({ text }) => text !== '');
}

function renderCall(call: unknown, path: string, { customCalls }: MessageReport): WireObject {
  const { id, type, function: fn, custom } = isObject(call) ? call : ({} as WireObject);
  if (type === 'custom' && isObject(custom)) {
    customCalls.add(String(id));
    return { type: 'custom_tool_call', call_id: id, name: custom.name, input: textOf(custom.input) ?? '' };
  }
  if (!isObject(fn)) throw refuseBlock({ path }, 'only calls of functions and custom tools can be sent to this provider');
  // No `id` of the item: with one the provider looks for what it has kept.
  return { type: 'function_call', call_id: id, name: fn.name, arguments: textOf(fn.arguments) ?? '{}' };
}

/**
 * Thoughts of this format as items, as `decode.ts` took them apart: summaries, then what is encrypted. Without the latter the provider
 * would look for the thoughts among what it has kept, which is nothing; open models alone give their thoughts as text, and take it.
 */
function renderThinking(details: readonly unknown[]): { items: WireObject[]; isLost: boolean } {
  const items: WireObject[] = [];
  let isLost = false;
  let summary: WireObject[] = [];
  let content: WireObject[] = [];
  for (const { type, format, id, text, data, summary: summed } of joinReasoningDetails(details)) {
    if (format !== REASONING_FORMAT) isLost = true;
    else if (type === 'reasoning.summary') summary.push({ type: 'summary_text', text: summed });
    else if (type === 'reasoning.text') content.push({ type: 'reasoning_text', text });
    else if (type !== 'reasoning.encrypted' || textOf(data) === null) isLost = true;
    else {
      const known = { ...(textOf(id) === null ? {} : { id }), summary, ...(content.length === 0 ? {} : { content }) };
      items.push({ type: 'reasoning', ...known, encrypted_content: data });
      [summary, content] = [[], []];
    }
  }
  if (content.length > 0) items.push({ type: 'reasoning', summary, content });
  else if (summary.length > 0) isLost = true;
  return { items, isLost };
}
