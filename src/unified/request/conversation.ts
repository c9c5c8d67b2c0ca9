/**
 * Messages as a conversation of blocks: what the formats that are not OpenAI's have in common. System text is hoisted, neighbours of
 * one role are one turn, tool results stand in the user's turn with the name of their tool, arguments are objects, files are read.
 * Nothing is left out and no wire format is known here; what a format has no place for, its `render` refuses by `path`.
 */
import { RouterError } from '../error.ts';
import { append, arrayOf, isObject, parseBounded, textOf, type JsonObject } from '../../lib/json.ts';
import type { Message } from './message.ts';
import { readSource, type MediaSource } from './media.ts';
import type { AdjustmentLog } from '../adjustment-log.ts';
import { withDigits } from '../../lib/exact-json.ts';
import { joinReasoningDetails, type ReasoningDetail } from './reasoning.ts';

/** Where a block came from (`messages[2].content[0]`), and the cache mark it bore. */
type Common = { path: string; cacheControl?: JsonObject };

/** One piece of a turn. */
export type Block = Common &
  (
    | { type: 'text'; text: string }
    | { type: 'image'; source: MediaSource; detail: string | null }
    | { type: 'document'; source: MediaSource; filename: string | null; fileId: string | null }
    | { type: 'audio'; base64: string; format: string }
    | { type: 'video'; source: MediaSource }
    /** `signature`: Google's, of the thought that led to the call. */
    | { type: 'tool-call'; id: string; name: string; input: JsonObject; signature?: string }
    | { type: 'tool-result'; id: string; name: string | null; content: Block[] }
    | { type: 'reasoning'; details: ReasoningDetail[]; text: string | null }
  );

/** A block of one type. */
export type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

/** Said for the user where the assistant speaks first, to providers that want it the other way round. */
export const OPENING = '(The assistant speaks first.)';

/** Neighbouring messages of one side. In an assistant's turn thinking comes first, then text, then tool calls. */
export type Turn = { role: 'user' | 'assistant'; blocks: Block[] };

/** A conversation. `system` holds the text of every system and developer message, in order. */
export type Conversation = { system: BlockOf<'text'>[]; turns: Turn[] };

/**
 * Reads messages.
 *
 * @param log gets a word where the arguments of a call are no JSON object, as those of a call that was cut off.
 * @throws RouterError `invalid_request` naming the message, for data URIs that cannot be read. A result without its call is read with
 * no name.
 */
export function toConversation(messages: readonly Message[], log: Pick<AdjustmentLog, 'add'>): Conversation {
  const system: BlockOf<'text'>[] = [];
  const turns: Turn[] = [];
  const reading: Reading = { toolNames: new Map(), log };
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    if (message.role === 'system' || message.role === 'developer') {
      append(system, readContent(message, path).map(onlyText));
      continue;
    }
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const blocks = message.role === 'tool' ? [toolResult(message, path, reading)] : readMessage(message, path, reading);
    const last = turns.at(-1);
    if (last?.role === role) append(last.blocks, blocks);
    else turns.push({ role, blocks });
  }
  return { system, turns };
}

/** The error for a block that a format has no place for. */
export function refuseBlock({ path }: Pick<Block, 'path'>, what: string): RouterError {
  return new RouterError('invalid_request', `${path}: ${what}.`, { param: path });
}

function onlyText(block: Block): BlockOf<'text'> {
  if (block.type !== 'text') throw refuseBlock(block, 'a system message can hold only text');
  return block;
}

/** What is known while messages are read: the names of tools by the ids of their calls. */
type Reading = { toolNames: Map<string, string>; log: Pick<AdjustmentLog, 'add'> };

function readMessage(message: Message, path: string, reading: Reading): Block[] {
  const calls = message.role === 'assistant' ? arrayOf(message.tool_calls) : [];
  return [
    ...(message.role === 'assistant' ? readReasoning(message, path) : []),
    ...readContent(message, path),
    ...calls.map((call, position) => readToolCall(call, `${path}.tool_calls[${position}]`, reading)),
  ];
}

