/**
 * Decodes answers of OpenAI Responses: stream events and whole responses. An answer is a list of items (messages, reasoning, calls). Each
 * is opened, sent in pieces and closed; a whole response has the same items, closed at once.
 *
 * Wire reference: SDK openai 6.49.0, ResponseStreamEvent (read 2026-11-20). Pieces are joined by `output_index`, because some proxies change
 * the id of an item in every event. Unknown events are skipped: there are about sixty types, most of them for server tools of the
 * provider.
 */
import { append } from '../../../lib/append.ts';
import { ENTRY_BYTES, sizeOf } from '../../../unified/response/answer-budget.ts';
import type { StreamEvent, TextDeltaEvent, FinishReason } from '../../../unified/response/event.ts';
import { isTerminal } from '../../../unified/response/event.ts';
import { arrayOf, numberOf, textOf, wordOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { Decoder, DecoderOptions } from '../../dialect.ts';
import { choiceEnd, reasonIn } from '../../openai-common/upstream/finish.ts';
import { decodeLogprobs } from '../../openai-common/upstream/logprobs.ts';
import { withStart, decodeDocument, type ReadChunk } from '../../openai-common/upstream/payloads.ts';
import { argumentsText, contentParts, labelOf, speechOf } from '../../openai-common/upstream/speech.ts';
import { decodeUsage, withTier } from '../../openai-common/upstream/usage.ts';
import { partEvents, reasoningEvents } from '../../openai-common/upstream/parts.ts';
import { findFailure } from './error.ts';
import { annotationsOf, argumentsOf, callsOf, imagesOf, isWrapper } from './items.ts';
import { REASONING_FORMAT } from './messages.ts';
import { CARRYING } from './originals.ts';
import { createDecoderShell, type ReadPayload } from '../../shared/decoder-shell.ts';
import { withOriginalBody, withOriginals } from '../../shared/originals.ts';

/** Decodes a stream. Its last event states that the answer is over; a `[DONE]` is not expected and has no effect. */
export const createDecoder = (options: Pick<DecoderOptions, 'budget' | 'dropped'> = {}): Decoder => decoderOf(options, (read) => read);

/** A decoder whose reader of payloads is adapted. */
function decoderOf(options: Pick<DecoderOptions, 'budget' | 'dropped'>, adapt: (read: ReadPayload) => ReadPayload): Decoder {
  const read = withStart(createReader(options), findFailure);
  const withEnd: ReadPayload = (payload, raw) => {
    const events = read(payload, raw);
    return events.some(({ type }) => type === 'choice-end') ? [...events, { type: 'end', usage: null }] : events;
  };
  return createDecoderShell(adapt(withEnd), { onDone: () => [], isLast: isTerminal });
}

/** Decodes a stream for a client of the format. */
export const createNativeDecoder = ({ budget }: Pick<DecoderOptions, 'budget'> = {}): Decoder =>
  decoderOf(budget === undefined ? {} : { budget }, (read) => withOriginals(read, CARRYING));

/** Decodes a whole answer for a client of the format. */
export function decodeNativeBody(body: unknown, { budget }: Pick<DecoderOptions, 'budget'> = {}): StreamEvent[] {
  const events = decodeBody(body, budget === undefined ? {} : { budget });
  return isObject(body) ? withOriginalBody(events, body, CARRYING) : events;
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: Pick<DecoderOptions, 'budget' | 'dropped'> = {}): StreamEvent[] {
  const isResponse = isObject(body) && (body.object === 'response' || Array.isArray(body.output));
  return decodeDocument(isResponse ? { type: 'response.done', response: body } : body, createReader(options), findFailure);
}

/** The state of an item. */
type Item = {
  id: string | null;
  /** Place of its call among the calls of the answer; null = none yet. */
  call: number | null;
  spoke: boolean;
  /** Places of its parts among the blocks of thought of the answer, by kind and number. */
  blocks: Map<string, number>;
};

type State = Pick<DecoderOptions, 'budget' | 'dropped'> & {
  started: boolean;
  /** Open items, by `output_index`. */
  items: Map<number, Item>;
  heard: boolean;
  calls: number;
  blocks: number;
  thought: boolean;
  annotations: unknown[];
  images: unknown[];
  phase: string | null;
};

function createReader(options: Pick<DecoderOptions, 'budget' | 'dropped'>): ReadChunk {
  const state: State = {
    ...options,
    started: false,
    items: new Map(),
    heard: false,
    calls: 0,
    blocks: 0,
    thought: false,
    annotations: [],
    images: [],
    phase: null,
  };
  return (event: WireObject) => {
    const type = textOf(event.type)?.replace(/^response\./, '') ?? '';
    if (isObject(event.response)) return [...start(event.response, state), ...readResponse(event.response, type, state)];
    const index = numberOf(event.output_index) ?? 0;
    const item = isObject(event.item) ? event.item : null;
    if (type === 'output_item.added' && item !== null) return openItem(item, index, state);
    if (type === 'output_item.done' && item !== null) return closeItem(item, index, state);
    return readPiece(event, { type, index }, state);
  };
}

/** Reads the model and tier. A tier of "auto" is the requested one, not the used one. */
function start({ model, service_tier: tier }: WireObject, state: State): StreamEvent[] {
  if (state.started || textOf(model) === null) return [];
  state.started = true;
  return [{ type: 'start', model: textOf(model), systemFingerprint: null, serviceTier: tier === 'auto' ? null : textOf(tier) }];
}

function itemAt(index: number, id: unknown, state: State): Item {
  const known = state.items.get(index);
  if (known !== undefined) return known;
  state.budget?.take(ENTRY_BYTES);
  const item: Item = { id: textOf(id), call: null, spoke: false, blocks: new Map() };
  state.items.set(index, item);
  state.heard = true;
  return item;
}

function openItem(item: WireObject, index: number, state: State): StreamEvent[] {
  state.items.delete(index);
  const opened = itemAt(index, item.id, state);
  const name = labelOf(item.name);
  if (!isCall(item) || name === null || isWrapper(name)) return [];
  opened.call = state.calls++;
  const id = labelOf(item.call_id);
  return [{ type: 'tool-call-delta', choice: 0, index: opened.call, ...(id === null ? {} : { id }), name, arguments: '', ...kindOf(item) }];
}

const CUSTOM = { kind: 'custom' } as const;

/** A custom tool is called with a text. */
const kindOf = ({ type }: WireObject) => (type === 'custom_tool_call' ? CUSTOM : {});

const isCall = ({ type }: WireObject) => type === 'function_call' || type === 'custom_tool_call';

/** A piece of an item. Calls that have not been opened by name are returned when they are complete. */
function readPiece(event: WireObject, { type, index }: { type: string; index: number }, state: State): StreamEvent[] {
  const part = numberOf(event.summary_index) ?? numberOf(event.content_index) ?? 0;
  switch (type) {
    case 'output_text.delta':
      return withContent(itemAt(index, event.item_id, state), textDelta(speechOf(event.delta) ?? '', event.logprobs));
    case 'refusal.delta':
      return withContent(itemAt(index, event.item_id, state), refusal(event.delta));
    case 'reasoning_summary_text.delta':
      return think(itemAt(index, event.item_id, state), { kind: 'summary', part, text: speechOf(event.delta) ?? '' }, state);
    case 'reasoning_text.delta':
      return think(itemAt(index, event.item_id, state), { kind: 'text', part, text: speechOf(event.delta) ?? '' }, state);
    case 'function_call_arguments.delta':
    case 'custom_tool_call_input.delta': {
      const item = itemAt(index, event.item_id, state);
      const text = argumentsText(event.delta);
      if (item.call === null || text === '') return [];
      const kind = type === 'custom_tool_call_input.delta' ? CUSTOM : {};
      return withContent(item, [{ type: 'tool-call-delta', choice: 0, index: item.call, arguments: text, ...kind }]);
    }
    default:
      return [];
  }
}

function withContent(item: Item, events: StreamEvent[]): StreamEvent[] {
  item.spoke ||= events.length > 0;
  return events;
}

function textDelta(text: string, rawLogprobs: unknown): TextDeltaEvent[] {
  const logprobs = decodeLogprobs({ content: rawLogprobs });
  if (text === '' && logprobs === undefined) return [];
  return [{ type: 'text-delta', choice: 0, text, ...(logprobs === undefined ? {} : { logprobs }) }];
}

type ThoughtPiece = { kind: 'summary' | 'text'; part: number; text: string };

/** Reads a piece of reasoning. Parts of summaries are paragraphs, sent without the line break between them. */
function think(item: Item, { kind, part, text }: ThoughtPiece, state: State): StreamEvent[] {
  if (text === '') return [];
  const known = item.blocks.get(`${kind}/${part}`);
  if (known === undefined) state.budget?.take(ENTRY_BYTES);
  const index = known ?? state.blocks++;
  item.blocks.set(`${kind}/${part}`, index);
  const lead = known === undefined && state.thought ? '\n\n' : '';
  [item.spoke, state.thought] = [true, true];
  const detail = { type: `reasoning.${kind}`, [kind]: text, id: item.id, format: REASONING_FORMAT, index };
  return reasoningEvents(0, lead + text, [detail]);
}

/** Ends an item: returns what its pieces did not contain. */
function closeItem(item: WireObject, index: number, state: State): StreamEvent[] {
  const heard = itemAt(index, item.id, state);
  state.items.delete(index);
  keep(imagesOf(item), state.images, state);
  if (item.type === 'message') {
    keep(annotationsOf(item), state.annotations, state);
    state.phase = textOf(item.phase) ?? state.phase;
    for (const part of contentParts(item.content, 'output_text'))
      if (part.type !== 'output_text' && part.type !== 'refusal')
        state.dropped?.(`content.${wordOf(part.type)}`, 'this part of content is of a type that has no place in an answer');
    return heard.spoke ? [] : contentParts(item.content, 'output_text').flatMap(readWholePart);
  }
  if (item.type === 'reasoning') return closeThought(item, heard, state);
  if (!isCall(item)) {
    const type = textOf(item.type);
    if (type !== null && type !== 'image_generation_call')
      state.dropped?.(`output.${type}`, 'what the tools of the provider itself did has no place in an answer');
    return [];
  }
  if (heard.call !== null) {
    const text = heard.spoke ? '' : argumentsOf(item);
    return text === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index: heard.call, arguments: text, ...kindOf(item) }];
  }
  return callsOf(item).map(({ id, ...call }) => {
    return { type: 'tool-call-delta', choice: 0, index: state.calls++, ...(id === undefined ? {} : { id }), ...call, ...kindOf(item) };
  });
}

