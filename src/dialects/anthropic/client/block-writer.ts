/**
 * Writes the content of an answer as content blocks: indexes without gaps, one open block at a time, none with empty text. Expects the order of
 * `shared/one-open-block.ts`. Reasoning is a thinking block, whose signature is an envelope of its state (`shared/envelope.ts`).
 */
import type { JsonObject } from '../../../lib/json.ts';
import type { DeltaEvent, StreamEvent, ToolCallDeltaEvent } from '../../../unified/response/event.ts';
import type { ReasoningState } from '../../../unified/request/reasoning.ts';
import { MAX_ENVELOPE, sealState } from '../../shared/envelope.ts';
import type { BlockSink, PieceKind } from './block-sink.ts';
import { FORMAT } from '../format-name.ts';

/** What a block is made of. A refusal is written as text; `other` is a block that only an upstream of the format can write. */
export type BlockKind = 'text' | 'refusal' | 'thinking' | 'tool_use' | 'other';

/** `call`: index of the call in the events; null = none, or not known. */
type OpenBlock = { kind: BlockKind; index: number; call: number | null };

/** What blocks are written with. */
export type BlockOptions = {
  sink: BlockSink;
  /** The client wants thinking without its text (`display: "omitted"`). */
  omitsThinking: boolean;
  /** Called for content without a place in the format, by its name in the answer. May be called again for the same name. */
  onDropped: (name: string, reason: string) => void;
};

/** Writes the blocks of one answer. */
export class BlockWriter {
  readonly #options: BlockOptions;
  #open: OpenBlock | null = null;
  /** Number of blocks so far. */
  #count = 0;
  #hasCalled = false;
  #hasRefused = false;
  /** Text of the open thinking block, where the client does not get it: its maker may require it back. */
  #omitted = '';

  constructor(options: BlockOptions) {
    this.#options = options;
  }

  /** A tool was called. */
  get hasCalled(): boolean {
    return this.#hasCalled;
  }

  /** There is a refusal in words. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  /** The block that is open. */
  get open(): Readonly<OpenBlock> | null {
    return this.#open;
  }

  /** Writes content. @param next what follows, as far as it is known: state before its call is a block of its own. */
  write(event: DeltaEvent, next?: StreamEvent): void {
    switch (event.type) {
      case 'text-delta':
        return this.#addText('text', event.text);
      case 'refusal-delta':
        return this.#addText('refusal', event.text);
      case 'reasoning-delta':
        return this.#addThinking(event.text);
      case 'reasoning-state':
        return this.#addState(event.state, next?.type === 'tool-call-delta' && next.id === event.state.callId);
      case 'tool-call-delta':
        return this.#addCall(event);
      case 'native':
        // Of this format are events of an upstream whose blocks are written by the router.
        if (event.format === FORMAT) return;
        for (const name of Object.keys(event.fields)) this.#options.onDropped(name, 'it has no place in this format');
        return;
      case 'image':
      case 'audio':
        return this.#options.onDropped(event.type, 'this format has no block for it in an answer');
      case 'citation':
        return; // they are beside the blocks, see `router-fields.ts`
    }
  }

  /** Begins a block whose events are written elsewhere. Returns its index. */
  adopt(kind: BlockKind, call: number | null): number {
    this.close();
    this.#hasCalled ||= kind === 'tool_use';
    this.#open = { kind, index: this.#count, call };
    return this.#count++;
  }

  /** The end of the open block was written elsewhere. */
  release(): void {
    this.#open = null;
  }

  /** Ends the open block. */
  close(): void {
    if (this.#open !== null) this.#options.sink.stop(this.#open.index);
    this.#open = null;
    if (this.#omitted === '') return;
    this.#omitted = '';
    this.#options.onDropped('thinking', 'its text is left out as `display: "omitted"` requires, and is too long for the signature');
  }

  #begin(kind: BlockKind, block: JsonObject, call: number | null = null): void {
    this.#options.sink.start(this.adopt(kind, call), block);
  }

  #add(kind: PieceKind, piece: string): void {
    if (this.#open !== null && piece !== '') this.#options.sink.add(this.#open.index, kind, piece);
  }

  #addText(kind: 'text' | 'refusal', text: string): void {
    if (text === '') return;
    this.#hasRefused ||= kind === 'refusal';
    if (this.#open?.kind !== kind) this.#begin(kind, { type: 'text', text: '', citations: null });
    this.#add('text', text);
  }

  #addThinking(text: string): void {
    if (text === '') return;
    if (this.#open?.kind !== 'thinking') this.#begin('thinking', THINKING);
    if (!this.#options.omitsThinking) this.#add('thinking', text);
    else if (this.#omitted.length <= MAX_ENVELOPE) this.#omitted += text;
  }

  /** State ends the reasoning before it. Without such it is a block of its own. */
  #addState(state: ReasoningState, isOfNextCall: boolean): void {
    const whole = sealState(state, this.#omitted);
    const sealed = whole ?? (state.data === '' ? null : sealState(state));
    if (whole !== null) this.#omitted = '';
    if (sealed === null && state.data !== '')
      this.#options.onDropped('reasoning_details', 'the state of the reasoning is longer than a signature may be');
    const isOwn = this.#open?.kind !== 'thinking';
    if (isOwn && sealed === null) return;
    if (isOwn && state.kind === 'encrypted' && !isOfNextCall) this.#begin('other', { type: 'redacted_thinking', data: sealed });
    else {
      if (isOwn) this.#begin('thinking', THINKING);
      this.#add('signature', sealed ?? '');
    }
    this.close();
  }

  #addCall({ index, id = '', name = '', arguments: piece }: ToolCallDeltaEvent): void {
    if (this.#open?.kind !== 'tool_use' || this.#open.call !== index) {
      this.#begin('tool_use', { type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } }, index);
    }
    this.#add('input_json', piece);
  }
}

const THINKING: JsonObject = { type: 'thinking', thinking: '', signature: '' };
