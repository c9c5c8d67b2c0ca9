/**
 * OpenAI chat completions, requests: reading a client's, writing an upstream's.
 * Ranges are not checked here (that is `unified/` for the client and `routing/fit` for the host); this file knows only what the
 * format cannot say: fields of messages, roles, and a prompt that has to become a message.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { RouterError } from '../../unified/error.ts';
import { isObject, type JsonObject } from '../../unified/json.ts';
import type { Message, Prompt } from '../../unified/message.ts';
import { parseUnified, type UnifiedRequest } from '../../unified/request.ts';
import type { FittedCall, Rendered } from '../dialect.ts';
import { OPENAI_MESSAGE_FIELDS } from './rules.ts';

/** Reads a client's body. @throws RouterError naming the field at fault. */
export function parse(body: unknown): UnifiedRequest {
  return parseUnified('chat', body);
}

/** Writes the body for the upstream. */
export function render(call: FittedCall): Rendered {
  const adjustments: Adjustment[] = [];
  const messages =
    call.input.kind === 'messages'
      ? renderMessages(call.input.messages, call, adjustments)
      : promptAsMessage(call.input.prompt, adjustments);
  const body: JsonObject = { model: call.model, messages, ...call.parameters };
  if (call.stream) body.stream = true;
  if (call.stream && call.streamOptions) body.stream_options = { include_usage: true };
  return { body, adjustments };
}

function promptAsMessage(prompt: Prompt, adjustments: Adjustment[]): JsonObject[] {
  // Fitting lets only text through to a chat host.
  if (prompt.kind !== 'text') throw new RouterError('invalid_request', 'prompt: this provider takes one text.', { param: 'prompt' });
  adjustments.push({ param: 'prompt', action: 'emulated', reason: 'this host only chats: the prompt is sent as one user message' });
  return [{ role: 'user', content: prompt.value }];
}

function renderMessages(messages: readonly Message[], call: FittedCall, adjustments: Adjustment[]): JsonObject[] {
  const fields = acceptedFields(call.messageFields);
  const dropped = new Map<string, number>();
  const renamed = new Map<string, number>();
  const rendered = messages.map((message) => renderMessage(message, fields, call.roles, dropped, renamed));
  for (const [from, count] of renamed) {
    adjustments.push({
      param: 'messages.role',
      action: 'renamed',
      from,
      to: call.roles[from],
      reason: `this host has no role "${from}" (${times(count)})`,
    });
  }
  for (const [field, count] of dropped) {
    adjustments.push({ param: `messages.${field}`, action: 'dropped', reason: `this host does not take the field (${times(count)})` });
  }
  return rendered;
}

const times = (count: number) => (count === 1 ? 'in one message' : `in ${count} messages`);

function acceptedFields(extra: readonly string[]): ReadonlySet<string> {
  const fields = new Set(OPENAI_MESSAGE_FIELDS);
  for (const field of extra) {
    if (field.startsWith('-')) fields.delete(field.slice(1));
    else fields.add(field);
  }
  return fields;
}

type Tally = Map<string, number>;
const count = (tally: Tally, key: string) => tally.set(key, (tally.get(key) ?? 0) + 1);

function renderMessage(
  message: Message,
  fields: ReadonlySet<string>,
  roles: Readonly<Record<string, string>>,
  dropped: Tally,
  renamed: Tally,
): JsonObject {
  const rendered: JsonObject = {};
  for (const [field, value] of Object.entries(message)) {
    if (value === undefined || (value === null && field !== 'content')) continue; // null extras are refused by some hosts (Groq)
    const accepted = fields.has(field) ? field : otherReasoningField(field, message, fields);
    if (accepted === null) count(dropped, field);
    else rendered[accepted] ??= field === 'content' ? renderContent(value, fields, dropped) : value;
  }
  const role = roles[message.role];
  if (role !== undefined) {
    count(renamed, message.role);
    rendered.role = role;
  }
  return rendered;
}

const OTHER_REASONING: Readonly<Record<string, string>> = { reasoning: 'reasoning_content', reasoning_content: 'reasoning' };

/**
 * Thinking is sent back under the host's own name for it: `reasoning` (OpenRouter, Cerebras) or `reasoning_content` (DeepSeek).
 * Where a message has both and they differ, the host's own wins.
 */
function otherReasoningField(field: string, message: JsonObject, fields: ReadonlySet<string>): string | null {
  const other = Object.hasOwn(OTHER_REASONING, field) ? OTHER_REASONING[field] : undefined;
  if (other === undefined || !fields.has(other)) return null;
  return message[other] == null || message[other] === message[field] ? other : null;
}

/** Cache marks on content parts are OpenRouter's and Anthropic's; a strict OpenAI host refuses them. */
function renderContent(content: unknown, fields: ReadonlySet<string>, dropped: Tally): unknown {
  if (!Array.isArray(content) || fields.has('cache_control')) return content;
  return content.map((part: unknown) => {
    if (!isObject(part) || part.cache_control === undefined) return part;
    count(dropped, 'content.cache_control');
    const { cache_control: _, ...rest } = part;
    return rest;
  });
}
