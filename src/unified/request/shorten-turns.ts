/** Shortens turns. Copies only the turns that change. */
import { mapChanged } from '../../lib/map-changed.ts';
import type { Block, Turn } from './conversation.ts';
import { cutMiddle, type Shortening } from './shorten-text.ts';

/** Leaves turns out, and the middle of long texts. Calls of tools, reasoning and system turns keep their texts. */
export function shortenTurns(turns: readonly Turn[], { without, longestText }: Shortening): readonly Turn[] {
  const kept = without.size === 0 ? turns : turns.filter((_, index) => !without.has(index));
  return mapChanged(kept, (turn) => {
    if (turn.role === 'system') return turn;
    const blocks = shortenBlocks(turn.blocks, longestText);
    return blocks === turn.blocks ? turn : { ...turn, blocks };
  });
}

function shortenBlocks(blocks: readonly Block[], longestText: number): readonly Block[] {
  return mapChanged(blocks, (block) => {
    if (block.type === 'tool-result') {
      const inner = shortenBlocks(block.blocks, longestText);
      if (inner === block.blocks) return block;
      const { original: _, ...rest } = block;
      return { ...rest, blocks: inner };
    }
    if (block.type !== 'text' || block.text.length <= longestText) return block;
    const { original: _, ...rest } = block;
    return { ...rest, text: cutMiddle(block.text, longestText) };
  });
}
