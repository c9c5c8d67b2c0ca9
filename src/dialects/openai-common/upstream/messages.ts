/**
 * Writes messages for OpenAI-compatible providers: only accepted fields and roles, with a report of the rest. Content is not read, except for
 * cache marks.
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { RouterError } from '../../../unified/error.ts';
import { append } from '../../../lib/append.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { keepUnchanged, mapChanged } from '../../../lib/map-changed.ts';
import { mustReportDrop, type Message, type Prompt } from '../../../unified/request/message.ts';
import type { Input } from '../../../unified/request/request.ts';
import { MARK_FIELDS, readCacheMark, toBreakpoint } from '../../../unified/request/cache-mark.ts';
import type { FittedCall } from '../../dialect.ts';
import { ERROR_AS_TEXT, toErrorText } from '../../shared/input-turns.ts';
import { writeMessages } from './write-messages.ts';

/** Fields of a message in OpenAI's own format. */
export const OPENAI_MESSAGE_FIELDS: readonly string[] = ['role', 'content', 'name', 'tool_calls', 'tool_call_id', 'refusal', 'audio'];

/** OpenAI's messages of an input: the client's own, or a prompt as one. @param instruction system text that is added; null = none. */
export function messagesOf(input: Input, adjustments: Adjustment[], instruction: string | null = null): readonly Message[] {
  if (input.kind === 'messages') {
    const { conversation } = input;
    const instructed = instruction === null ? conversation : conversation.withInstruction(instruction);
    const { format, value } = instructed.source;
    return format === 'openai-chat' ? (value as readonly Message[]) : writeMessages(instructed.turns);
  }
  const messages = promptAsMessage(input.prompt, adjustments) as Message[];
  return instruction === null ? messages : [{ role: 'system', content: instruction }, ...messages];
}

/** A prompt for a provider that only chats: one user message, and reported. @throws RouterError for a prompt that is not one text. */
export function promptAsMessage(prompt: Prompt, adjustments: Adjustment[]): JsonObject[] {
  // Fitting lets only text through to a chat provider.
  if (prompt.kind !== 'text') throw new RouterError('invalid_request', 'prompt: this provider accepts one text.', { param: 'prompt' });
  adjustments.push({ param: 'prompt', action: 'emulated', reason: 'this provider only chats: the prompt is sent as one user message' });
  return [{ role: 'user', content: prompt.value }];
}

/** What the format and the provider accept of messages. `own`: fields that the format accepts by itself. */
type AcceptedMessages = Pick<FittedCall, 'messageFields' | 'roles'> & { own: readonly string[] };

/**
 * Messages as the client sent them, less what the provider does not accept. The client's own messages, and their list, where nothing changes: they
 * may be sent as the bytes that came.
 */
export function renderMessages(
  messages: readonly Message[],
  accepted: AcceptedMessages,
  adjustments: Adjustment[],
): readonly Readonly<JsonObject>[] {
  const { roles } = accepted;
  const fields = acceptedFields(accepted.own, accepted.messageFields);
  const dropped: Tally = new Map();
  const renamed: Tally = new Map();
  const told = fields.has('is_error') ? messages : withErrorsAsText(messages, adjustments);
  let rendered = mapChanged<JsonObject>(told, (message) => renderMessage(message as Message, { fields, roles, dropped, renamed }));
  if (rendered.some(hasStrangeName)) {
    const reason = 'names of speakers hold no white space and none of < | \\ / >: those letters are _ now';
    adjustments.push({ param: 'messages.name', action: 'renamed', reason });
    rendered = mapChanged(rendered, (message) =>
      hasStrangeName(message) ? { ...message, name: String(message['name']).replace(STRANGE_IN_NAMES, '_').slice(0, 64) } : message,
    );
  }
  adjustments.push(...describeTallies(dropped, renamed, roles));
  return withFilesAfterResults(rendered, adjustments);
}

