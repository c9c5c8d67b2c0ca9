/**
 * Decodes chat completion chunks and bodies of OpenAI-compatible providers. Knows no provider, does no I/O.
 *
 * Wire reference: https://platform.openai.com/docs/api-reference/chat-streaming (read 2026-08-21). Differences between providers are
 * handled without knowing the provider: usage on any chunk, in `x_groq` or inside a choice; `reasoning` or `reasoning_content`; tool calls
 * without an index; `message` instead of `delta`; no `[DONE]`.
 */
import { ENTRY_BYTES } from '../../../unified/response/answer-budget.ts';
import type { StreamEvent, TextDeltaEvent } from '../../../unified/response/event.ts';
import { arrayOf, numberOf, textOf, wordOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';
import type { DecoderOptions } from '../../dialect.ts';
import { choiceIndexes } from './choice-index.ts';
import { finishWordOf, readFinish } from './finish.ts';
import { decodeLogprobs, decodeRefusalLogprobs } from './logprobs.ts';
import { partEvents, reasoningEvents } from './parts.ts';
import type { ReadChunk } from './payloads.ts';
import { createSourceReader, type SourceReader } from './sources.ts';
import { argumentsText, labelOf, speechOf } from './speech.ts';
import {
  CARRIED_OF_CALL,
  CARRIED_OF_MESSAGE,
  pick,
  reportUnplaced,
  UNPLACED_OF_ANSWER,
  UNPLACED_OF_CHOICE,
  UNPLACED_OF_MESSAGE,
} from './answer-fields.ts';
import { createToolCallIndex, type ToolCallIndex } from './tool-call-index.ts';
import { decodeUsage, withTier } from './usage.ts';

type State = Pick<DecoderOptions, 'quirks' | 'budget' | 'dropped'> & { readSources: SourceReader; tools: Map<number, ToolCallIndex> };

/** Reads the chunks of one answer, in order; a whole answer is one chunk. */
export function createChatReader(options: DecoderOptions): ReadChunk {
  const { budget } = options;
  const state: State = { ...options, readSources: createSourceReader(budget), tools: new Map() };
  return (chunk) => {
    const events: StreamEvent[] = [];
    const sources = state.readSources(chunk);
    if (sources !== null) events.push(...partEvents(0, sources, 'openai-chat'));
    reportUnplaced(chunk, UNPLACED_OF_ANSWER, options.dropped);
    const choices = arrayOf(chunk['choices']);
    const indexes = choiceIndexes(choices);
    for (const [position, choice] of choices.entries()) {
      if (isObject(choice)) readChoice(choice, { index: indexes[position] ?? position, state, events });
    }
    events.push(...readUsage(chunk, state));
    return events;
  };
}

type ReadContext = { index: number; state: State; events: StreamEvent[] };

function readChoice(choice: WireObject, reading: ReadContext): void {
  const { index, state, events } = reading;
  const delta = withPartsApart(isObject(choice.delta) ? choice.delta : isObject(choice.message) ? choice.message : bare(choice));
  readReasoning(delta, index, events);
  readText(delta, choice.logprobs, reading);
  reportUnplaced(choice, UNPLACED_OF_CHOICE, state.dropped);
  reportUnplaced(delta, UNPLACED_OF_MESSAGE, state.dropped);
  readToolCalls(delta, reading);
  const extra = pick(delta, CARRIED_OF_MESSAGE);
  if (extra !== null) events.push(...partEvents(index, extra, 'openai-chat'));
  const usage = decodeUsage(choice.usage, state.quirks); // Moonshot
  if (usage !== null) events.push({ type: 'usage', usage });
  const native = finishWordOf(choice) ?? (isObject(choice.error) ? 'error' : null);
  if (native !== null) events.push(readFinish(choice, index, native));
}

/** Returns the content of a choice without a message: a text in its place, or the field of text completions. */
const bare = ({ delta, message, text }: WireObject): WireObject => ({ content: delta ?? message ?? text });

/** Splits content in parts: reasoning and images get their own fields. */
function withPartsApart(delta: WireObject): WireObject {
  if (!Array.isArray(delta.content)) return delta;
  const parts = (...types: string[]) =>
    arrayOf(delta.content).filter((part): part is WireObject => isObject(part) && types.includes(wordOf(part.type)));
  const [thoughts, images] = [parts('thinking', 'reasoning'), parts('image_url')];
  if (thoughts.length + images.length === 0) return delta;
  const content = delta.content.filter((part: unknown) => !thoughts.concat(images).includes(part as WireObject));
  const reasoning = thoughts.map((part) => speechOf(part.thinking) ?? speechOf(part.reasoning) ?? speechOf(part.text) ?? '').join('');
  return { reasoning, ...delta, content, images: [...arrayOf(delta.images), ...images] };
}

function readReasoning(delta: WireObject, choice: number, events: StreamEvent[]): void {
  const details = arrayOf(delta.reasoning_details);
  const text = speechOf(delta.reasoning) ?? speechOf(delta.reasoning_content) ?? textOfDetails(details);
  if (text === '' && details.length === 0) return;
  events.push(...reasoningEvents(choice, text, details));
}

/** Returns the reasoning of a provider without another field for it (MiniMax). */
const textOfDetails = (details: readonly unknown[]) =>
  details.map((detail) => (isObject(detail) ? (speechOf(detail.text) ?? '') : '')).join('');

function readText(delta: WireObject, rawLogprobs: unknown, { index: choice, state, events }: ReadContext): void {
  const text =
    speechOf(delta.content, (type) =>
      state.dropped?.(`content.${type}`, 'this part of content is of a type that has no place in an answer'),
    ) ?? '';
  // Together: a number, of the token that the piece is.
  const isBare = typeof rawLogprobs === 'number' && text !== '';
  const logprobs = decodeLogprobs(isBare ? { content: [{ token: text, logprob: rawLogprobs }] } : rawLogprobs);
  if (text !== '' || logprobs !== undefined) {
    const event: TextDeltaEvent = { type: 'text-delta', choice, text };
    if (logprobs !== undefined) event.logprobs = logprobs;
    events.push(event);
  }
  const refusal = delta.refusal === false ? null : speechOf(delta.refusal);
  if (refusal === null) return;
  const refusalLogprobs = decodeRefusalLogprobs(rawLogprobs);
  events.push({ type: 'refusal-delta', choice, text: refusal, ...(refusalLogprobs === undefined ? {} : { logprobs: refusalLogprobs }) });
}

function readToolCalls(delta: WireObject, { index: choice, state, events }: ReadContext): void {
  const legacy = isObject(delta.function_call) ? [{ function: delta.function_call }] : [];
  const pieces = [...arrayOf(delta.tool_calls), ...legacy].filter(isObject);
  if (pieces.length === 0) return;
  const calls = callsOf(choice, state);
  for (const piece of pieces) {
    const custom = !isObject(piece.function) && isObject(piece.custom) ? piece.custom : null;
    const fn = isObject(piece.function) ? piece.function : { name: custom?.name, arguments: custom?.input };
    const id = piece.id === 'null' ? null : labelOf(piece.id); // Mistral's value for no id (its SDK 2.7.0, read 2026-11-20)
    const name = labelOf(fn.name);
    const extra = pick(piece, CARRIED_OF_CALL);
    const { index, isNew, isNamed } = calls.locate(placeOf(piece.index), id, name);
    events.push(...readSignature(extra, choice, id ?? (isNew ? index : null)));
    events.push({
      type: 'tool-call-delta',
      choice,
      index,
      ...(id !== null && isNew ? { id } : {}),
      ...(name !== null && isNamed ? { name } : {}),
      arguments: argumentsText(fn.arguments),
      ...(custom === null ? {} : { kind: 'custom' as const }),
      ...(extra === null ? {} : { extra }),
    });
  }
}

/**
 * Reads Google's signature of a call as a state, before the call. Clients of OpenAI's format get it in `extra`, so it has no details. Source:
 * `signatures.ts` of OpenAI chat, which writes it back.
 *
 * @param owner id of the call; the index of a call without one; null = not known.
 */
function readSignature(extra: WireObject | null, choice: number, owner: string | number | null): StreamEvent[] {
  const google = isObject(extra?.extra_content) ? extra.extra_content.google : null;
  const data = isObject(google) ? textOf(google.thought_signature) : null;
  if (data === null || owner === null) return [];
  const state = { kind: 'encrypted', format: 'google-gemini-v1', data, provider: null, model: null } as const;
  if (typeof owner === 'number') return [{ type: 'reasoning-state', choice, state, call: owner }];
  return [{ type: 'reasoning-state', choice, state: { ...state, callId: owner } }];
}

/** Reads the index of a piece; some providers send a text. */
const placeOf = (index: unknown) => (typeof index === 'string' && /^\d{1,9}$/.test(index) ? Number(index) : numberOf(index));

function callsOf(choice: number, { tools, budget }: State): ToolCallIndex {
  const known = tools.get(choice);
  if (known !== undefined) return known;
  budget?.take(ENTRY_BYTES);
  const created = createToolCallIndex(budget);
  tools.set(choice, created);
  return created;
}

function readUsage(chunk: WireObject, state: State): StreamEvent[] {
  const usage = decodeUsage(chunk.usage, state.quirks) ?? (isObject(chunk.x_groq) ? decodeUsage(chunk.x_groq.usage, state.quirks) : null);
  return usage === null ? [] : [{ type: 'usage', usage: withTier(usage, chunk) }];
}
