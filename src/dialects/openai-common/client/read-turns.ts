/** Reads OpenAI's messages as turns of blocks. Nothing is lost: other fields are kept in the turn. */
import { isEnvelope } from '../../shared/envelope.ts';
import { arrayOf, isObject, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../../unified/request/conversation.ts';
import { MARK_FIELDS, readCacheMark } from '../../../unified/request/cache-mark.ts';
import { readSource } from '../../../unified/request/media.ts';
import type { Message } from '../../../unified/request/message.ts';
import { joinReasoningDetails, stateIn, type ReasoningDetail, type ReasoningState } from '../../../unified/request/reasoning.ts';

/** Name of this format. */
export const FORMAT = 'openai-chat';

/** Reads messages. @throws RouterError naming the path of a file without an address, or of a data URI that cannot be read. */
export function readTurns(messages: readonly Message[]): Turn[] {
  const toolNames = new Map<string, string>();
  return messages.map((message, index) => readTurn(message, `messages[${index}]`, toolNames));
}

/** Fields that are read into blocks, by role. */
const READ: Readonly<Partial<Record<Message['role'], readonly string[]>>> = {
  assistant: ['role', 'content', 'tool_calls', 'reasoning_details'],
  tool: ['role', 'content', 'tool_call_id', 'is_error'],
};
const READ_OF_ALL: readonly string[] = ['role', 'content'];

function readTurn(message: Message, path: string, toolNames: Map<string, string>): Turn {
  const read = READ[message.role] ?? READ_OF_ALL;
  const fields = Object.fromEntries(Object.entries(message).filter(([field]) => !read.includes(field) && !MARK_FIELDS.includes(field)));
  switch (message.role) {
    case 'system':
      return { role: 'system', blocks: readContent(message, path), path, fields };
    case 'developer':
      return { role: 'system', blocks: readContent(message, path), path, fields, isDeveloper: true };
    case 'user':
      return { role: 'user', blocks: readContent(message, path), path, fields };
    case 'tool':
      return { role: 'user', blocks: [readToolResult(message, path, toolNames)], path, fields };
    case 'assistant': {
      const calls = arrayOf(message.tool_calls).map((call, position) => readToolCall(call, `${path}.tool_calls[${position}]`, toolNames));
      const blocks = [...readReasoning(message, path), ...readContent(message, path), ...calls];
      const images = arrayOf(message['images']).filter(isObject);
      const turn: Turn = { role: 'assistant', blocks, path, fields };
      return images.length === 0 ? turn : { ...turn, images: images.flatMap((part, index) => readPart(part, `${path}.images[${index}]`)) };
    }
  }
}

/** Reads reasoning as blocks, or as plain text under either of its names. */
function readReasoning(message: JsonObject, path: string): Block[] {
  const details = joinReasoningDetails(arrayOf(message['reasoning_details']));
  if (details.length > 0) return details.map((detail) => readDetail(detail, `${path}.reasoning_details`));
  const text = textOf(message['reasoning']) ?? textOf(message['reasoning_content']);
  if (text === null) return [];
  return [{ type: 'reasoning', kind: 'text', text, format: null, id: null, state: null, path: `${path}.reasoning` }];
}

function readDetail(detail: ReasoningDetail, path: string): BlockOf<'reasoning'> {
  const kind = detail.type === 'reasoning.encrypted' ? 'encrypted' : detail.type === 'reasoning.text' ? 'text' : 'summary';
  const text = textOf(detail['text']) ?? textOf(detail['summary']) ?? '';
  return { type: 'reasoning', kind, text, format: textOf(detail['format']), id: textOf(detail['id']), state: bareState(detail), path };
}

/** An envelope is of another client format: what is in it cannot be told apart here. */
function bareState(detail: ReasoningDetail): ReasoningState | null {
  const state = stateIn(detail);
  return state !== null && isEnvelope(state.data) ? null : state;
}

/** Reads the content; a mark of the whole message is one of its last block. */
function readContent(message: Message, path: string): Block[] {
  const blocks = readParts(message.content, path);
  const [mark, last] = [message.role === 'tool' ? null : readCacheMark(message), blocks.at(-1)];
  return mark === null || last === undefined || last.cacheControl !== undefined
    ? blocks
    : [...blocks.slice(0, -1), { ...last, cacheControl: mark }];
}

function readParts(content: Message['content'], path: string): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content, path: `${path}.content` }];
  return arrayOf(content).flatMap((part, position) => (isObject(part) ? readPart(part, `${path}.content[${position}]`) : []));
}

