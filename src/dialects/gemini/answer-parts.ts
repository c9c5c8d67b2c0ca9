/**
 * Writes an assistant turn as parts: reasoning, text, images and calls, each with its signature. Signatures are stored as
 * `reasoning_details` (see `decode.ts`): that of a call by its id, that of an image by its number, that of a text without either
 * (https://ai.google.dev/gemini-api/docs/thought-signatures, as last known; Vercel AI SDK, packages/google, read 2026-11-20).
 */
import type { Block, BlockOf } from '../../unified/request/conversation.ts';
import { append } from '../../lib/append.ts';
import type { JsonObject } from '../../lib/json.ts';
import { readArguments } from '../shared/call-input.ts';
import { renderBlock } from './media.ts';
import { NEEDS_SIGNATURE, THOUGHT_FORMAT } from './rules.ts';
import { callId } from './tool-results.ts';
import type { WriteContext } from './write-context.ts';

/** Replaces the signature of a call that another model made. */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator';

/** Id of an image's signature. */
export const imageId = (position: number): string => `image_${position}`;

/** Writes an assistant turn. @param isCurrent true = the model is still in this turn, so its calls are checked for signatures. */
export function renderAnswer(blocks: readonly Block[], isCurrent: boolean, writing: WriteContext): JsonObject[] {
  const parts: JsonObject[] = [];
  let thoughts = NO_THOUGHTS;
  let images = 0;
  let hasCalled = false;
  /** Returns the signature without call or image, for the first part that can have one. */
  const takeLoose = (): string | null => {
    const { loose } = thoughts;
    thoughts = { ...thoughts, loose: null };
    return loose;
  };
  for (const [index, block] of blocks.entries()) {
    if (block.type === 'reasoning') {
      if (blocks[index - 1]?.type === 'reasoning') continue; // read with the one before
      reportLoose(thoughts, writing);
      thoughts = attachLoose(readThoughts(reasoningFrom(blocks, index), writing), blocks[index - 1], parts);
      images = 0;
      append(parts, thoughts.parts);
    } else if (block.type === 'tool-call') {
      const signature =
        thoughts.byId.get(block.id) ?? block.signature ?? takeLoose() ?? (!hasCalled && isCurrent ? foreign(writing) : null);
      hasCalled = true;
      const functionCall = { ...callId(block.id, writing), name: block.name, args: readArguments(block.input, writing.log) };
      parts.push(signed({ functionCall }, signature));
    } else {
      const own = block.type === 'image' ? thoughts.byId.get(imageId(images++)) : undefined;
      parts.push(signed(renderBlock(block, writing), own ?? takeLoose()));
    }
  }
  reportLoose(thoughts, writing);
  return parts;
}

const signed = (part: JsonObject, signature: string | null): JsonObject =>
  signature === null ? part : { ...part, thoughtSignature: signature };

/** `isPlaced`: the loose signature comes in its place in the answer, behind its text. Clients of OpenAI's format have all of them in front. */
type Thoughts = { parts: JsonObject[]; byId: ReadonlyMap<string, string>; loose: string | null; isPlaced: boolean };

const NO_THOUGHTS: Thoughts = { parts: [], byId: new Map(), loose: null, isPlaced: false };

/** Gives a signature in its place to the text before it. */
function attachLoose(thoughts: Thoughts, before: Block | undefined, parts: JsonObject[]): Thoughts {
  const last = parts.at(-1);
  if (!thoughts.isPlaced || before?.type !== 'text' || last === undefined) return thoughts;
  parts[parts.length - 1] = signed(last, thoughts.loose);
  return { ...thoughts, loose: null };
}

/** Returns the consecutive reasoning blocks from here on. */
function reasoningFrom(blocks: readonly Block[], start: number): BlockOf<'reasoning'>[] {
  const end = blocks.findIndex(({ type }, index) => index > start && type !== 'reasoning');
  return blocks.slice(start, end < 0 ? undefined : end).filter((block) => block.type === 'reasoning');
}

/** Writes reasoning of this family unchanged; other reasoning is dropped. */
function readThoughts(blocks: readonly BlockOf<'reasoning'>[], writing: WriteContext): Thoughts {
  const parts: JsonObject[] = [];
  const byId = new Map<string, string>();
  let loose: string | null = null;
  let isPlaced = false;
  let isAllTaken = true;
  for (const { kind, format, text, id, state } of blocks) {
    const isOwn = format === THOUGHT_FORMAT && (text === '' || kind !== 'summary');
    if (isOwn && text !== '') parts.push(signed({ text, thought: true }, state?.kind === 'signature' ? state.data : null));
    if (isOwn && state?.kind === 'encrypted') {
      if (id === null) [loose, isPlaced, isAllTaken] = [state.data, state.provider !== null, isAllTaken && loose === null];
      else byId.set(id, state.data);
    } else if (!isOwn || text === '') isAllTaken = false;
  }
  if (!isAllTaken) {
    const reason = 'reasoning can be sent back only to the family of models that returned it';
    writing.log.add({ param: 'messages.reasoning', action: 'dropped', reason });
  }
  return { parts, byId, loose, isPlaced };
}

function foreign({ quirks, log }: WriteContext): string | null {
  if (!quirks.includes(NEEDS_SIGNATURE)) return null;
  const reason = 'this model checks the signature of its own calls: calls without one get a placeholder';
  log.add({ param: 'messages.tool_calls', action: 'emulated', reason });
  return FOREIGN_SIGNATURE;
}

function reportLoose({ loose }: Thoughts, { log }: WriteContext): void {
  const reason = 'a signature was left over: the text that it belongs to is not in the message';
  if (loose !== null) log.add({ param: 'messages.reasoning_details', action: 'dropped', reason });
}