/** The messages of tools without `is_error`: the text of a failed one says it, which is reported. */
export function withErrorsAsText(messages: readonly Message[], adjustments: Adjustment[]): readonly Message[] {
  const isStated = (message: Message) => message.role === 'tool' && typeof message['is_error'] === 'boolean';
  if (!messages.some(isStated)) return messages;
  if (messages.some((message) => isStated(message) && message['is_error'] === true)) adjustments.push(ERROR_AS_TEXT);
  return messages.map((message) => {
    if (!isStated(message)) return message;
    const { is_error: isError, ...rest } = message;
    return (isError === true ? { ...rest, content: asError(rest.content) } : rest) as Message;
  });
}

function asError(content: Message['content']): Message['content'] {
  if (!Array.isArray(content)) return toErrorText(content ?? '');
  const [first, ...more] = content;
  if (first?.type === 'text') return [{ ...first, text: toErrorText(first.text) }, ...more];
  return [{ type: 'text', text: toErrorText('') }, ...content];
}

/** "Expected a string that matches the pattern '^[^\s<|\\/>]+$'." (OpenAI's answer about messages[].name, as last known). */
const STRANGE_IN_NAMES = /[\s<|\\/>]/g;

const hasStrangeName = ({ name }: JsonObject): boolean =>
  typeof name === 'string' && (name.search(STRANGE_IN_NAMES) >= 0 || name.length > 64);

/** Number of affected messages, by field or by role. */
export type Tally = Map<string, number>;

/** Most fields that are counted separately. Clients can invent hundreds of thousands of names. */
const MAX_TALLIED = 1000;

/** Stands for the fields beyond {@link MAX_TALLIED}; no field has an empty name that is worth telling. */
const OTHERS = '';

/** Counts one more. */
export function count(tally: Tally, key: string): void {
  const counted = tally.has(key) || tally.size < MAX_TALLIED ? key : OTHERS;
  tally.set(counted, (tally.get(counted) ?? 0) + 1);
}

/** Fields of a message that a format has a place for, by role. */
export type FieldsByRole = Readonly<Record<Message['role'], readonly string[]>>;

/** Counts the unknown fields of a message. A field without a value (null, empty) is not counted. */
export function countDropped(message: Message, known: readonly string[], dropped: Tally): void {
  for (const field of Object.keys(message)) if (!known.includes(field) && mustReportDrop(message, field)) count(dropped, field);
}

/** Reports converted roles and dropped fields. */
export function describeTallies(dropped: Tally, renamed: Tally, roles: Readonly<Record<string, string>>): Adjustment[] {
  return [
    ...[...renamed].map(([from, count]): Adjustment => {
      const reason = `this provider has no role "${from}" (${times(count)})`;
      return { param: 'messages.role', action: 'renamed', from, to: roles[from], reason };
    }),
    ...[...dropped].map(([field, count]): Adjustment => {
      if (field === OTHERS)
        return { param: 'messages', action: 'dropped', reason: `this provider does not accept ${count} other fields either` };
      return { param: `messages.${field}`, action: 'dropped', reason: `this provider does not accept the field (${times(count)})` };
    }),
  ];
}

const times = (count: number) => (count === 1 ? 'in one message' : `in ${count} messages`);

function acceptedFields(own: readonly string[], extra: readonly string[]): ReadonlySet<string> {
  const fields = new Set(own);
  for (const field of extra) {
    if (field.startsWith('-')) fields.delete(field.slice(1));
    else fields.add(field);
  }
  return fields;
}

type WriteContext = { fields: ReadonlySet<string>; roles: Readonly<Record<string, string>>; dropped: Tally; renamed: Tally };

