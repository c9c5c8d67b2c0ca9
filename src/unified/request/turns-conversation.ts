/** A conversation over turns, for each client format that is read into them. Its edits change turns, and leave the client's own body alone. */
import type { Block, Conversation, ToolUse, Turn } from './conversation.ts';
import { withAnswerBegun, withInstruction, withToolsAsText } from './edit-turns.ts';
import type { MediaReference } from './media.ts';
import { lastState, ownReasoning } from './own-reasoning.ts';
import type { ReasoningReader, ReasoningState } from './reasoning.ts';
import type { Shortening } from './shorten-text.ts';
import { shortenTurns } from './shorten-turns.ts';
import { findUrls, replaceUrls } from './turn-files.ts';
import { findToolUses, replaceToolUses } from './turn-tools.ts';

/** Name of the source of an edited conversation: its value is the turns. */
export const TURNS = 'turns';

/** What a client format supplies: what it was sent, by the name of the format, and a function that reads it. */
export type TurnsSource = {
  source: Conversation['source'];
  readTurns: () => readonly Turn[];
  /** Absent = itself. */ origin?: TurnsConversation;
};

/**
 * The conversation of a format that is not OpenAI's chat. Turns are read on first use, once. An edited conversation has
 * {@link TURNS} as the format of its source, and blocks that an edit changed have no `original`.
 */
export class TurnsConversation implements Conversation {
  readonly source: Conversation['source'];
  /** The conversation as the client sent it; itself where nothing was edited. */
  readonly origin: TurnsConversation;
  readonly #readTurns: () => readonly Turn[];
  #turns: readonly Turn[] | null = null;

  constructor({ source, readTurns, origin }: TurnsSource) {
    this.source = Object.freeze({ ...source });
    this.origin = origin ?? this;
    this.#readTurns = readTurns;
  }

  get turns(): readonly Turn[] {
    return (this.#turns ??= this.#readTurns());
  }

  textLength(): number {
    return this.turns.reduce((sum, { role, blocks }) => sum + role.length + 2 + lengthOf(blocks), 0);
  }

  text(): string {
    return this.turns.map(({ role, blocks }) => `${role}\n${textsOf(blocks).join('\n')}`).join('\n');
  }

  openingTexts(): readonly string[] {
    const { turns } = this;
    const first = [turns.find(({ role }) => role === 'system'), turns.find(({ role }) => role !== 'system')];
    return first.map((turn) => textsOf(turn?.blocks ?? []).join('\n'));
  }

  has(kind: 'image' | 'audio'): boolean {
    return this.turns.some(({ blocks }) => hasKind(blocks, kind));
  }

  urls(): readonly MediaReference[] {
    return findUrls(this.turns);
  }

  withFiles(dataUris: ReadonlyMap<string, string>): Conversation {
    return this.#edited(replaceUrls(this.turns, dataUris));
  }

  lastReasoning(): ReasoningState | null {
    return lastState(this.turns);
  }

  withReasoningFor(reader: ReasoningReader): { conversation: Conversation; isDropped: boolean } {
    const { turns, isDropped } = ownReasoning(this.turns, reader);
    return { conversation: this.#edited(turns), isDropped };
  }

  toolUses(): readonly ToolUse[] {
    return findToolUses(this.turns);
  }

  withToolUses(uses: readonly ToolUse[]): Conversation {
    return this.#edited(replaceToolUses(this.turns, uses));
  }

  withToolsAsText(): Conversation {
    return this.#edited(withToolsAsText(this.turns));
  }

  withInstruction(instruction: string): Conversation {
    return this.#edited(withInstruction(this.turns, instruction));
  }

  withAnswerBegun(text: string): Conversation {
    return this.#edited(withAnswerBegun(this.turns, text));
  }

  shortened(shortening: Shortening): Conversation {
    return this.#edited(shortenTurns(this.turns, shortening));
  }

  /** The same object where nothing changed: an upstream of the client's own format then gets what the client sent. */
  #edited(turns: readonly Turn[]): Conversation {
    return turns === this.turns ? this : conversationOf(turns, this.origin);
  }
}

/** A conversation of these turns, which no client sent in this form. @param origin what a client sent, where they were made of it. */
export function conversationOf(turns: readonly Turn[], origin?: TurnsConversation): Conversation {
  const source = { format: TURNS, value: turns };
  return new TurnsConversation({ source, readTurns: () => turns, ...(origin === undefined ? {} : { origin }) });
}

/** What a model reads of blocks. Calls count, since most of a long session with tools is in them; reasoning and files do not. */
function textsOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block): string[] => {
    switch (block.type) {
      case 'text':
        return block.text === '' ? [] : [block.text];
      case 'tool-call':
        return [`${block.name} ${block.input}`];
      case 'tool-result':
        return textsOf(block.blocks);
      default:
        return [];
    }
  });
}

/** Length of {@link textsOf}, joined: one more for each text. Makes no text. */
function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => {
    switch (block.type) {
      case 'text':
        return sum + block.text.length + 1;
      case 'tool-call':
        return sum + block.name.length + block.input.length + 2;
      case 'tool-result':
        return sum + lengthOf(block.blocks);
      default:
        return sum;
    }
  }, 0);
}

const hasKind = (blocks: readonly Block[], kind: 'image' | 'audio'): boolean =>
  blocks.some((block) => block.type === kind || (block.type === 'tool-result' && hasKind(block.blocks, kind)));
