/** Merges turns for formats with alternating user and assistant turns and separate system text. Keeps the order within a turn. */
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../unified/request/conversation.ts';
import type { RouterError } from '../../unified/error.ts';
import { append } from '../../lib/append.ts';

/** Text of a user message before an assistant message that comes first, for providers that require a user message there. */
export const OPENING = '(The assistant speaks first.)';

/** Neighbouring turns of one side. */
export type MergedTurn = { role: 'user' | 'assistant'; blocks: Block[] };

/** `system` holds the text of the system turns before the conversation, in order. */
export type MergedTurns = { system: BlockOf<'text'>[]; turns: MergedTurn[] };

/**
 * Merges turns. System text of later turns becomes text of the next user turn: its order carries meaning, and before the conversation it
 * would end the cached prefix of every earlier request. Where no user turn follows, it stays where it was.
 *
 * @throws RouterError naming the path of a system block that is not text, and of what only another format defines.
 */
export function mergeTurns(given: readonly Turn[]): MergedTurns {
  const system: BlockOf<'text'>[] = [];
  const turns: MergedTurn[] = [];
  /** System text that waits for a user turn, and how many turns came before it. */
  let late: Block[] = [];
  let before = 0;
  const add = (role: MergedTurn['role'], blocks: Block[]) => {
    const last = turns.at(-1);
    if (last?.role === role) append(last.blocks, blocks);
    else turns.push({ role, blocks });
  };
  const flush = () => {
    const last = turns[before - 1];
    if (last?.role === 'user') append(last.blocks, late);
    else if (late.length > 0) turns.splice(before, 0, { role: 'user', blocks: late });
    late = [];
  };
  for (const turn of given) {
    const blocks = turn.blocks.filter((block) => block.type !== 'text' || block.text !== '');
    for (const block of blocks) if (isForeign(block)) throw refuseForeign(block);
    if (turn.role === 'system') {
      const texts = blocks.map(onlyText);
      if (late.length === 0) before = turns.length;
      append(turns.length === 0 ? system : late, texts);
    } else if (turn.role === 'user') {
      add('user', [...late, ...blocks]);
      late = [];
    } else {
      const isBetween = late.length > 0 && before === turns.length && turns.at(-1)?.role === 'assistant';
      if (isBetween) flush();
      add('assistant', blocks);
    }
  }
  flush();
  return { system, turns };
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
