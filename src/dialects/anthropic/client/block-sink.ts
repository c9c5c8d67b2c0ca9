/** Where the content blocks of an answer are written: to the frames of a stream, or to the list of a body. */
import type { JsonObject } from '../../../lib/json.ts';
import type { AnswerBudget } from '../../../unified/response/answer-budget.ts';
import { readArguments } from '../../shared/call-input.ts';

/** Kinds of pieces: the type of a delta without `_delta`. */
export type PieceKind = 'text' | 'thinking' | 'signature' | 'input_json';

/** The field of a delta that has the piece. */
export const PIECE_FIELDS: Readonly<Record<PieceKind, string>> = {
  text: 'text',
  thinking: 'thinking',
  signature: 'signature',
  input_json: 'partial_json',
};

/** What is reported of arguments that are no JSON object. */
export const INVALID_INPUT = ['tool_use.input', 'the arguments of a call are no JSON object; they are passed on as a text'] as const;

/** Receives blocks, one after the other. */
export interface BlockSink {
  /** Begins a block. `index` counts the blocks of the answer from 0. */
  start(index: number, block: JsonObject): void;
  /** Adds a piece to the block that began last. */
  add(index: number, kind: PieceKind, piece: string): void;
  stop(index: number): void;
}

/** One event as a frame. `event:` repeats the type. */
const frameOf = (payload: JsonObject): string => `event: ${String(payload['type'])}\ndata: ${JSON.stringify(payload)}\n\n`;

/** Text of frames. */
export interface BlockFrames extends BlockSink {
  /** Adds a frame. */
  write(payload: JsonObject): void;
  /** Returns what was written since the last call. */
  take(): string;
}

/**
 * Creates a sink for a stream. Pieces are most of a stream: only their text is converted, between two fixed ones.
 *
 * @param onInvalidInput called for arguments of a whole call that are no JSON object, unless they are too long for the budget.
 */
export function createBlockFrames(budget: AnswerBudget, onInvalidInput: () => void): BlockFrames {
  let frames = '';
  /** Arguments of the open call; null = there is none, or they are too long. */
  let json: string | null = null;
  /** Beginning of the frame of a piece, for the last index and kind. */
  let prefix = '';
  let prefixFor: readonly [index: number, kind: PieceKind] | null = null;

  function prefixOf(index: number, kind: PieceKind): string {
    if (prefixFor?.[0] === index && prefixFor[1] === kind) return prefix;
    prefixFor = [index, kind];
    const delta = `{"type":"${kind}_delta","${PIECE_FIELDS[kind]}":`;
    prefix = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${delta}`;
    return prefix;
  }

  const write = (payload: JsonObject): void => void (frames += frameOf(payload));

  function keep(piece: string): void {
    if (json === null) return;
    if (budget.tryTake(piece.length)) json += piece;
    else {
      budget.give(json.length);
      json = null;
    }
  }

  return {
    write,
    start(index, block) {
      json = block['type'] === 'tool_use' ? '' : null;
      write({ type: 'content_block_start', index, content_block: block });
    },
    add(index, kind, piece) {
      frames += `${prefixOf(index, kind)}${JSON.stringify(piece)}}}\n\n`;
      if (json !== null) keep(piece);
    },
    stop(index) {
      write({ type: 'content_block_stop', index });
      if (json === null) return;
      readArguments(json, { add: onInvalidInput });
      budget.give(json.length);
      json = null;
    },
    take() {
      const written = frames;
      frames = '';
      return written;
    },
  };
}

/** Blocks of a body. */
export interface BlockList extends BlockSink {
  readonly blocks: readonly JsonObject[];
}

/** Creates a sink for a body. @param onInvalidInput called for arguments that are no JSON object. */
export function createBlockList(onInvalidInput: () => void): BlockList {
  const blocks: JsonObject[] = [];
  let json = '';
  return {
    blocks,
    start(_, block) {
      blocks.push({ ...block });
      json = '';
    },
    add(index, kind, piece) {
      const block = blocks[index];
      if (block === undefined) return;
      if (kind === 'input_json') json += piece;
      else block[PIECE_FIELDS[kind]] = String(block[PIECE_FIELDS[kind]]) + piece;
    },
    stop(index) {
      const block = blocks[index];
      if (block?.['type'] === 'tool_use') block['input'] = readArguments(json, { add: onInvalidInput });
    },
  };
}
