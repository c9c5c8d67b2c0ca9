/** Finds tool calls and their results in turns, and replaces their names and ids. */
import { mapChanged } from '../../lib/map-changed.ts';
import type { Block, BlockOf, ToolUse, Turn } from './conversation.ts';

/** Returns every use in order. `message` counts turns. */
export function findToolUses(turns: readonly Turn[]): ToolUse[] {
  const uses: ToolUse[] = [];
  for (const [message, { blocks }] of turns.entries()) {
    for (const block of blocks) {
      if (block.type === 'tool-call')
        uses.push({ kind: 'call', message, id: block.id, name: block.name, ...(block.kind === 'custom' ? { isCustom: true } : {}) });
      else if (block.type === 'tool-result') uses.push({ kind: 'result', message, id: block.callId, name: block.name });
    }
  }
  return uses;
}

/** Replaces the uses in the turns, in the order of {@link findToolUses}. Reasoning that belongs to a call gets its new id. */
export function replaceToolUses(turns: readonly Turn[], uses: readonly ToolUse[]): readonly Turn[] {
  let next = 0;
  return mapChanged(turns, (turn) => {
    const ids = new Map<string, string>();
    const used = mapChanged(turn.blocks, (block) => {
      if (block.type !== 'tool-call' && block.type !== 'tool-result') return block;
      const use = uses[next++];
      if (use === undefined) return block;
      if (block.type === 'tool-call') ids.set(block.id, use.id);
      return block.type === 'tool-call' ? renameCall(block, use) : renameResult(block, use);
    });
    if (used === turn.blocks) return turn;
    return { ...turn, blocks: mapChanged(used, (block) => followCall(block, ids)) };
  });
}

function renameCall(block: BlockOf<'tool-call'>, { id, name }: ToolUse): Block {
  if (block.id === id && block.name === (name ?? block.name)) return block;
  const { original: _, ...rest } = block;
  return { ...rest, id, name: name ?? block.name };
}

function renameResult(block: BlockOf<'tool-result'>, { id, name }: ToolUse): Block {
  if (block.callId === id && block.name === (name ?? block.name)) return block;
  const { original: _, ...rest } = block;
  return { ...rest, callId: id, name: name ?? block.name };
}

function followCall(block: Block, ids: ReadonlyMap<string, string>): Block {
  if (block.type !== 'reasoning') return block;
  const [id, callId] = [ids.get(block.id ?? ''), ids.get(block.state?.callId ?? '')];
  const hasNewCall = callId !== undefined && callId !== block.state?.callId;
  if (!hasNewCall && (id === undefined || id === block.id)) return block;
  const { original: _, ...rest } = block;
  return { ...rest, id: id ?? block.id, state: block.state === null || !hasNewCall ? block.state : { ...block.state, callId } };
}
