/**
 * Checks that every tool result directly follows its call, in the next message, for formats that require it: the Messages API
 * ("`tool_use` ids were found without `tool_result` blocks immediately after") and Converse ("Expected toolResult blocks at
 * messages.2.content for the following Ids"; both as last known). Errors of these providers refer to their own messages; this check names
 * the client's path. Changes nothing.
 */
import { refuseBlock, type Block } from '../../unified/request/conversation.ts';
import type { MergedTurn } from './merge-turns.ts';

/**
 * Finds calls without a result and results without a call.
 *
 * @param turns strictly alternating, as they will be sent.
 * @throws RouterError `invalid_request` naming the path of the first block without its counterpart in the neighbouring turn.
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
