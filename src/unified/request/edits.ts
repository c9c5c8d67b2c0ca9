/** What the router changed in a conversation, by the paths of the client's own body. */
import type { Block, Conversation, Turn } from './conversation.ts';
import { TurnsConversation } from './turns-conversation.ts';

/** Edits of a conversation that a client sent in its own format. */
export type Edits = {
  /** What that client sent, by the name of its format. */
  source: Conversation['source'];
  /** For each path with other blocks than the client's: those blocks; none = the block, or the whole turn, was left out. */
  changed: ReadonlyMap<string, readonly Block[]>;
  /** Turns behind those of the client: an answer that was begun. */
  added: readonly Turn[];
};

/** Returns what was changed, also where nothing was; null where the turns are not those of a client. */
export function editsOf(conversation: Conversation): Edits | null {
  if (!(conversation instanceof TurnsConversation)) return null;
  const { origin } = conversation;
  if (origin === conversation) return { source: origin.source, changed: new Map(), added: [] };
  const [before, after] = [blocksByPath(origin.turns), blocksByPath(conversation.turns)];
  const changed = new Map<string, readonly Block[]>();
  for (const [path, blocks] of before) {
    const now = after.get(path) ?? [];
    if (!areSame(blocks, now)) changed.set(path, now);
  }
  const turnsLeft = new Set(conversation.turns.map(({ path }) => path));
  for (const { path } of origin.turns) if (!turnsLeft.has(path)) changed.set(path, []);
  const added = conversation.turns.filter(({ blocks }) => blocks.some(({ path }) => !before.has(path)));
  return { source: origin.source, changed, added };
}

/** All blocks, those in results of tools included. An item of a format may be several blocks with one path. */
function blocksByPath(turns: readonly Turn[]): Map<string, Block[]> {
  const all = new Map<string, Block[]>();
  const add = (block: Block): void => {
    const known = all.get(block.path);
    if (known === undefined) all.set(block.path, [block]);
    else known.push(block);
    if (block.type === 'tool-result') block.blocks.forEach(add);
  };
  for (const { blocks } of turns) blocks.forEach(add);
  return all;
}

/** A result of a tool is the same when its blocks, which are compared by themselves, differ. */
const areSame = (before: readonly Block[], now: readonly Block[]): boolean =>
  before.length === now.length && before.every((block, index) => block === now[index] || isResultOf(block, now[index]));

const isResultOf = (block: Block, other: Block | undefined): boolean =>
  block.type === 'tool-result' && other?.type === 'tool-result' && block.callId === other.callId;
