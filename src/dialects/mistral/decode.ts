/**
 * Decodes Mistral's answers. They are OpenAI's, except that content may be a list of reasoning, text and references. These are converted to
 * OpenAI's fields; `openai-common/chat-reader.ts` reads the rest. Fill-in-the-middle answers are chat answers.
 * Wire reference: SDK 2.7.0 and the API reference, chat streaming (read 2026-11-20).
 */
import { append } from '../../lib/append.ts';
import { ENTRY_BYTES, sizeOf } from '../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { choiceIndexes } from '../openai-common/upstream/choice-index.ts';
import { createChatReader } from '../openai-common/upstream/chat-reader.ts';
import { createPayloadDecoder, decodeDocument, type ReadChunk } from '../openai-common/upstream/payloads.ts';
import { speechOf, type OnOther } from '../openai-common/upstream/speech.ts';
import { partEvents } from '../openai-common/upstream/parts.ts';
import { REASONING_FORMAT } from './messages.ts';

/** Decodes a stream. */
export function createDecoder(options: DecoderOptions): Decoder {
  return createPayloadDecoder(createReader(options));
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: DecoderOptions): StreamEvent[] {
  return decodeDocument(body, createReader(options));
}

/** State of a choice: index and state of its reasoning, and its sources. */
type Heard = { block: number; thinks: boolean; references: unknown[] };

function createReader(options: DecoderOptions): ReadChunk {
  const read = createChatReader(options);
  const known = new Map<number, Heard>();

  function heardOf(index: number): Heard {
    const heard = known.get(index);
    if (heard !== undefined) return heard;
    options.budget?.take(ENTRY_BYTES);
    const created: Heard = { block: -1, thinks: false, references: [] };
    known.set(index, created);
    return created;
  }

  /** Reports the sources of a choice once, at its end. */
  function withReferences(event: StreamEvent): StreamEvent[] {
    const references = event.type === 'choice-end' ? heardOf(event.choice).references : [];
    if (event.type !== 'choice-end' || references.length === 0) return [event];
    return [...partEvents(event.choice, { references }, 'mistral'), event];
  }

  /** Reads the parts of a choice, and collects its sources. */
  function flattenAt(choice: WireObject, index: number): WireObject {
    const heard = heardOf(index);
    const before = heard.references.length;
    const flat = flatten(choice, heard, options);
    if (heard.references.length > before) options.budget?.take(sizeOf(heard.references.slice(before)));
    return flat;
  }

  return (chunk) => {
    const choices = arrayOf(chunk['choices']);
    const indexes = choiceIndexes(choices);
    const flat = choices.map((choice, position) => (isObject(choice) ? flattenAt(choice, indexes[position] ?? position) : choice));
    return read({ ...chunk, choices: flat }).flatMap(withReferences);
  };
}

/** Types of parts that are read. */
const TYPES: ReadonlySet<string> = new Set(['text', 'thinking', 'reference']);

function flatten(choice: WireObject, heard: Heard, { dropped }: DecoderOptions): WireObject {
  const field = isObject(choice.delta) ? 'delta' : 'message';
  const message = choice[field];
  if (!isObject(message)) return choice;
  if (!Array.isArray(message.content)) {
    if (speechOf(message.content) !== null) heard.thinks = false;
    return choice;
  }
  const onOther = (type: string) => dropped?.(`content.${type}`, 'parts of this type have no place in an answer');
  const text: string[] = [];
  const details: WireObject[] = [];
  for (const part of arrayOf(message.content).map(asPart)) {
    if (part.type === 'thinking') details.push(...readThinking(part, heard, onOther));
    else heard.thinks = false;
    if (part.type === 'text' || part.type === undefined) text.push(speechOf(part) ?? '');
    if (typeof part.type === 'string' && !TYPES.has(part.type)) onOther(part.type);
    if (part.type === 'reference') append(heard.references, arrayOf(part.reference_ids));
  }
  const thinking = details.map((detail) => detail.text).join('');
  return { ...choice, [field]: { ...message, content: text.join(''), reasoning: thinking, reasoning_details: details } };
}

const asPart = (part: unknown): WireObject => (isObject(part) ? part : { type: 'text', text: part ?? '' });

/** Reads a piece of reasoning. Pieces without other content between them are one block. */
function readThinking({ thinking, signature }: WireObject, heard: Heard, onOther: OnOther): WireObject[] {
  const text = speechOf(thinking, onOther) ?? '';
  const signed = textOf(signature);
  if (text === '' && signed === null) return [];
  if (!heard.thinks) heard.block++;
  heard.thinks = true;
  const detail = { type: 'reasoning.text', text, format: REASONING_FORMAT, index: heard.block };
  return [signed === null ? detail : { ...detail, signature: signed }];
}
