/**
 * Quirks of OpenAI-compatible providers that no rule can express. A provider file enables them, for the provider or for some models. Each is
 * named after its effect, and its changes are reported. Knows no provider.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { arrayOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../../openai-common/wire.ts';
import { readRequestedFormat, type RequestedFormat } from '../../../unified/request/format-instruction.ts';

/** System messages must come first, then user and assistant alternate: messages of one role are joined, late system messages become user messages. */
const ALTERNATING_ROLES = 'alternating-roles';

/** An assistant message with tool calls must have `reasoning_content`; a blank is sent if the client sent none. */
const REASONING_BESIDE_CALLS = 'reasoning-beside-tool-calls';

/** A JSON schema is sent as `{type: "json", value: <schema>}`, and must have properties. */
const SCHEMA_AS_VALUE = 'schema-as-value';

/** The provider fetches no files: images are sent as data URIs. */
export const FILES_AS_BYTES = 'files-as-bytes';

/** The model only streams; the router collects the stream for a client that does not stream. */
export const ONLY_STREAMS = 'only-streams';

/** Quirks of requests. */
export const REQUEST_QUIRKS: readonly string[] = [ALTERNATING_ROLES, REASONING_BESIDE_CALLS, SCHEMA_AS_VALUE, FILES_AS_BYTES, ONLY_STREAMS];

/** Arranges messages as the provider requires. */
export function arrangeMessages(
  messages: readonly WireObject[],
  quirks: readonly string[],
  adjustments: Adjustment[],
): readonly WireObject[] {
  const complete = quirks.includes(REASONING_BESIDE_CALLS) ? withReasoning(messages, adjustments) : messages;
  return quirks.includes(ALTERNATING_ROLES) ? takeTurns(complete, adjustments) : complete;
}

/** Adds reasoning to messages with calls. A blank, because a provider may treat an empty text as missing. */
function withReasoning(messages: readonly WireObject[], adjustments: Adjustment[]): WireObject[] {
  const lacks = ({ role, tool_calls: calls, reasoning_content: reasoning }: WireObject) =>
    role === 'assistant' && arrayOf(calls).length > 0 && (reasoning === undefined || reasoning === '');
  if (messages.some(lacks)) {
    const reason = 'this provider requires some beside tool calls, and the message has none';
    adjustments.push({ param: 'messages.reasoning_content', action: 'defaulted', to: ' ', reason });
  }
  return messages.map((message) => (lacks(message) ? { ...message, reasoning_content: ' ' } : message));
}

function takeTurns(messages: readonly WireObject[], adjustments: Adjustment[]): WireObject[] {
  const opening = messages.findIndex(({ role }) => role !== 'system');
  const turns: WireObject[] = [];
  /** Contents of the last turn; joined once, however many there are. */
  let contents: unknown[] = [];
  const close = () => {
    const last = turns.at(-1);
    if (last !== undefined && contents.length > 1) turns[turns.length - 1] = { ...last, content: joined(contents) };
  };
  let late = 0;
  for (const [index, message] of messages.entries()) {
    const isLate = message.role === 'system' && opening >= 0 && index > opening;
    if (isLate) late++;
    const turn = isLate ? { ...message, role: 'user' } : message;
    const last = turns.at(-1);
    if (last !== undefined && last.role === turn.role && isPlain(last) && isPlain(turn)) {
      contents.push(turn.content);
    } else {
      close();
      turns.push(turn);
      contents = [turn.content];
    }
  }
  close();
  if (late > 0) {
    const reason = 'this provider accepts system messages at the beginning only';
    adjustments.push({ param: 'messages.role', action: 'renamed', from: 'system', to: 'user', reason });
  }
  if (turns.length < messages.length) {
    const reason = 'this provider requires user and assistant to take turns: neighbours of one role are joined with a blank line';
    adjustments.push({ param: 'messages', action: 'emulated', from: messages.length, to: turns.length, reason });
  }
  return turns;
}

/** True for a message with only text content: tool calls and results are never joined. */
const isPlain = (message: WireObject) =>
  (message.role === 'user' || message.role === 'assistant') &&
  Object.keys(message).every((field) => field === 'role' || field === 'content');

/** Joins texts by blank lines. If a content has parts, the contents before it become one part, those after it one each. */
function joined(contents: readonly unknown[]): unknown {
  const first = contents.findIndex((content) => Array.isArray(content));
  const before = first < 0 ? contents : contents.slice(0, first);
  const text = before.filter((content) => typeof content === 'string' && content !== '').join('\n\n');
  if (first < 0) return text;
  return [...(before.length === 0 ? [] : partsOf(text)), ...contents.slice(first).flatMap(partsOf)];
}

const partsOf = (content: unknown): readonly unknown[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content);

/** Returns the parameters with the response format in the provider's form. `promptFormat`: a format without a form, described in the prompt. */
export function reshapeFormat(
  parameters: Readonly<WireObject>,
  quirks: readonly string[],
  adjustments: Adjustment[],
): { reshaped: Readonly<WireObject>; promptFormat: RequestedFormat | null } {
  const { response_format: given, ...rest } = parameters;
  const format = readRequestedFormat(given);
  if (!quirks.includes(SCHEMA_AS_VALUE) || format?.kind !== 'json_schema') return { reshaped: parameters, promptFormat: null };
  const { schema } = format;
  const from = 'json_schema';
  if (schema === null || !isObject(schema['properties'])) {
    const reason = 'this provider accepts only schemas with properties: the model is told, and the router checks the answer';
    adjustments.push({ param: 'response_format', action: 'emulated', from, reason });
    return { reshaped: rest, promptFormat: format };
  }
  const reason = 'this provider accepts the schema alone, under another name';
  adjustments.push({ param: 'response_format', action: 'renamed', from, to: 'json', reason });
  return { reshaped: { ...rest, response_format: { type: 'json', value: schema } }, promptFormat: null };
}
