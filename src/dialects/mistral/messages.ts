/**
 * Writes messages in Mistral's format. The provider rejects unknown keys, also in content parts, so each message is built from the known
 * fields. Unsupported content is rejected or reported.
 * Sources: OpenAPI description (platform-docs-public 222f4ba, 2026-08-21), SDK 2.7.0 and the error glossary (read 2026-11-20).
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Message } from '../../unified/request/message.ts';
import { joinReasoningDetails } from '../../unified/request/reasoning.ts';
import type { FittedCall } from '../dialect.ts';
import {
  count,
  countDropped,
  describeTallies,
  isSilent,
  silentAnswers,
  withErrorsAsText,
  type FieldsByRole,
  type Tally,
} from '../openai-common/upstream/messages.ts';
import { renderContent } from './content.ts';

/** The model accepts reasoning of earlier turns. Other models may not know this content type. */
export const THINKING_IN_HISTORY = 'thinking-in-history';

/** Assistant message that is inserted because the provider rejects a user message directly after a tool message. */
const BETWEEN: WireObject = { role: 'assistant', content: 'OK.' };

const ROLES: Readonly<Record<string, string>> = { developer: 'system' };

const FIELDS: FieldsByRole = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'prefix', 'refusal'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

/** The same for a model that accepts the reasoning of earlier turns. */
const THINKING_FIELDS: FieldsByRole = {
  ...FIELDS,
  assistant: [...FIELDS.assistant, 'reasoning', 'reasoning_content', 'reasoning_details'],
};

/** Writes the messages. @throws RouterError naming the message, for content that has no place here. */
export function renderMessages(messages: readonly Message[], { quirks }: FittedCall, adjustments: Adjustment[]): WireObject[] {
  const dropped: Tally = new Map();
  const renamed: Tally = new Map();
  const thinks = quirks.includes(THINKING_IN_HISTORY);
  const fields = thinks ? THINKING_FIELDS : FIELDS;
  const rendered: WireObject[] = [];
  let [between, silent] = [0, 0];
  for (const [index, message] of withErrorsAsText(messages, adjustments).entries()) {
    countDropped(message, fields[message.role], dropped);
    if (message.role === 'developer') count(renamed, 'developer');
    if (rendered.at(-1)?.role === 'tool' && message.role !== 'tool' && message.role !== 'assistant') {
      rendered.push(BETWEEN);
      between++;
    }
    const written = renderMessage(message, `messages[${index}]`, { thinks, dropped });
    if (isSilent(written)) silent++;
    else rendered.push(written);
  }
  const last = rendered.at(-1);
  // A final assistant message is rejected unless it is marked as prefix. Whether the answer then repeats it is not certain (the documents
  // show it repeated). Nothing is cut off, because similar text may be the model's own.
  if (last?.role === 'assistant' && last.tool_calls === undefined) last.prefix = true;
  adjustments.push(...describeTallies(dropped, renamed, ROLES));
  if (silent > 0) adjustments.push(silentAnswers(silent));
  if (between > 0) {
    const reason = `this provider requires a message of the assistant between a tool's and a user's: "OK." is put there (${between} times)`;
    adjustments.push({ param: 'messages', action: 'emulated', reason });
  }
  return rendered;
}

/** Whether the model accepts earlier reasoning, and the dropped fields. */
type WriteContext = { thinks: boolean; dropped: Tally };

function renderMessage(message: Message, path: string, writing: WriteContext): WireObject {
  const { dropped } = writing;
  switch (message.role) {
    case 'assistant':
      return renderAssistant(message, path, writing);
    case 'tool': {
      const name = textOf(message['name']);
      const content = renderContent(message.content, path, dropped);
      return { role: 'tool', tool_call_id: message.tool_call_id, ...(name === null ? {} : { name }), content };
    }
    case 'user':
      return { role: 'user', content: renderContent(message.content, path, dropped) };
    default: {
      const { content } = message;
      const strange = Array.isArray(content) ? content.findIndex(({ type }) => type !== 'text') : -1;
      if (strange >= 0) throw refuseBlock({ path: `${path}.content[${strange}]` }, 'a system message can hold only text');
      return { role: 'system', content: renderContent(content, path, dropped) };
    }
  }
}

function renderAssistant(message: Message & { role: 'assistant' }, path: string, { thinks, dropped }: WriteContext): WireObject {
  const thinking = thinks ? renderThinking(message, dropped) : [];
  const content = renderContent(message.content, path, dropped);
  const refusal = textOf(message['refusal']);
  // A refusal of another provider becomes assistant text; the format has no field for it.
  const parts = [
    ...thinking,
    ...(typeof content === 'string' ? (content === '' ? [] : [text(content)]) : content),
    ...(refusal === null ? [] : [text(refusal)]),
  ];
  const calls = arrayOf(message.tool_calls).map((call, position) => renderCall(call, `${path}.tool_calls[${position}]`));
  return {
    role: 'assistant',
    content: thinking.length === 0 && refusal === null ? content : parts,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(message['prefix'] === true ? { prefix: true } : {}),
  };
}

const text = (value: string): WireObject => ({ type: 'text', text: value });

/** Writes reasoning of an earlier turn, with a signature of this provider. Encrypted reasoning of other providers cannot be read. */
function renderThinking(message: WireObject, dropped: Tally): WireObject[] {
  const chunks: WireObject[] = [];
  for (const detail of joinReasoningDetails(arrayOf(message.reasoning_details))) {
    const thought = textOf(detail['text']) ?? textOf(detail['summary']);
    const signature = detail['format'] === REASONING_FORMAT ? textOf(detail['signature']) : null;
    if (thought === null && signature === null) count(dropped, 'reasoning_details');
    else chunks.push({ type: 'thinking', thinking: [text(thought ?? '')], ...(signature === null ? {} : { signature }) });
  }
  const plain = textOf(message.reasoning) ?? textOf(message.reasoning_content);
  return chunks.length > 0 || plain === null ? chunks : [{ type: 'thinking', thinking: [text(plain)] }];
}

/** Name of the family in `reasoning_details`. OpenRouter has none for Mistral, and its SDK accepts only its own names. */
export const REASONING_FORMAT = 'unknown';

function renderCall(call: unknown, path: string): WireObject {
  const { id, function: fn } = (isObject(call) ? call : {}) as { id?: unknown; function?: unknown };
  if (!isObject(fn)) throw refuseBlock({ path }, 'only calls of functions can be sent to this provider');
  const given = typeof fn.arguments === 'string' && fn.arguments.trim() !== '' ? fn.arguments : '{}';
  return { id: id, type: 'function', function: { name: String(fn.name), arguments: given } };
}