function renderMessage(message: Message, { fields, roles, dropped, renamed }: WriteContext): JsonObject {
  const rendered: JsonObject = {};
  for (const [field, value] of Object.entries(message)) {
    if (value === undefined || (value === null && field !== 'content')) continue; // null extras are refused by some providers (Groq)
    const accepted = fields.has(field) ? field : otherReasoningField(field, message, fields);
    if (accepted === null) {
      if (mustReportDrop(message, field) && !isSaidElsewhere(message, field, fields)) count(dropped, field);
    } else rendered[accepted] ??= renderField(field, value, { message, fields });
  }
  if (message.role === 'assistant') completeAnswer(message, rendered);
  const role = roles[message.role];
  if (role !== undefined) {
    count(renamed, message.role);
    rendered['role'] = role;
  }
  return keepUnchanged<JsonObject>(message, rendered);
}

type ReadContext = { message: Message; fields: ReadonlySet<string> };

function renderField(field: string, value: unknown, { message, fields }: ReadContext): unknown {
  if (field === 'content') return renderContent(value, fields);
  if (field === 'tool_calls') return mapChanged(arrayOf(value), (call) => renderCall(call, fields));
  // The sound of an answer is sent back by its id: the provider has kept it (OpenAI's guide to audio, read 2026-11-20).
  if (field === 'audio' && message.role === 'assistant' && isObject(value) && textOf(value['id']) !== null) return { id: value['id'] };
  return value;
}

/** Fields of a call; other fields belong to the provider that made it, and are dropped unless accepted. */
const CALL_FIELDS: ReadonlySet<string> = new Set(['id', 'type', 'function', 'custom']);

function renderCall(call: unknown, fields: ReadonlySet<string>): unknown {
  if (!isObject(call)) return call;
  const { function: fn } = call;
  const known = Object.fromEntries(Object.entries(call).filter(([field]) => CALL_FIELDS.has(field) || fields.has(field)));
  if (!isObject(fn)) return keepUnchanged(call, known);
  return keepUnchanged(call, { ...known, function: keepUnchanged(fn, { name: fn['name'], arguments: fn['arguments'] }) });
}

/** Words of an answer outside its content: a refusal, the transcript of audio. Where a provider has no field for them they are its content. */
const wordsOf = (message: JsonObject): Readonly<Record<string, string | null>> => ({
  refusal: textOf(message['refusal']),
  audio: isObject(message['audio']) ? textOf(message['audio']['transcript']) : null,
});

/** Whether another field has the meaning of one that is not sent: words in the content, details of reasoning that is sent as a text. */
function isSaidElsewhere(message: JsonObject, field: string, fields: ReadonlySet<string>): boolean {
  if (message['role'] !== 'assistant') return false;
  if (field !== 'reasoning_details') return (wordsOf(message)[field] ?? null) !== null;
  const thinks = fields.has('reasoning') || fields.has('reasoning_content');
  return thinks && (textOf(message['reasoning']) ?? textOf(message['reasoning_content'])) !== null;
}

/** Adds an empty text as content to an answer without content, calls and refusal. */
function completeAnswer(message: JsonObject, rendered: JsonObject): void {
  for (const [field, words] of Object.entries(wordsOf(message))) {
    if (words === null || rendered[field] !== undefined) continue;
    rendered['content'] = Array.isArray(rendered['content'])
      ? [...(rendered['content'] as unknown[]), { type: 'text', text: words }]
      : [textOf(rendered['content']), words].filter((text) => text !== null).join('\n');
  }
  const isSilent = rendered['tool_calls'] !== undefined || rendered['refusal'] !== undefined || rendered['audio'] !== undefined;
  if (rendered['content'] == null && !isSilent) rendered['content'] = '';
}

/**
 * Whether an answer of the history is empty, which some providers refuse: "Assistant message must have either content or tool_calls, but
 * not none." (Mistral's answer; github.com/OpenHands/OpenHands/issues/8685, read 2026-11-30).
 */
export const isSilent = ({ role, content, tool_calls: calls, prefix }: JsonObject): boolean =>
  role === 'assistant' &&
  prefix !== true &&
  calls === undefined &&
  (content == null || content === '' || (Array.isArray(content) && content.length === 0));

