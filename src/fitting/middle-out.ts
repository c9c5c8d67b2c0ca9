/**
 * Shortens a conversation from its middle until it is small enough. The system text, the first and the last messages stay. A call of a tool
 * and its result stay together, or are left out together. Where that is not enough, the middle of long texts is left out. Linear in the
 * length of the conversation, apart from sorting the lengths of its texts. Pure.
 */
import { estimateTurnTokens } from '../unified/estimate/prompt-tokens.ts';
import type { Block, Conversation, Turn } from '../unified/request/conversation.ts';
import { LEAST_LONGEST_TEXT } from '../unified/request/shorten-text.ts';

/** A shortened conversation, and what was done. Tokens are estimated. */
export type Shortened = {
  conversation: Conversation;
  /** Turns that are left out, and turns there were. */
  leftOut: number;
  turns: number;
  /** Length that texts were cut to, in UTF-16 units; null = none was cut. */
  longestText: number | null;
  tokensBefore: number;
  tokensAfter: number;
};

/**
 * Shortens a conversation.
 *
 * @param room most tokens of it (`limit`), at a model of this name.
 * @returns the conversation itself with nothing left out where it is small enough; null where it cannot be made so.
 */
export function shortenToFit(conversation: Conversation, { limit, model }: { limit: number; model: string }): Shortened | null {
  const { turns } = conversation;
  const { tokens: sizes, tokensPerUnit } = estimateTurnTokens(turns, model);
  const tokensBefore = sizes.reduce((sum, size) => sum + size, 0);
  const groups = groupsOf(turns);
  const without = new Set<number>();
  let tokensAfter = tokensBefore;
  for (const group of middleFirst(groups.length, lastToKeep(groups, turns))) {
    if (tokensAfter <= limit) break;
    for (const turn of groups[group] ?? []) {
      without.add(turn);
      tokensAfter -= sizes[turn] ?? 0;
    }
  }
  const kept = turns.filter(({ role }, index) => role !== 'system' && !without.has(index));
  const cut = tokensAfter <= limit ? { longestText: null, saved: 0 } : levelOf(textLengths(kept), (tokensAfter - limit) / tokensPerUnit);
  if (cut === null) return null;
  const { longestText, saved } = cut;
  return {
    conversation:
      without.size === 0 && longestText === null ? conversation : conversation.shortened({ without, longestText: longestText ?? Infinity }),
    leftOut: without.size,
    turns: turns.length,
    longestText,
    tokensBefore,
    tokensAfter: tokensAfter - Math.floor(saved * tokensPerUnit),
  };
}

/**
 * Groups the turns that can only be left out together, in order: an answer with calls, the results of these calls, and what is between them.
 * System turns are in no group.
 */
function groupsOf(turns: readonly Turn[]): number[][] {
  const madeAt = new Map<string, number>();
  const starts: number[] = [];
  for (const [index, { role, blocks }] of turns.entries()) {
    if (role === 'system') continue;
    let needed = index;
    for (const block of blocks) {
      if (block.type === 'tool-call') madeAt.set(block.id, index);
      else if (block.type === 'tool-result') needed = Math.min(needed, madeAt.get(block.callId) ?? index);
    }
    if (needed === index) starts.push(index);
    while ((starts.at(-1) ?? 0) > needed) starts.pop();
  }
  const groups: number[][] = starts.map(() => []);
  let group = -1;
  for (const [index, { role }] of turns.entries()) {
    if (starts[group + 1] === index) group++;
    if (role !== 'system') groups[group]?.push(index);
  }
  return groups;
}

/** The first group of the end that stays: that of the last turn, with the one before an answer that was begun. */
function lastToKeep(groups: readonly (readonly number[])[], turns: readonly Turn[]): number {
  const last = groups.length - 1;
  const [only, ...more] = groups[last] ?? [];
  return more.length === 0 && only !== undefined && turns[only]?.role === 'assistant' ? last - 1 : last;
}

/** Positions between the first and `end`, both excluded: those in the middle first. */
function* middleFirst(count: number, end: number): Generator<number> {
  const middle = count >> 1;
  for (let step = 0; step < 2 * count; step++) {
    const position = step % 2 === 0 ? middle + step / 2 : middle - (step + 1) / 2;
    if (position > 0 && position < end) yield position;
  }
}

function textLengths(turns: readonly Turn[]): number[] {
  const lengths: number[] = [];
  const add = (blocks: readonly Block[]): void => {
    for (const block of blocks) {
      if (block.type === 'text') lengths.push(block.text.length);
      else if (block.type === 'tool-result') add(block.blocks);
    }
  };
  for (const { blocks } of turns) add(blocks);
  return lengths;
}

/** The greatest length that saves so many characters when all longer texts are cut to it; null where the least one does not. */
function levelOf(lengths: readonly number[], excess: number): { longestText: number; saved: number } | null {
  const sorted = lengths.toSorted((one, other) => other - one);
  let longer = 0;
  for (const [position, length] of sorted.entries()) {
    longer += length;
    const count = position + 1;
    const next = Math.max(LEAST_LONGEST_TEXT, sorted[count] ?? 0);
    const level = Math.floor((longer - excess) / count);
    if (level >= next) return { longestText: level, saved: longer - count * level };
    if (length <= LEAST_LONGEST_TEXT) return null;
  }
  return null;
}
