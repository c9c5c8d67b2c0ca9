/**
 * Calls of tools and their results: the host wants every result right after its call, in the next message, and refuses anything else
 * by the places of its own messages, which are not the client's ("`tool_use` ids were found without `tool_result` blocks immediately
 * after", as last known). So it is said here, by the client's.
 */
import { refuseBlock, type Block, type Turn } from '../../unified/conversation.ts';

/** Looks at turns in which nothing is blank. @throws RouterError `invalid_request` naming the message. */
export function checkPairs(turns: readonly Turn[]): void {
  for (const [index, { role, blocks }] of turns.entries()) {
    const [wanted, other] = role === 'assistant' ? [turns[index + 1], 'a result'] : [turns[index - 1], 'a call'];
    const known = new Set(wanted?.blocks.flatMap((block) => idOf(block)));
    const lone = blocks.find((block) => idOf(block).some((id) => !known.has(id)));
    if (lone === undefined) continue;
    const where = role === 'assistant' ? 'after' : 'before';
    throw refuseBlock(lone, `this provider wants ${other} with the id ${JSON.stringify(idOf(lone)[0])} right ${where} it`);
  }
}

const idOf = (block: Block): string[] => (block.type === 'tool-call' || block.type === 'tool-result' ? [block.id] : []);
