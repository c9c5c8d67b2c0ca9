/**
 * Reasoning in a history, by who made it. Its state is valid only for the provider that made it: OpenAI refuses what another organization got
 * ("invalid_encrypted_content"). Claude's is bound to the text before it and by some models to the account; a model that cannot read a block
 * leaves it out without an error (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking, read 2026-11-30). So models of one
 * provider are not told apart.
 */
import { mapChanged } from '../../lib/map-changed.ts';
import type { Block, Turn } from './conversation.ts';
import { isOwn, type ReasoningReader, type ReasoningState } from './reasoning.ts';

/** Turns, and whether reasoning was left out of them. */
export type OwnReasoning = { turns: readonly Turn[]; isDropped: boolean };

/** Leaves out reasoning that the reader did not make, and turns of nothing else. The same array where nothing changes. */
export function ownReasoning(turns: readonly Turn[], reader: ReasoningReader): OwnReasoning {
  let isDropped = false;
  const read = turns.map((turn): Turn => {
    const own = turn.blocks.filter((block) => block.type !== 'reasoning' || isOwn(block.state, reader));
    const blocks = mapChanged(own, withoutEnvelope);
    if (own.length === turn.blocks.length && blocks === own) return turn;
    isDropped ||= own.length < turn.blocks.length;
    return { ...turn, blocks };
  });
  const kept = read.filter((turn, index) => turn === turns[index] || turn.blocks.length > 0);
  return { turns: kept.some((turn, index) => turn !== turns[index]) || kept.length < turns.length ? kept : turns, isDropped };
}

/** The state of the last reasoning that has one; null = none. */
export function lastState(turns: readonly Turn[]): ReasoningState | null {
  for (const { blocks } of turns.toReversed()) {
    for (const block of blocks.toReversed()) if (block.type === 'reasoning' && block.state !== null) return block.state;
  }
  return null;
}

/** A block with an envelope, whose client's own form is for no upstream. It is always another block: what the client sent has to be edited. */
function withoutEnvelope(block: Block): Block {
  if (block.type !== 'reasoning' || block.state === null || block.state.provider === null) return block;
  const { original: _, ...rest } = block;
  return rest;
}
