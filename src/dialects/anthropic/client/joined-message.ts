/** Makes the message of the events of a stream: some upstreams stream although a body was asked for. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { readArguments } from '../../shared/call-input.ts';
import { INVALID_INPUT, PIECE_FIELDS, type BlockFrames, type PieceKind } from './block-sink.ts';

/** Receives the events of a stream. */
export interface MessageFrames extends BlockFrames {
  /** The message, complete after `message_delta`. */
  message(): JsonObject;
}

/** @param onLost called for what has no place in a message: its name and the reason. */
export function createMessageFrames(onLost: (name: string, reason: string) => void): MessageFrames {
  let message: JsonObject = {};
  const content: JsonObject[] = [];
  /** Arguments of the last block, as far as they have come. */
  let json = '';

  function addDelta(block: JsonObject, { type, ...fields }: JsonObject): void {
    const kind = String(type).replace(/_delta$/, '');
    if (kind === 'input_json') json += textOf(fields['partial_json']) ?? '';
    else if (kind === 'citations') block['citations'] = [...arrayOf(block['citations']), fields['citation']];
    else if (Object.hasOwn(PIECE_FIELDS, kind)) grow(block, PIECE_FIELDS[kind as PieceKind], fields);
    else if (kind === 'compaction') grow(block, 'content', fields);
    else onLost(String(type), 'a delta that this router does not know has no place in a body');
  }

  function stop(index: number): void {
    const block = content[index];
    if (block === undefined || json === '') return;
    block['input'] = readArguments(json, { add: () => onLost(...INVALID_INPUT) });
  }

  function write(payload: JsonObject): void {
    const { type, index, ...fields } = payload;
    const block = content[Number(index)];
    if (type === 'message_start' && isObject(fields['message'])) message = { ...fields['message'], content };
    else if (type === 'content_block_start' && isObject(fields['content_block'])) {
      json = '';
      content.push({ ...fields['content_block'] });
    } else if (type === 'content_block_delta' && block !== undefined && isObject(fields['delta'])) addDelta(block, fields['delta']);
    else if (type === 'content_block_stop') stop(Number(index));
    else if (type === 'message_delta') {
      const { delta, usage, ...rest } = fields;
      Object.assign(message, delta, rest, { usage: { ...(message['usage'] as JsonObject | null), ...(usage as JsonObject) } });
    }
  }

  return {
    write,
    start: (index, block) => write({ type: 'content_block_start', index, content_block: block }),
    add: (index, kind, piece) =>
      write({ type: 'content_block_delta', index, delta: { type: `${kind}_delta`, [PIECE_FIELDS[kind]]: piece } }),
    stop,
    take: () => '',
    message: () => message,
  };
}

function grow(block: JsonObject, field: string, { [field]: piece }: JsonObject): void {
  block[field] = (textOf(block[field]) ?? '') + (textOf(piece) ?? '');
}