/** What is read of a part of each type; the rest is `extra`. */
const OWN_FIELDS: Readonly<Record<string, string>> = { refusal: 'refusal', text: 'text' };

function readPart(part: JsonObject, path: string): Block[] {
  const { type, [OWN_FIELDS[wordOf(part['type'])] ?? wordOf(part['type'])]: own, ...others } = part;
  const { cache_control: _, prompt_cache_breakpoint: __, ...extra } = others as JsonObject;
  const mark = readCacheMark(part);
  const common = {
    path,
    ...(mark === null ? {} : { cacheControl: mark }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
  switch (type) {
    case 'text':
      return [{ ...common, type, text: String(own) }];
    case 'refusal':
      return [{ ...common, type: 'text', text: String(own), isRefusal: true }];
    case 'image_url':
      return [{ ...common, type: 'image', ...fileAt(own, path), detail: isObject(own) ? textOf(own['detail']) : null }];
    case 'video_url':
      return [{ ...common, type: 'video', ...fileAt(own, path) }];
    case 'input_audio': {
      const audio = isObject(own) ? own : {};
      return [{ ...common, type: 'audio', base64: String(audio['data']), format: textOf(audio['format']) ?? 'wav' }];
    }
    case 'file':
      return [{ ...common, ...readFile(isObject(own) ? own : {}, path) }];
    default:
      return [{ ...common, type: 'native', of: 'content', format: FORMAT, value: part }];
  }
}

function fileAt(given: unknown, path: string) {
  const url = typeof given === 'string' ? given : isObject(given) ? String(given['url']) : '';
  return { source: readSource(url, path), url };
}

/** Reads a file. OpenAI and OpenRouter (a URL in file_data) have different names for the same field. */
function readFile(file: JsonObject, path: string): BlockOf<'document'> {
  const [url, fileId] = [textOf(file['file_data']), textOf(file['file_id'])];
  if (url === null && fileId === null) throw refuseBlock({ path }, 'a file needs file_data or file_id');
  const address = url === null ? { source: { kind: 'url' as const, url: '' }, url: '' } : fileAt(url, path);
  return { type: 'document', ...address, filename: textOf(file['filename']), fileId, path };
}

function readToolCall(given: unknown, path: string, toolNames: Map<string, string>): Block {
  const call = isObject(given) ? given : {};
  const { id, function: fn, custom, extra_content: extra } = call;
  const made = isObject(fn) ? fn : call['type'] === 'custom' && isObject(custom) ? custom : null;
  if (made === null) return { type: 'native', of: 'call', format: FORMAT, value: call, path };
  const [name, kind] = [String(made['name']), made === fn ? ('function' as const) : ('custom' as const)];
  toolNames.set(String(id), name);
  const signature = isObject(extra) && isObject(extra['google']) ? textOf(extra['google']['thought_signature']) : null;
  const input = textOf(made === fn ? made['arguments'] : made['input']) ?? '';
  return { type: 'tool-call', id: String(id), name, input, kind, ...(signature === null ? {} : { signature }), path };
}

function readToolResult(message: Message & { role: 'tool' }, path: string, toolNames: ReadonlyMap<string, string>): Block {
  const callId = message.tool_call_id;
  const mark = readCacheMark(message);
  return {
    type: 'tool-result',
    callId,
    name: toolNames.get(callId) ?? textOf(message['name']),
    blocks: readContent(message, path),
    isError: message['is_error'] === true,
    ...(mark === null ? {} : { cacheControl: mark }),
    path,
  };
}
