/**
 * Decodes generateContent answers: chunks and whole bodies. A chunk is a complete response with the next piece. The stream ends with the
 * body, so nothing here emits `end` (generativelanguage v1beta protos; recorded answers of the Vercel AI SDK, packages/google;
 * read 2026-11-20).
 *
 * Signatures become `reasoning.encrypted` blocks, which `answer-parts.ts` writes back: that of a call has the call's id, that of an image its
 * number, that of a text neither.
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, type AnswerBudget } from '../../unified/response/answer-budget.ts';
import { errorEvent, type ImageEvent, type PartEvent, type StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { choiceIndexes } from '../openai-common/upstream/choice-index.ts';
import { imageId } from './answer-parts.ts';
import { reportUnplaced } from '../openai-common/upstream/answer-fields.ts';
import { argumentsText, contentParts, labelOf, orUnreadable, speechOf } from '../openai-common/upstream/speech.ts';
import { readUnreadable } from '../openai-common/upstream/unreadable.ts';
import { reasoningEvents } from '../openai-common/upstream/parts.ts';
import { findError } from './error.ts';
import { createGrounding, UNPLACED_OF_CANDIDATE, UNPLACED_OF_GROUNDING, UNPLACED_OF_PART, type Grounding } from './answer-fields.ts';
import { readFinish } from './finish.ts';
import { readLogprobs } from './logprobs.ts';
import { createArguments, type Arguments } from './partial-arguments.ts';
import { THOUGHT_FORMAT } from './rules.ts';
import { createSound, type Sound } from './sound.ts';
import { readUsage } from './usage.ts';
import { createDecoderShell } from '../shared/decoder-shell.ts';

type Options = Pick<DecoderOptions, 'budget' | 'dropped'>;

/** Decodes a stream. */
export function createDecoder(options: Options = {}): Decoder {
  return createDecoderShell(createReader(options));
}

/** Decodes a whole answer, or a stream sent as one array (the provider sends that when SSE was not requested). */
export function decodeBody(body: unknown, options: Options = {}): StreamEvent[] {
  const read = createReader(options);
  const events = orUnreadable(() => read(body, body));
  return events.some(({ type }) => type === 'error') ? events : [...events, { type: 'end', usage: null }];
}

type Choice = {
  index: number;
  /** Numbers of calls, images and reasoning blocks so far. */
  calls: number;
  images: number;
  details: number;
  /** True when the last part was reasoning. */
  isThinking: boolean;
  /** A call whose arguments arrive in pieces. */
  open: { call: number; arguments: Arguments } | null;
  budget: AnswerBudget | undefined;
  /** The audio so far. */
  sound: Sound | null;
  sources: Grounding;
  dropped: DecoderOptions['dropped'];
};

function createReader({ budget, dropped }: Options): (document: unknown, raw: unknown) => StreamEvent[] {
  const choices = new Map<number, Choice>();
  let isStarted = false;
  let searches = 0;

  function choiceAt(index: number): Choice {
    const known = choices.get(index);
    if (known !== undefined) return known;
    budget?.take(ENTRY_BYTES);
    const created: Choice = {
      index,
      calls: 0,
      images: 0,
      details: 0,
      isThinking: false,
      open: null,
      budget,
      sound: null,
      dropped,
      sources: createGrounding(budget),
    };
    choices.set(index, created);
    return created;
  }

  function readChunk(chunk: WireObject): StreamEvent[] {
    const error = findError(chunk);
    if (error !== null) return [...readUsage(chunk.usageMetadata), errorEvent(error)];
    const events: StreamEvent[] = [];
    if (!isStarted) events.push({ type: 'start', model: textOf(chunk.modelVersion), systemFingerprint: null, serviceTier: null });
    isStarted = true;
    const candidates = arrayOf(chunk.candidates).filter(isObject);
    for (const { groundingMetadata: grounding } of candidates)
      if (isObject(grounding)) searches = Math.max(searches, arrayOf(grounding.webSearchQueries).length);
    const indexes = choiceIndexes(candidates);
    for (const [position, candidate] of candidates.entries()) {
      append(events, readCandidate(candidate, choiceAt(indexes[position] ?? position), chunk));
    }
    if (candidates.length === 0) events.push(...readBlocked(chunk.promptFeedback, [...choices.keys()]));
    return [...events, ...readUsage(chunk.usageMetadata, searches)];
  }

  return (document, raw) => {
    const chunks = Array.isArray(document) && document.length > 0 ? document : [document];
    if (!chunks.every(isObject)) return [errorEvent(readUnreadable(raw))];
    return chunks.flatMap(readChunk);
  };
}