/** Keeps the values of the end of the answer. */
function keep(found: readonly unknown[], kept: unknown[], { budget }: State): void {
  if (found.length > 0) budget?.take(sizeOf(found));
  append(kept, found);
}

function readWholePart(part: unknown): StreamEvent[] {
  if (!isObject(part)) return [];
  if (part.type === 'refusal') return refusal(part.refusal);
  return part.type === 'output_text' ? textDelta(speechOf(part.text) ?? '', part.logprobs) : [];
}

function refusal(given: unknown): StreamEvent[] {
  const text = speechOf(given);
  return text === null ? [] : [{ type: 'refusal-delta', choice: 0, text }];
}

function closeThought(item: WireObject, heard: Item, state: State): StreamEvent[] {
  const parts = (list: unknown, kind: 'summary' | 'text') =>
    arrayOf(list).flatMap((part, position) => think(heard, { kind, part: position, text: speechOf(part) ?? '' }, state));
  const events: StreamEvent[] = heard.spoke ? [] : [...parts(item.summary, 'summary'), ...parts(item.content, 'text')];
  const data = textOf(item.encrypted_content);
  if (data === null) return events;
  // The id that came with it: the provider checks that the two belong together.
  const detail = { type: 'reasoning.encrypted', data, id: textOf(item.id), format: REASONING_FORMAT, index: state.blocks++ };
  return [...events, ...reasoningEvents(0, '', [detail])];
}

