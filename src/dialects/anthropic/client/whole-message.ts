/** Writes a whole message of an upstream as blocks of a stream: some upstreams send one although a stream was asked for. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { BlockFrames, PieceKind } from './block-sink.ts';
import type { BlockWriter } from './block-writer.ts';

/** Writes the blocks, each with all of its fields. */
export function writeWholeContent(content: unknown, frames: BlockFrames, writer: BlockWriter): void {
  for (const block of arrayOf(content).filter(isObject)) {
    const { begun, pieces } = splitBlock(block);
    const index = writer.adopt(block['type'] === 'tool_use' ? 'tool_use' : 'other', null);
    frames.start(index, begun);
    for (const [kind, piece] of pieces) if (piece !== '') frames.add(index, kind, piece);
    writer.close();
  }
}

/** Returns a block as it begins, and the pieces that complete it. Clients expect these fields in pieces; others are whole at the beginning. */
function splitBlock(block: JsonObject): { begun: JsonObject; pieces: [kind: PieceKind, piece: string][] } {
  const text = (name: string) => textOf(block[name]) ?? '';
  switch (block['type']) {
    case 'text':
      return { begun: { ...block, text: '' }, pieces: [['text', text('text')]] };
    case 'thinking':
      return {
        begun: { ...block, thinking: '', signature: '' },
        pieces: [
          ['thinking', text('thinking')],
          ['signature', text('signature')],
        ],
      };
    case 'tool_use':
    case 'server_tool_use':
      return { begun: { ...block, input: {} }, pieces: [['input_json', JSON.stringify(block['input'] ?? {})]] };
    default:
      return { begun: block, pieces: [] };
  }
}