/** Reads a blocked prompt, which has no candidates. */
function readBlocked(feedback: unknown, begun: readonly number[]): StreamEvent[] {
  const nativeReason = isObject(feedback) ? textOf(feedback.blockReason) : null;
  if (nativeReason === null) return [];
  return (begun.length > 0 ? begun : [0]).map((choice) => ({ type: 'choice-end', choice, reason: 'content_filter', nativeReason }));
}

function readCandidate(candidate: WireObject, choice: Choice, chunk: WireObject): StreamEvent[] {
  const parts = contentParts(isObject(candidate.content) ? candidate.content.parts : candidate.content);
  const events = withImagesTogether(parts.flatMap((part) => readPart(part, choice, chunk)));
  const logprobs = readLogprobs(candidate.logprobsResult);
  if (logprobs !== undefined) {
    const text = events.find((event) => event.type === 'text-delta');
    if (text === undefined) events.push({ type: 'text-delta', choice: choice.index, text: '', logprobs });
    else text.logprobs = logprobs;
  }
  const native = labelOf(candidate.finishReason);
  const annotations = choice.sources(candidate.groundingMetadata);
  if (annotations.length > 0) events.push({ type: 'citation', choice: choice.index, citations: annotations });
  reportUnplaced(candidate, UNPLACED_OF_CANDIDATE, choice.dropped);
  if (isObject(candidate.groundingMetadata)) reportUnplaced(candidate.groundingMetadata, UNPLACED_OF_GROUNDING, choice.dropped);
  if (native !== null) events.push(...closeCall(choice), ...closeSound(choice), readFinish(candidate, choice.index, native));
  return events;
}

function readPart(part: WireObject, choice: Choice, chunk: WireObject): StreamEvent[] {
  const [text, signature] = [speechOf(part.text), textOf(part.thoughtSignature)];
  if (part.thought === true) return readThought(text, signature, choice);
  reportUnplaced(part, UNPLACED_OF_PART, choice.dropped);
  if (text === null && signature === null && !isObject(part.functionCall) && !isObject(part.inlineData)) return [];
  choice.isThinking = false;
  if (isObject(part.functionCall)) {
    const { events, ...owner } = readCall(part.functionCall, choice, chunk);
    // The signature comes first, since formats with one open block have no place for it behind an open call.
    return [...readSignature(signature, choice, owner), ...events];
  }
  if (isObject(part.inlineData)) {
    const made = readMade(part.inlineData, choice, chunk);
    return [
      made,
      ...(made.type === 'image' ? readSignature(signature, choice, { id: imageId(choice.images++) }) : readSignature(signature, choice)),
    ];
  }
  const textEvents: StreamEvent[] = text === null ? [] : [{ type: 'text-delta', choice: choice.index, text }];
  return [...textEvents, ...readSignature(signature, choice)];
}

/** Joins the images of a chunk in one field. */
function withImagesTogether(events: StreamEvent[]): StreamEvent[] {
  const withImages = events.filter((event): event is ImageEvent => event.type === 'image');
  const [first] = withImages;
  if (first === undefined || withImages.length === 1) return events;
  first.images = withImages.flatMap(({ images }) => images);
  const joined = new Set<StreamEvent>(withImages.slice(1));
  return events.filter((event) => !joined.has(event));
}