/** Reports the messages that were left out. */
export const silentAnswers = (count: number): Adjustment => ({
  param: 'messages',
  action: 'dropped',
  from: count,
  reason: 'this provider refuses empty answers of the assistant: they are left out',
});

/** Texts for files that follow the results of tools: in the place of the files, and before them. */
export const FILES_AFTER_RESULTS = {
  reason: 'this provider accepts only text in the result of a tool: its files follow as a message of the user',
  follow: '(The files follow.)',
  /** Names the result that files belong to. */
  lead: (callId: string, isImage: boolean): string => `(${isImage ? 'image' : 'file'} from tool result ${callId})`,
};

/**
 * Moves files out of tool results into a user message after the last result. Tool results contain only text (OpenAI's reference, create chat
 * completion: "For tool messages, only type `text` is supported"), and must directly follow their calls.
 */
function withFilesAfterResults(messages: readonly JsonObject[], adjustments: Adjustment[]): readonly JsonObject[] {
  const isFile = (part: unknown) => isObject(part) && part['type'] !== 'text' && part['type'] !== 'refusal';
  const hasFiles = ({ role, content }: JsonObject) => role === 'tool' && Array.isArray(content) && content.some(isFile);
  if (!messages.some(hasFiles)) return messages;
  const { reason, follow, lead } = FILES_AFTER_RESULTS;
  adjustments.push({ param: 'messages.content', action: 'emulated', reason });
  const arranged: JsonObject[] = [];
  let files: unknown[] = [];
  const flush = () => {
    if (files.length > 0) arranged.push({ role: 'user', content: files });
    files = [];
  };
  for (const message of messages) {
    if (message['role'] !== 'tool') flush();
    const parts = hasFiles(message) ? arrayOf(message['content']) : [];
    if (parts.length === 0) arranged.push(message);
    else {
      const texts = parts.filter((part) => !isFile(part));
      const found = parts.filter(isFile);
      const isImage = found.every((part) => isObject(part) && part['type'] === 'image_url');
      append(files, [{ type: 'text', text: lead(String(message['tool_call_id']), isImage) }, ...found]);
      arranged.push({ ...message, content: texts.length > 0 ? texts : follow });
    }
  }
  flush();
  return arranged;
}

const OTHER_REASONING: Readonly<Record<string, string>> = { reasoning: 'reasoning_content', reasoning_content: 'reasoning' };

/**
 * Returns the name of reasoning that is not sent. The provider's own name is used: `reasoning` (OpenRouter, Cerebras) or
 * `reasoning_content` (DeepSeek). If a message has both and they differ, that one has priority.
 */
function otherReasoningField(field: string, message: JsonObject, fields: ReadonlySet<string>): string | null {
  const other = Object.hasOwn(OTHER_REASONING, field) ? OTHER_REASONING[field] : undefined;
  if (other === undefined || !fields.has(other)) return null;
  return message[other] == null || message[other] === message[field] ? other : null;
}

/** Writes the cache marks of content parts in the form of the provider, and leaves them out where it has none: a strict one rejects them. */
function renderContent(content: unknown, fields: ReadonlySet<string>): unknown {
  return Array.isArray(content) ? mapChanged(content, (part: unknown) => (isObject(part) ? withOwnMark(part, fields) : part)) : content;
}

/** The object with its cache mark in an accepted form, or without one. */
function withOwnMark<Marked extends JsonObject>(marked: Marked, fields: ReadonlySet<string>): JsonObject {
  const given = MARK_FIELDS.filter((field) => marked[field] !== undefined);
  if (given.every((field) => fields.has(field))) return marked;
  const mark = readCacheMark(marked);
  const { cache_control: _, prompt_cache_breakpoint: __, ...rest }: JsonObject = marked;
  if (mark === null) return rest;
  if (fields.has('cache_control')) return { ...rest, cache_control: mark };
  return fields.has('prompt_cache_breakpoint') ? { ...rest, prompt_cache_breakpoint: toBreakpoint(mark) } : rest;
}
