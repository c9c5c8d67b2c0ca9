/**
 * Calls of tools and their results, for formats that want every result right after its call, in the next message: the Messages API
 * ("`tool_use` ids were found without `tool_result` blocks immediately after") and Converse ("Expected toolResult blocks at
 * messages.2.content for the following Ids"; both as last known). Such providers name places of their own messages, which are not the
 * client's, so it is said here, by the client's. Mends nothing and writes no wire format.
 */
import { refuseBlock, type Block } from '../../unified/request/conversation.ts';
import type { MergedTurn } from './merge-turns.ts';

/**
 * Looks for calls without a result and results without a call.
 *
 * @param turns in strict alternation, as they will be sent: a turn that is left out must not stand between a call and its result.
 * @throws RouterError `invalid_request` naming the place of the first lone block, for one whose other half is not in the neighbouring turn.
 */
export function checkPairs(turns: readonly MergedTurn[]): void {
  for (const [index, { role, blocks }] of turns.entries()) {
    const [wanted, other, where] = role === 'assistant' ? [turns[index + 1], 'a result', 'after'] : [turns[index - 1], 'a call', 'before'];
    const known = new Set(wanted?.blocks.flatMap(idsOf));
    const lone = blocks.find((block) => idsOf(block).some((id) => !known.has(id)));
    if (lone === undefined) continue;
    throw refuseBlock(lone, `this provider requires ${other} with the id ${JSON.stringify(idsOf(lone)[0])} right ${where} it`);
  }
}

const idsOf = (block: Block): string[] => (block.type === 'tool-call' ? [block.id] : block.type === 'tool-result' ? [block.callId] : []);