/** Thinking that the client sends back: as blocks, or as plain text under either of its names. */
function readReasoning(message: JsonObject, path: string): Block[] {
  const details = joinReasoningDetails(arrayOf(message['reasoning_details']));
  const text = textOf(message['reasoning']) ?? textOf(message['reasoning_content']);
  if (details.length === 0 && text === null) return [];
  return [{ type: 'reasoning', details, text, path: `${path}.${details.length > 0 ? 'reasoning_details' : 'reasoning'}` }];
}

function readContent(message: Message, path: string): Block[] {
  const { content } = message;
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content, path: `${path}.content` }];
  return arrayOf(content).flatMap((part, position) => (isObject(part) ? readPart(part, `${path}.content[${position}]`) : []));
}

function readPart(part: JsonObject, path: string): Block[] {
  const common: Common = isObject(part['cache_control']) ? { path, cacheControl: part['cache_control'] } : { path };
  switch (part['type']) {
    case 'text':
      return part['text'] === '' ? [] : [{ ...common, type: 'text', text: String(part['text']) }];
    case 'refusal':
      return [{ ...common, type: 'text', text: String(part['refusal']) }];
    case 'image_url': {
      const { url, detail } = addressed(part['image_url']);
      return [{ ...common, type: 'image', source: readSource(url, path), detail }];
    }
    case 'video_url':
      return [{ ...common, type: 'video', source: readSource(addressed(part['video_url']).url, path) }];
    case 'input_audio': {
      const audio = isObject(part['input_audio']) ? part['input_audio'] : {};
      return [{ ...common, type: 'audio', base64: String(audio['data']), format: textOf(audio['format']) ?? 'wav' }];
    }
    case 'file': {
      const file = isObject(part['file']) ? part['file'] : {};
      return [readFile(file, common)];
    }
    default:
      throw refuseBlock(common, `content of type ${JSON.stringify(part['type'])} cannot be sent to this provider`);
  }
}

function readFile(file: JsonObject, common: Common): Block {
  const [address, fileId] = [textOf(file['file_data']), textOf(file['file_id'])];
  if (address === null && fileId === null) throw refuseBlock(common, 'a file needs file_data or file_id');
  // The names of OpenAI (file_data) and OpenRouter (a URL in it) for the same thing.
  const source: MediaSource = address === null ? { kind: 'url', url: '' } : readSource(address, common.path);
  return { ...common, type: 'document', source, filename: textOf(file['filename']), fileId };
}

function addressed(value: unknown): { url: string; detail: string | null } {
  if (typeof value === 'string') return { url: value, detail: null };
  return isObject(value) ? { url: String(value['url']), detail: textOf(value['detail']) } : { url: '', detail: null };
}

function readToolCall(call: unknown, path: string, { toolNames, log }: Reading): Block {
  const { id, function: fn, extra_content: extra } = isObject(call) ? call : {};
  if (!isObject(fn)) throw refuseBlock({ path }, 'only calls of functions can be sent to this provider');
  const name = String(fn['name']);
  toolNames.set(String(id), name);
  const signature = isObject(extra) && isObject(extra['google']) ? textOf(extra['google']['thought_signature']) : null;
  const input = readArguments(fn['arguments'], log);
  return { type: 'tool-call', id: String(id), name, input, ...(signature === null ? {} : { signature }), path };
}

/**
 * The arguments of a call as an object, with the digits of its numbers; nothing at all, and the `null` that Cohere writes, are no
 * arguments. A text of anything else is what a model wrote: it goes back as a text in an object, since the history is as it is.
 */
export function readArguments(text: unknown, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  const trimmed = typeof text === 'string' ? text.trim() : '';
  if (trimmed === '' || trimmed === 'null') return {};
  const value = parseBounded(trimmed);
  if (isObject(value)) return withDigits(trimmed, value) as JsonObject;
  const reason = 'this provider accepts arguments as an object: a text that is none is sent as {"invalid_arguments": text}';
  log.add({ param: 'messages.tool_calls.function.arguments', action: 'emulated', reason });
  return { invalid_arguments: trimmed };
}

function toolResult(message: Message & { role: 'tool' }, path: string, { toolNames }: Reading): Block {
  const id = message.tool_call_id;
  const common: Common = isObject(message['cache_control']) ? { path, cacheControl: message['cache_control'] } : { path };
  return { ...common, type: 'tool-result', id, name: toolNames.get(id) ?? textOf(message['name']), content: readContent(message, path) };
}
