/**
 * Messages in Cohere's shape (chat v2). The provider refuses every key it does not know, nested ones too, so each message is written anew
 * from a list of what is known; what has no place is refused or reported. Sources: as in `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { ContentPart, Message } from '../../unified/request/message.ts';
import { joinReasoningDetails } from '../../unified/request/reasoning.ts';
import type { FittedCall } from '../dialect.ts';
import {
  count,
  countDropped,
  describeTallies,
  isSilent,
  silentAnswers,
  type FieldsByRole,
  type Tally,
} from '../openai-common/upstream/messages.ts';
import { THINKING_IN_HISTORY } from './rules.ts';

/** Mark of a tool plan among `reasoning_details`, to tell it from thinking when it comes back. */
export const TOOL_PLAN_ID = 'tool_plan';

const ROLES: Readonly<Record<string, string>> = { developer: 'system' };

const THINKING_FIELDS: readonly string[] = ['reasoning', 'reasoning_content', 'reasoning_details'];

const FIELDS: FieldsByRole = {
  system: ['role', 'content'],
  developer: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'refusal', 'tool_calls', ...THINKING_FIELDS],
  tool: ['role', 'content', 'tool_call_id'],
};

/** What is known while messages are written. */
type Writing = { thinks: boolean; dropped: Tally };

/**
 * Writes the messages. A last one of the assistant is sent as it is: whether the provider goes on from there is not certain.
 *
 * @throws RouterError naming the message, for content that has no place here.
 */
export function renderMessages(
  messages: readonly Message[],
  { quirks }: Pick<FittedCall, 'quirks'>,
  adjustments: Adjustment[],
): WireObject[] {
  const writing: Writing = { thinks: quirks.includes(THINKING_IN_HISTORY), dropped: new Map() };
  const renamed: Tally = new Map();
  const all = messages.map((message, index) => {
    if (message.role === 'developer') count(renamed, message.role);
    countDropped(message, FIELDS[message.role], writing.dropped);
    return renderMessage(message, `messages[${index}]`, writing);
  });
  const rendered = all.filter((message) => !isSilent(message));
  adjustments.push(...describeTallies(writing.dropped, renamed, ROLES));
  if (rendered.length < all.length) adjustments.push(silentAnswers(all.length - rendered.length));
  return rendered;
}

function renderMessage(message: Message, path: string, writing: Writing): WireObject {
  const parts = renderParts(message, path, writing);
  switch (message.role) {
    case 'assistant':
      return renderAssistant(message, { parts, path }, writing);
    case 'tool':
      return { role: 'tool', tool_call_id: message.tool_call_id, content: asContent(parts) };
    default:
      return { role: ROLES[message.role] ?? message.role, content: asContent(parts) };
  }
}

/** One text as a string, as the provider itself writes it; anything else as parts. */
function asContent(parts: readonly WireObject[]): unknown {
  const [only, ...more] = parts;
  if (only === undefined) return '';
  return more.length === 0 && only.type === 'text' ? only.text : parts;
}

function renderParts({ role, content }: Message, path: string, writing: Writing): WireObject[] {
  if (typeof content === 'string') return content === '' ? [] : [text(content)];
  return (content ?? []).map((part, position) => renderPart(part, { role, path: `${path}.content[${position}]` }, writing));
}

const text = (value: string): WireObject => ({ type: 'text', text: value });

function renderPart(part: ContentPart, { role, path }: { role: Message['role']; path: string }, { dropped }: Writing): WireObject {
  if (part['cache_control'] != null) count(dropped, 'content.cache_control');
  if (part.type === 'text') return text(part.text);
  if (part.type === 'refusal') return text(part.refusal);
  if (part.type !== 'image_url') throw refuseBlock({ path }, `this provider does not read content of type "${part.type}"`);
  if (role !== 'user') throw refuseBlock({ path }, "this provider reads images only in a user's message");
  const { url, detail }: WireObject = typeof part.image_url === 'string' ? { url: part.image_url } : part.image_url;
  return { type: 'image_url', image_url: { url, ...(textOf(detail) === null ? {} : { detail }) } };
}

function renderAssistant(
  message: Message & { role: 'assistant' },
  { parts, path }: { parts: readonly WireObject[]; path: string },
  writing: Writing,
): WireObject {
  const calls = arrayOf(message.tool_calls).map((call, position) => renderCall(call, `${path}.tool_calls[${position}]`));
  const { plan, thoughts } = readThinking(message, calls.length > 0, writing);
  const refusal = textOf(message['refusal']);
  // A refusal of another provider is what the assistant said; here it has no field of its own.
  const said = [...thoughts.map((thinking) => ({ type: 'thinking', thinking })), ...parts, ...(refusal === null ? [] : [text(refusal)])];
  return {
    role: 'assistant',
    ...(said.length === 0 && calls.length > 0 ? {} : { content: asContent(said) }),
    ...(plan === '' ? {} : { tool_plan: plan }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/**
 * Thinking that the client sends back: the plan this provider made before its calls, and the thinking. Text without details beside tool
 * calls is taken for the plan, which every model with tools knows.
 */
function readThinking(message: WireObject, calls: boolean, { thinks, dropped }: Writing): { plan: string; thoughts: string[] } {
  const details = joinReasoningDetails(arrayOf(message.reasoning_details));
  const plain = textOf(message.reasoning) ?? textOf(message.reasoning_content);
  if (details.length === 0 && plain !== null && calls) return { plan: plain, thoughts: [] };
  const thoughts: string[] = details.length === 0 && plain !== null ? [plain] : [];
  let plan = '';
  for (const detail of details) {
    const thought = textOf(detail['text']) ?? textOf(detail['summary']);
    if (thought === null || textOf(detail['signature']) !== null) count(dropped, 'reasoning_details'); // sealed by another provider
    if (thought === null) continue;
    if (detail['id'] === TOOL_PLAN_ID) plan += thought;
    else thoughts.push(thought);
  }
  if (thinks || thoughts.length === 0) return { plan, thoughts };
  // Whether a model that does not think would refuse it or read it is not certain: it is left out, and reported.
  count(dropped, 'reasoning');
  return { plan, thoughts: [] };
}

function renderCall(call: unknown, path: string): WireObject {
  const { id, function: fn }: WireObject = isObject(call) ? call : {};
  if (!isObject(fn)) throw refuseBlock({ path }, 'only calls of functions can be sent to this provider');
  const given = typeof fn.arguments === 'string' ? fn.arguments.trim() : '';
  const own = given === '' || given === 'null' ? '{}' : String(fn.arguments);
  return { id, type: 'function', function: { name: fn.name, arguments: own } };
}
