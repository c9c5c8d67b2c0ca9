/**
 * Writes turns as OpenAI's messages, for a client of another format. Tool results become separate messages before other content of their
 * turn. The format separates reasoning, text and calls, so their order is not kept.
 */
import type { JsonObject } from '../../../lib/json.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../../unified/request/conversation.ts';
import type { Message } from '../../../unified/request/message.ts';

/** Writes turns. @throws RouterError naming the path of a block that only another format defines. */
export function writeMessages(turns: readonly Turn[]): Message[] {
  return turns.flatMap((turn) => (turn.role === 'assistant' ? [writeAnswer(turn)] : writeTurn(turn))) as Message[];
}

function writeTurn({ role, blocks, fields, isDeveloper }: Turn): JsonObject[] {
  const results = blocks.filter((block) => block.type === 'tool-result').map(writeResult);
  const others = blocks.filter(({ type }) => type !== 'tool-result');
  if (results.length > 0 && others.length === 0) return results;
  return [...results, { ...fields, role: isDeveloper === true ? 'developer' : role, content: writeContent(others) }];
}

const writeResult = ({ callId, blocks, isError, cacheControl }: BlockOf<'tool-result'>): JsonObject => ({
  role: 'tool',
  tool_call_id: callId,
  content: writeContent(blocks),
  ...(isError ? { is_error: true } : {}),
  ...(cacheControl === undefined ? {} : { cache_control: cacheControl }),
});

function writeAnswer({ blocks, fields }: Turn): JsonObject {
  const calls = blocks.filter((block) => block.type === 'tool-call').map(writeCall);
  const thoughts = blocks.filter((block) => block.type === 'reasoning');
  const others = blocks.filter(({ type }) => type !== 'tool-call' && type !== 'reasoning');
  const reasoning = thoughts.map(({ text }) => text).join('');
  const details = thoughts.flatMap(writeDetails);
  return {
    ...fields,
    role: 'assistant',
    content: others.length === 0 && calls.length > 0 ? null : writeContent(others),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details.map((detail, index) => ({ ...detail, index })) }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** Encrypted reasoning and its summary are two details. */
function writeDetails({ kind, text, format, id, state }: BlockOf<'reasoning'>): JsonObject[] {
  const common = { ...(id === null ? {} : { id }), format };
  if (kind === 'encrypted') {
    const summary = text === '' ? [] : [{ type: 'reasoning.summary', summary: text, ...common }];
    return [...summary, { type: 'reasoning.encrypted', data: state?.data ?? '', ...common }];
  }
  const signed = state?.kind === 'signature' ? { signature: state.data } : {};
  return [{ type: `reasoning.${kind}`, [kind]: text, ...signed, ...common }];
}

function writeCall({ id, name, input, kind, signature }: BlockOf<'tool-call'>): JsonObject {
  const made = kind === 'custom' ? { custom: { name, input } } : { function: { name, arguments: input === '' ? '{}' : input } };
  return { id, type: kind, ...made, ...(signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }) };
}

/** One text as a string, anything else as parts. */
function writeContent(blocks: readonly Block[]): string | JsonObject[] {
  const [only, ...more] = blocks;
  if (only === undefined) return '';
  if (more.length === 0 && only.type === 'text' && only.isRefusal !== true && only.cacheControl === undefined) return only.text;
  return blocks.map((block) => {
    const part = { ...writePart(block), ...(block.cacheControl === undefined ? {} : { cache_control: block.cacheControl }) };
    CLIENT_PATHS.set(part, block.path);
    return part;
  });
}

/** Paths of parts in the client's body, whose messages are others than these. */
const CLIENT_PATHS = new WeakMap<object, string>();

/** Where a part stood in the body of the client. @param place where it stands in these messages, which may be the client's own. */
export const pathOfPart = (part: object, place: string): string => CLIENT_PATHS.get(part) ?? place;

function writePart(block: Block): JsonObject {
  switch (block.type) {
    case 'text':
      return block.isRefusal === true ? { type: 'refusal', refusal: block.text } : { type: 'text', text: block.text };
    case 'image':
      return { type: 'image_url', image_url: { url: block.url, ...(block.detail === null ? {} : { detail: block.detail }) } };
    case 'video':
      return { type: 'video_url', video_url: { url: block.url } };
    case 'audio':
      return { type: 'input_audio', input_audio: { data: block.base64, format: block.format } };
    case 'document': {
      const named = block.filename === null ? {} : { filename: block.filename };
      return { type: 'file', file: { ...named, ...(block.url === '' ? { file_id: block.fileId } : { file_data: block.url }) } };
    }
    default:
      throw refuseBlock(block, `a block of type ${block.type} cannot be sent to this provider`);
  }
}