/** Why an answer is incomplete. */
const REASONS: Readonly<Record<string, FinishReason>> = { max_output_tokens: 'length', content_filter: 'content_filter' };

const LAST_WORDS = new Set(['completed', 'incomplete', 'failed', 'cancelled', 'done']);

/** The response as a whole: at the beginning it names the model, at the end the result. */
function readResponse(response: WireObject, type: string, state: State): StreamEvent[] {
  const usage = readUsage(response);
  const stated = textOf(response.status);
  // Some proxies leave the status of the beginning in the last event; a whole response has no other mark.
  const isOpen = stated === null || stated === 'in_progress' || stated === 'queued';
  const status = !isOpen ? stated : type === 'done' ? null : type;
  if (!LAST_WORDS.has(type) || status === null || status === 'failed' || status === 'cancelled') return usage; // an error, or no end
  const unheard = state.heard
    ? []
    : arrayOf(response.output).flatMap((item, index) => (isObject(item) ? closeItem(item, index, state) : []));
  const why = isObject(response.incomplete_details) ? textOf(response.incomplete_details.reason) : null;
  const nativeReason = why ?? status;
  const end = choiceEnd(0, nativeReason, reasonIn(REASONS, nativeReason) ?? (status === 'completed' ? 'stop' : undefined));
  // An unknown reason is a cut, too.
  const finish = end.isGuess && status === 'incomplete' ? { ...end, reason: 'length' as const } : end;
  return [...unheard, ...readExtras(state), ...usage, finish];
}

/** Returns citations and files beside the text, once: the accumulator of the answer keeps one list. */
function readExtras({ annotations, images, phase }: State): StreamEvent[] {
  const fields: WireObject = {
    ...(annotations.length > 0 ? { annotations } : {}),
    ...(images.length > 0 ? { images } : {}),
    ...(phase === null ? {} : { phase }),
  };
  return partEvents(0, fields, REASONING_FORMAT);
}

/** Tools of the provider that have fees of their own, which the usage does not count. */
const WITH_FEES = new Set(['code_interpreter_call', 'file_search_call', 'image_generation_call']);

/** The counts under their names in chat completions. The searches are those of the answer's items. */
function readUsage({ usage: raw, output, service_tier: tier }: WireObject): StreamEvent[] {
  if (!isObject(raw)) return [];
  const made = arrayOf(output).flatMap((item) => (isObject(item) ? [textOf(item.type) ?? ''] : []));
  const searches = made.filter((type) => type === 'web_search_call').length;
  const usage = decodeUsage(
    {
      ...(searches === 0 ? {} : { server_tool_use: { web_search_requests: searches } }),
      ...raw,
      prompt_tokens: raw.input_tokens,
      completion_tokens: raw.output_tokens,
      prompt_tokens_details: raw.input_tokens_details,
      completion_tokens_details: raw.output_tokens_details,
    },
    [],
  );
  if (usage === null) return [];
  const billed = tier === 'auto' ? usage : withTier(usage, { service_tier: tier });
  return [{ type: 'usage', usage: made.some((type) => WITH_FEES.has(type)) ? { ...billed, isUnpriced: true } : billed }];
}
