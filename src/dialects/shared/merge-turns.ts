/** Merges turns for formats with alternating user and assistant turns and separate system text. Keeps the order within a turn. */
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../unified/request/conversation.ts';
import type { RouterError } from '../../unified/error.ts';
import { append } from '../../lib/append.ts';

/** Text of a user message before an assistant message that comes first, for providers that require a user message there. */
export const OPENING = '(The assistant speaks first.)';

/** Neighbouring turns of one side. */
export type MergedTurn = { role: 'user' | 'assistant'; blocks: Block[] };

/** `system` holds the text of every system turn, in order. */
export type MergedTurns = { system: BlockOf<'text'>[]; turns: MergedTurn[] };

/** @throws RouterError naming the path of a system block that is not text, and of what only another format defines. */
export function mergeTurns(turns: readonly Turn[]): MergedTurns {
  const system: BlockOf<'text'>[] = [];
  const merged: MergedTurn[] = [];
  for (const { role, blocks: given } of turns) {
    const blocks = given.filter((block) => block.type !== 'text' || block.text !== '');
    for (const block of blocks) if (isForeign(block)) throw refuseForeign(block);
    const last = merged.at(-1);
    if (role === 'system') append(system, blocks.map(onlyText));
    else if (last?.role === role) append(last.blocks, blocks);
    else merged.push({ role, blocks });
  }
  return { system, turns: merged };
}

function onlyText(block: Block): BlockOf<'text'> {
  if (block.type !== 'text') throw refuseBlock(block, 'a system message can hold only text');
  return block;
}

const isForeign = (block: Block) => block.type === 'native' || (block.type === 'tool-call' && block.kind === 'custom');

/** The error for a block that only another format defines. */
export function refuseForeign(block: Block): RouterError {
  const isContent = block.type === 'native' && block.of === 'content';
  const type = isContent ? JSON.stringify(block.value['type']) : '';
  return refuseBlock(
    block,
    isContent ? `content of type ${type} cannot be sent to this provider` : 'only calls of functions can be sent to this provider',
  );
}