/** Reads a generated file: audio or an image. */
function readMade({ mimeType, data }: WireObject, choice: Choice, chunk: WireObject): PartEvent {
  const [type, base64] = [textOf(mimeType) ?? 'image/png', textOf(data) ?? ''];
  if (type.startsWith('audio/')) {
    choice.sound ??= createSound(`audio_${textOf(chunk.responseId) ?? 'gemini'}_${choice.index}`);
    return { type: 'audio', choice: choice.index, audio: choice.sound.push(type, base64) };
  }
  const images = [{ type: 'image_url', image_url: { url: `data:${type};base64,${base64}` } }];
  return { type: 'image', choice: choice.index, images };
}

/** Ends audio that arrived in pieces. */
function closeSound({ sound, index }: Choice): StreamEvent[] {
  const audio = sound?.rest() ?? null;
  return audio === null ? [] : [{ type: 'audio', choice: index, audio }];
}

function readThought(text: string | null, signature: string | null, choice: Choice): StreamEvent[] {
  if (text === null && signature === null) return [];
  if (!choice.isThinking) choice.details++;
  choice.isThinking = signature === null;
  const parts = { ...(text === null ? {} : { text }), ...(signature === null ? {} : { signature }) };
  const details = [{ type: 'reasoning.text', ...parts, format: THOUGHT_FORMAT, index: choice.details - 1 }];
  return reasoningEvents(choice.index, text ?? '', details);
}

/** What a signature belongs to: a call or an image by its id, a call without an id by its index. */
type Owner = { id?: string; call?: number };

function readSignature(data: string | null, choice: Choice, { id, call }: Owner = {}): StreamEvent[] {
  if (data === null) return [];
  const details = [
    { type: 'reasoning.encrypted', data, ...(id === undefined ? {} : { id }), format: THOUGHT_FORMAT, index: choice.details++ },
  ];
  const state = reasoningEvents(choice.index, '', details);
  return call === undefined ? state : state.map((event) => ({ ...event, call }));
}

/** Reads a call. It is complete; on Vertex, if requested, it arrives in pieces: name, arguments, and an end that may be missing. */
function readCall(call: WireObject, choice: Choice, chunk: WireObject): Owner & { events: StreamEvent[] } {
  const name = labelOf(call.name);
  const isOpen = call.willContinue === true;
  if (name === null) {
    choice.open?.arguments.push(arrayOf(call.partialArgs));
    return { events: isOpen ? [] : closeCall(choice) };
  }
  const events = closeCall(choice);
  const index = choice.calls++;
  const id = labelOf(call.id) ?? madeId(chunk, choice.index, index);
  const head = { type: 'tool-call-delta', choice: choice.index, index, ...(id === null ? {} : { id }), name } as const;
  if (isOpen) choice.open = { call: index, arguments: createArguments(call.args, choice.budget) };
  choice.open?.arguments.push(arrayOf(call.partialArgs));
  events.push({ ...head, arguments: isOpen ? '' : argumentsText(call.args) || '{}' });
  return { events, ...(id === null ? { call: index } : { id }) };
}

/**
 * Creates an id for a call, because calls often have none. It contains the response's id, so that the signature of the call can refer to it.
 * An id of another form is not used: a changed or cut text could not be recognized as a secret.
 */
function madeId({ responseId }: WireObject, choice: number, call: number): string | null {
  const response = textOf(responseId) ?? '';
  return /^[\w-]{1,64}$/.test(response) ? `call_${response}_${choice}_${call}` : null;
}

function closeCall(choice: Choice): StreamEvent[] {
  const { open } = choice;
  choice.open = null;
  return open === null ? [] : [{ type: 'tool-call-delta', choice: choice.index, index: open.call, arguments: open.arguments.text() }];
}
