/**
 * The conversation of a request in no wire format: ordered turns of ordered blocks. Each client format supplies a {@link Conversation}
 * over the messages that it was sent: an upstream of the same format takes those as they are, any other is written from the turns.
 */
import type { JsonObject } from '../../lib/json.ts';
import { RouterError } from '../error.ts';
import type { MediaReference, MediaSource } from './media.ts';
import type { ReasoningReader, ReasoningState } from './reasoning.ts';
import type { Shortening } from './shorten-text.ts';

/**
 * `path`: where it stood in the client's own body (`messages[2].content[0]`); errors name it. `cacheControl`: the cache mark it bore.
 * `extra`: fields of the client's own block that are not read, its cache mark included. `original`: the client's own block, whole: an
 * upstream of the client's format writes it unchanged where the conversation was edited. In the Responses API it is the part of a message,
 * and for what is no message the item. An edit of the block removes it.
 */
type Common = { path: string; cacheControl?: JsonObject; extra?: JsonObject; original?: JsonObject };

/** A file, as its address was given: a URL or a data URI. */
type FileOf = { source: MediaSource; url: string };

/** One piece of a turn. */
export type Block = Common &
  (
    | { type: 'text'; text: string; isRefusal?: true; citations?: readonly JsonObject[] }
    | ({ type: 'image'; detail: string | null } & FileOf)
    | ({ type: 'document'; filename: string | null; fileId: string | null } & FileOf)
    | { type: 'audio'; base64: string; format: string }
    | ({ type: 'video' } & FileOf)
    /** `input`: JSON text of a function's arguments, in which numbers keep their digits, or the text for a custom tool. */
    | { type: 'tool-call'; id: string; name: string; input: string; kind: 'function' | 'custom'; namespace?: string; signature?: string }
    | { type: 'tool-result'; callId: string; name: string | null; blocks: readonly Block[]; isError: boolean }
    | ReasoningBlock
    /** What only its own format defines. */
    | { type: 'native'; of: 'content' | 'call'; format: string; value: JsonObject }
  );

/**
 * Reasoning that the client sends back. `kind`: what its text is; `format`: the family that made it, null where the client does not say;
 * `id`: what its maker called it.
 */
type ReasoningBlock = {
  type: 'reasoning';
  kind: 'text' | 'summary' | 'encrypted';
  text: string;
  format: string | null;
  id: string | null;
  state: ReasoningState | null;
};

/** A block of one type. */
export type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

/** One message of the client. A result of a tool is a turn of the user. */
export type Turn = {
  role: 'system' | 'user' | 'assistant';
  blocks: readonly Block[];
  path: string;
  /** Fields of the message that no block holds, with something in them: names of speakers, fields of one format, unknown ones. */
  fields: Readonly<JsonObject>;
  /** OpenAI's role `developer`, which is another word for `system`. */
  isDeveloper?: true;
  /** Images that the model made in this turn; they stand beside its blocks. */
  images?: readonly Block[];
};

/** One use of a tool in the history: the call, or its result. `message` counts the client's messages from 0. */
export type ToolUse = {
  kind: 'call' | 'result';
  message: number;
  id: string;
  name: string | null;
  /** The call of a custom tool. */ isCustom?: true;
};

/** What a client format supplies for the messages that it was sent. Immutable: each change is another conversation. */
export interface Conversation {
  /** What the client sent, by the name of its format. Frozen. */
  readonly source: { readonly format: string; readonly value: unknown };
  /** Read on first use. @throws RouterError `invalid_request` naming the path of what cannot be read. */
  readonly turns: readonly Turn[];
  /** Length of what a model reads, in UTF-16 units; files are not counted. Reads no turns. */
  textLength(): number;
  /** What a model reads, as one text, for estimates. */
  text(): string;
  /** Texts of the first system message and of the first other one: what a conversation is recognized by. */
  openingTexts(): readonly string[];
  /** Whether there is an image or audio in it. */
  has(kind: 'image' | 'audio'): boolean;
  /** Every URL of a file. */
  urls(): readonly MediaReference[];
  /** The same with these URLs replaced by data URIs. */
  withFiles(dataUris: ReadonlyMap<string, string>): Conversation;
  /** The state of the last reasoning in it. Null = none, or its maker cannot be told in this format. */
  lastReasoning(): ReasoningState | null;
  /** The same without reasoning that the reader did not make. A format that does not name makers keeps all. */
  withReasoningFor(reader: ReasoningReader): { conversation: Conversation; isDropped: boolean };
  /** Calls of tools and their results, in order. */
  toolUses(): readonly ToolUse[];
  /** The same with the names and ids of these uses, which are as many and in the same order as {@link toolUses}. */
  withToolUses(uses: readonly ToolUse[]): Conversation;
  /** The same with calls and results written out as text. */
  withToolsAsText(): Conversation;
  /** The same with an instruction at the end of the system text before the conversation. */
  withInstruction(instruction: string): Conversation;
  /** The same with this text as the beginning of the answer, behind one that was begun already. */
  withAnswerBegun(text: string): Conversation;
  /** The same without some turns, and without the middle of long texts. */
  shortened(shortening: Shortening): Conversation;
}

/** The error for a block that a format has no place for. */
export function refuseBlock({ path }: Pick<Block, 'path'>, what: string): RouterError {
  return new RouterError('invalid_request', `${path}: ${what}.`, { param: path });
}
