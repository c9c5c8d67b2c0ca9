/**
 * Converts the events of one choice to ordered blocks. Consecutive pieces of one text are one block; pieces of a tool call, or of audio, are
 * one block wherever they arrive. Used by `stream/collect.ts` and by encoders of block formats.
 */
import { append } from '../../lib/append.ts';
import { type JsonObject } from '../../lib/json.ts';
import { ENTRY_BYTES, sizeOf, type AnswerBudget } from './answer-budget.ts';
import type { DeltaEvent, ReasoningDeltaEvent, ReasoningStateEvent, TokenLogprob, ToolCallDeltaEvent } from './event.ts';
import { sizeOfLogprobs } from './event-size.ts';
import { KeptText } from './kept-text.ts';
import type { ResultBlock } from './result.ts';
import { anchorTokens, endOfTokens } from './token-offsets.ts';

/** Collects the blocks of one choice. */
export interface BlockAccumulator {
  /** @throws RouterError when the budget is used up. */
  add(event: DeltaEvent): void;
  /** Returns the blocks so far. */
  blocks(): ResultBlock[];
}

type TextBlock = Extract<ResultBlock, { logprobs: unknown }>;
type BlockOf<Type extends ResultBlock['type']> = Extract<ResultBlock, { type: Type }>;

/** A block, and its text while it grows. */
type GrowingBlock<Block extends ResultBlock = ResultBlock> = { block: Block; text: KeptText | null };

/** @param budget memory budget of the answer. */
export function createBlockAccumulator(budget: AnswerBudget): BlockAccumulator {
  const all: GrowingBlock[] = [];
  const calls: GrowingBlock<BlockOf<'tool-call'>>[] = [];
  let audio: BlockOf<'audio'> | null = null;
  /** Length of the text so far, and the end of its last token. */
  let [textLength, tokensEnd] = [0, 0];

  function open<Block extends ResultBlock>(block: Block, hasText: boolean): GrowingBlock<Block> {
    const opened = { block, text: hasText ? new KeptText(budget) : null };
    all.push(opened);
    return opened;
  }

  function addText(type: 'text' | 'refusal', piece: string, logprobs: readonly TokenLogprob[] | undefined): void {
    const last = all.at(-1);
    const isOpen = last?.block.type === type;
    const { block, text } = isOpen ? (last as GrowingBlock<TextBlock>) : open<TextBlock>({ type, text: '', logprobs: null }, true);
    if (logprobs !== undefined) {
      const tokens = type === 'text' ? anchorTokens(logprobs, textLength, tokensEnd) : logprobs;
      budget.take(sizeOfLogprobs(tokens));
      append((block.logprobs ??= []), tokens);
      if (type === 'text') tokensEnd = endOfTokens(logprobs, textLength);
    }
    if (type === 'text') textLength += piece.length;
    text?.add(piece);
  }

  function addReasoning(event: ReasoningDeltaEvent | ReasoningStateEvent): void {
    const last = all.at(-1);
    const isOpen = last?.block.type === 'reasoning' && (event.type === 'reasoning-state' || last.block.states.length === 0);
    const { block, text } = isOpen
      ? (last as GrowingBlock<BlockOf<'reasoning'>>)
      : open<BlockOf<'reasoning'>>({ type: 'reasoning', text: '', states: [], details: [] }, true);
    if (event.type === 'reasoning-state') block.states.push(event.state);
    else text?.add(event.text);
    if (event.details === undefined) return;
    budget.take(sizeOf(event.details));
    append(block.details, event.details);
  }

  function addCall(event: ToolCallDeltaEvent): void {
    let call = calls[event.index];
    if (call === undefined) {
      budget.take(ENTRY_BYTES);
      call = calls[event.index] = open(emptyCall(event), true);
    }
    const { block, text } = call;
    block.id = event.id ?? block.id;
    block.name = event.name ?? block.name;
    text?.add(event.arguments);
    if (event.extra === undefined) return;
    budget.take(sizeOf(event.extra));
    block.extra = { ...block.extra, ...event.extra };
  }

  function addAudio(more: JsonObject): void {
    if (audio === null) open((audio = { type: 'audio', audio: more }), false);
    else audio.audio = joinAudio(audio.audio, more);
  }

  function add(event: DeltaEvent): void {
    switch (event.type) {
      case 'text-delta':
        return addText('text', event.text, event.logprobs);
      case 'refusal-delta':
        return addText('refusal', event.text, event.logprobs);
      case 'reasoning-delta':
      case 'reasoning-state':
        return addReasoning(event);
      case 'tool-call-delta':
        return addCall(event);
      case 'audio':
        budget.take(sizeOf(event.audio));
        return addAudio(event.audio);
      case 'image':
        budget.take(sizeOf(event.images));
        return void open({ type: 'image', images: [...event.images] }, false);
      case 'citation':
        budget.take(sizeOf(event.citations));
        return void open({ type: 'citation', citations: [...event.citations] }, false);
      case 'native':
        budget.take(sizeOf(event.fields));
        return void open({ type: 'native', format: event.format, fields: event.fields }, false);
    }
  }

  return { add, blocks: () => all.map(({ block, text }) => (text === null ? block : withText(block, text.text()))) };
}

const emptyCall = ({ kind }: ToolCallDeltaEvent): BlockOf<'tool-call'> => ({
  type: 'tool-call',
  id: '',
  name: '',
  arguments: '',
  ...(kind === undefined ? {} : { kind }),
});

const withText = (block: ResultBlock, text: string): ResultBlock =>
  block.type === 'tool-call' ? { ...block, arguments: text } : 'text' in block ? { ...block, text } : block;

/** Joins pieces of audio. OpenAI streams pieces of `data` and of `transcript` (its audio guide, read 2026-11-20). */
function joinAudio(known: JsonObject, more: JsonObject): JsonObject {
  const joined = { ...known, ...more };
  for (const name of ['data', 'transcript']) {
    const [before, value] = [known[name], more[name]];
    if (typeof before === 'string' && typeof value === 'string') joined[name] = before + value;
  }
  return joined;
}
