/**
 * OpenAI chat completions, habits of providers that no rule can say. A provider file switches them on, for a provider or for some of its
 * models; each is named after its effect, and what it changes is reported. Knows no provider.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { arrayOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../../openai-common/wire.ts';
import { readRequestedFormat, type RequestedFormat } from '../../../unified/request/format-instruction.ts';

/** System messages come first, then user and assistant take turns: neighbours of one role are joined, late system messages are the user's. */
const ALTERNATING_ROLES = 'alternating-roles';

/** An assistant message with tool calls must bring its `reasoning_content`; where the client has none, a space stands for it. */
const REASONING_BESIDE_CALLS = 'reasoning-beside-tool-calls';

/** A JSON schema is asked for as `{type: "json", value: <schema>}`, and must have properties. */
const SCHEMA_AS_VALUE = 'schema-as-value';

/** The provider fetches no files: images are sent as data URIs. */
export const FILES_AS_BYTES = 'files-as-bytes';

/** The model answers in streams only; the router gathers them for a client that wants one document. */
export const ONLY_STREAMS = 'only-streams';

/** The habits that are about requests. */
export const REQUEST_QUIRKS: readonly string[] = [ALTERNATING_ROLES, REASONING_BESIDE_CALLS, SCHEMA_AS_VALUE, FILES_AS_BYTES, ONLY_STREAMS];

/** Messages as the provider requires to read them. */
export function arrangeMessages(messages: WireObject[], quirks: readonly string[], adjustments: Adjustment[]): WireObject[] {
  const complete = quirks.includes(REASONING_BESIDE_CALLS) ? withReasoning(messages, adjustments) : messages;
  return quirks.includes(ALTERNATING_ROLES) ? takeTurns(complete, adjustments) : complete;
}

/** A provider may take an empty text for none, so a space it is. */
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
  /** The contents that the last turn is made of: put together once, however many there are. */
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

/** Nothing but words of the user or the assistant: a tool call or its result is joined to nothing. */
const isPlain = (message: WireObject) =>
  (message.role === 'user' || message.role === 'assistant') &&
  Object.keys(message).every((field) => field === 'role' || field === 'content');

/** Texts with blank lines between them; where one content has parts, those before it are one part and those behind it one each. */
function joined(contents: readonly unknown[]): unknown {
  const first = contents.findIndex((content) => Array.isArray(content));
  const before = first < 0 ? contents : contents.slice(0, first);
  const text = before.filter((content) => typeof content === 'string' && content !== '').join('\n\n');
  if (first < 0) return text;
  return [...(before.length === 0 ? [] : partsOf(text)), ...contents.slice(first).flatMap(partsOf)];
}

const partsOf = (content: unknown): readonly unknown[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content);

/** Parameters with the response format in the shape that the provider reads. `told`: the format has none, and is told in words. */
export function reshapeFormat(
  parameters: Readonly<WireObject>,
  quirks: readonly string[],
  adjustments: Adjustment[],
): { reshaped: Readonly<WireObject>; told: RequestedFormat | null } {
  const { response_format: given, ...rest } = parameters;
  const format = readRequestedFormat(given);
  if (!quirks.includes(SCHEMA_AS_VALUE) || format?.kind !== 'json_schema') return { reshaped: parameters, told: null };
  const { schema } = format;
  const from = 'json_schema';
  if (schema === null || !isObject(schema['properties'])) {
    const reason = 'this provider accepts only schemas with properties: the model is told, and the router checks the answer';
    adjustments.push({ param: 'response_format', action: 'emulated', from, reason });
    return { reshaped: rest, told: format };
  }
  const reason = 'this provider accepts the schema alone, under another name';
  adjustments.push({ param: 'response_format', action: 'renamed', from, to: 'json', reason });
  return { reshaped: { ...rest, response_format: { type: 'json', value: schema } }, told: null };
}
