/**
 * Calls of tools and their results: Converse wants every result right after its call, in the next message ("Expected toolResult blocks at
 * messages.2.content for the following Ids", as last known), and names places of its own messages, which are not the client's. So it is
 * said here, by the client's. Decides nothing else.
 */
import { refuseBlock, type Block, type Turn } from '../../unified/conversation.ts';

/** Looks at turns that alternate. @throws RouterError `invalid_request` naming the message. */
export function checkPairs(turns: readonly Turn[]): void {
  for (const [index, { role, blocks }] of turns.entries()) {
    const [wanted, other, where] = role === 'assistant' ? [turns[index + 1], 'a result', 'after'] : [turns[index - 1], 'a call', 'before'];
    const known = new Set(wanted?.blocks.flatMap(idsOf));
    const lone = blocks.find((block) => idsOf(block).some((id) => !known.has(id)));
    if (lone === undefined) continue;
    throw refuseBlock(lone, `this provider wants ${other} with the id ${JSON.stringify(idsOf(lone)[0])} right ${where} it`);
  }
}

const idsOf = (block: Block): string[] => (block.type === 'tool-call' || block.type === 'tool-result' ? [block.id] : []);
