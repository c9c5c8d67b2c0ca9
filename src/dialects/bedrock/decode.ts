/**
 * Decodes Converse answers: frames and whole bodies (botocore 1.43.107, ConverseStreamOutput and ConverseResponse; recorded answers of
 * the Vercel AI SDK, packages/amazon-bedrock; read 2026-11-20). `metadata` follows `messageStop`; in hand-made streams it precedes it.
 */
import { ENTRY_BYTES } from '../../unified/response/answer-budget.ts';
import { RouterError } from '../../unified/error.ts';
import { errorEvent, isBreak, type FinishReason, type StreamEvent } from '../../unified/response/event.ts';
import { arrayOf, countOf, numberOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { knownParts } from '../../unified/response/usage-parts.ts';
import { usageOf } from '../../unified/response/usage.ts';
import type { Decoder, DecoderOptions } from '../dialect.ts';
import { reportUnplaced, type UnplacedFields } from '../openai-common/upstream/answer-fields.ts';
import { choiceEnd, reasonIn } from '../openai-common/upstream/finish.ts';
import { argumentsText, contentParts, labelOf, orUnreadable, speechOf } from '../openai-common/upstream/speech.ts';
import { readUnreadable } from '../openai-common/upstream/unreadable.ts';
import { reasoningEvents } from '../openai-common/upstream/parts.ts';
import { findErrorIn, readException } from './error.ts';
import { SIGNED_FORMAT } from './messages.ts';
import { ANTHROPIC_FIELDS } from './rules.ts';
import { createDecoderShell } from '../shared/decoder-shell.ts';

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  content_filtered: 'content_filter',
  guardrail_intervened: 'content_filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
  // Claude's finish reasons, which appear unchanged.
  refusal: 'content_filter',
  pause_turn: 'error',
};

/** Decodes a stream. */
export function createDecoder(options: DecoderOptions): Decoder {
  const reader = createReader(options);
  /** The two events that end an answer, in either order. */
  const missing = new Set(['messageStop', 'metadata']);
  return createDecoderShell((frame, raw) => {
    if (!isObject(frame)) return [errorEvent(readUnreadable(raw))];
    for (const name of Object.keys(frame)) missing.delete(name);
    const events = orUnreadable(() => Object.entries(frame).flatMap(([name, value]) => reader.frame(name, isObject(value) ? value : {})));
    return missing.size === 0 && !events.some(isBreak) ? [...events, END] : events;
  });
}

const END: StreamEvent = { type: 'end', usage: null };

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: DecoderOptions): StreamEvent[] {
  return orUnreadable(() => readDocument(body, options));
}

function readDocument(body: unknown, options: DecoderOptions): StreamEvent[] {
  if (!isObject(body)) return [errorEvent(readUnreadable(body))];
  const message = isObject(body.output) && isObject(body.output.message) ? body.output.message : null;
  if (message === null) {
    return [errorEvent(findErrorIn(body) ?? new RouterError('provider_unavailable', 'the upstream sent an answer without a message'))];
  }
  const reader = createReader(options);
  const content = contentParts(message.content).flatMap((block, index) => reader.block(block, index));
  const stop = body.stopReason === undefined ? [] : reader.frame('messageStop', body);
  return [...reader.frame('messageStart', message), ...content, ...readUsage(body), ...stop, END];
}

/** A tool call under way. */
type Call = { index: number; hasInput: boolean };

const CITATION = 'sources are in a form of the provider';
const NO_MEDIA = 'no model of this provider is known to answer with files here';
const OWN_TOOLS = 'what the tools of the provider itself did has no place in an answer';

/** Content blocks without an equivalent (ContentBlock of the API reference, read 2026-11-20). */
const UNPLACED_OF_CONTENT: UnplacedFields = {
  citation: CITATION,
  image: NO_MEDIA,
  audio: NO_MEDIA,
  video: NO_MEDIA,
  document: NO_MEDIA,
  guardContent: 'what a guardrail was asked about has no place in an answer',
  searchResult: OWN_TOOLS,
  toolResult: OWN_TOOLS,
};

/** Fields next to the message, or in the final events, without an equivalent. Metrics are ignored. */
const UNPLACED_OF_ANSWER: UnplacedFields = {
  additionalModelResponseFields: 'fields of the model itself are in a form of its maker',
  trace: 'what a guardrail or a router of prompts did has no place in an answer',
};

type Reader = {
  /** One event of a stream. */
  frame(name: string, value: WireObject): StreamEvent[];
  /** One block of a whole answer. */
  block(block: WireObject, index: number): StreamEvent[];
};

function createReader({ quirks, budget, dropped }: DecoderOptions): Reader {
  const format = quirks.includes(ANTHROPIC_FIELDS) ? SIGNED_FORMAT : 'unknown';
  /** Open calls by block index. Block indexes count all blocks, so tool calls are counted here. */
  const open = new Map<number, Call>();
  let calls = 0;
  let isStarted = false;

  function start(): StreamEvent[] {
    if (isStarted) return [];
    isStarted = true;
    return [{ type: 'start', model: null, systemFingerprint: null, serviceTier: null }];
  }

  function openCall(toolUse: WireObject, block: number): StreamEvent[] {
    budget?.take(ENTRY_BYTES);
    const call: Call = { index: calls++, hasInput: false };
    open.set(block, call);
    const [id, name] = [labelOf(toolUse.toolUseId), labelOf(toolUse.name)];
    const fields = { ...(id === null ? {} : { id }), ...(name === null ? {} : { name }) };
    return [{ type: 'tool-call-delta', choice: 0, index: call.index, ...fields, arguments: '' }];
  }

  function goOn(input: string, block: number): StreamEvent[] {
    const opening = open.has(block) ? [] : openCall({}, block);
    const call = open.get(block);
    if (call === undefined || input === '') return opening;
    call.hasInput = true;
    return [...opening, { type: 'tool-call-delta', choice: 0, index: call.index, arguments: input }];
  }

  /** Closes a call. A call without arguments sends none; they are an empty object. */
  function closeCall(block: number): StreamEvent[] {
    const call = open.get(block);
    open.delete(block);
    return call === undefined || call.hasInput ? [] : [{ type: 'tool-call-delta', choice: 0, index: call.index, arguments: '{}' }];
  }

  function delta(piece: WireObject, block: number): StreamEvent[] {
    const text = speechOf(piece.text);
    if (text !== null) return [{ type: 'text-delta', choice: 0, text }];
    if (isObject(piece.toolUse)) return goOn(argumentsText(piece.toolUse.input), block);
    if (isObject(piece.reasoningContent)) return readReasoning(piece.reasoningContent, block, format);
    if (isObject(piece.citationsContent)) return readCited(piece.citationsContent, dropped);
    reportUnplaced(piece, UNPLACED_OF_CONTENT, dropped);
    return [];
  }

  function read(name: string, value: WireObject): StreamEvent[] {
    const block = numberOf(value.contentBlockIndex) ?? 0;
    reportUnplaced(value, UNPLACED_OF_ANSWER, dropped);
    switch (name) {
      case 'contentBlockStart':
        if (!isObject(value.start)) return [];
        reportUnplaced(value.start, UNPLACED_OF_CONTENT, dropped);
        return isObject(value.start.toolUse) ? openCall(value.start.toolUse, block) : [];
      case 'contentBlockDelta':
        return isObject(value.delta) ? delta(value.delta, block) : [];
      case 'contentBlockStop':
        return closeCall(block);
      case 'messageStop':
        return [...[...open.keys()].flatMap(closeCall), ...finish(labelOf(value.stopReason))];
      case 'metadata':
        return readUsage(value);
      default:
        return [];
    }
  }

  return {
    frame(name, value) {
      const error = readException(name, value);
      return error === null ? [...start(), ...read(name, value)] : [errorEvent(error)];
    },
    block(block, index) {
      if (isObject(block.toolUse)) {
        return [...openCall(block.toolUse, index), ...goOn(argumentsText(block.toolUse.input), index), ...closeCall(index)];
      }
      const content = isObject(block.reasoningContent) ? block.reasoningContent : null;
      if (content === null) return delta(block, index);
      return readReasoning(isObject(content.reasoningText) ? content.reasoningText : content, index, format);
    },
  };
}

/** Reads a piece of reasoning. @param format of its signature. */
function readReasoning(content: WireObject, index: number, format: string): StreamEvent[] {
  const [redacted, signature, text] = [textOf(content.redactedContent), textOf(content.signature), speechOf(content.text)];
  if (redacted !== null) {
    const details = [{ type: 'reasoning.encrypted', data: redacted, format, index }];
    return reasoningEvents(0, '', details);
  }
  if (text === null && signature === null) return [];
  const fields = { ...(text === null ? {} : { text }), ...(signature === null ? {} : { signature }) };
  return reasoningEvents(0, text ?? '', [{ type: 'reasoning.text', ...fields, format, index }]);
}

/** Reads text with citations. */
function readCited({ content, citations }: WireObject, dropped: DecoderOptions['dropped']): StreamEvent[] {
  reportUnplaced({ citations }, { citations: CITATION }, dropped);
  const text = speechOf(content);
  return text === null ? [] : [{ type: 'text-delta', choice: 0, text }];
}

/** Maps a finish reason. An unknown reason becomes `stop` and is passed on. */
function finish(native: string | null): StreamEvent[] {
  if (native === null) return [];
  const reason = reasonIn(FINISH, native);
  if (reason !== 'error') return [choiceEnd(0, native, reason)];
  // Most unknown reasons are about unusable model output, so another endpoint is tried.
  const message = `the upstream ended the answer with stop reason "${native}"`;
  const details = native === 'pause_turn' ? { retryable: false } : { meaning: 'invalid-output' as const };
  const error = new RouterError('provider_unavailable', message, { nativeFinishReason: native, ...details });
  return [{ type: 'choice-error', choice: 0, error }];
}

/** Reads usage. `inputTokens` excludes cached tokens. Reasoning is counted as output, not separately. */
function readUsage({ usage, serviceTier, performanceConfig }: WireObject): StreamEvent[] {
  if (!isObject(usage)) return [];
  const [input, output] = [countOf(usage.inputTokens), countOf(usage.outputTokens)];
  if (input === null && output === null) return [];
  const [cached, written] = [countOf(usage.cacheReadInputTokens), countOf(usage.cacheWriteInputTokens)];
  // An optimized latency has a price of its own, as a tier has.
  const isOptimized = isObject(performanceConfig) && performanceConfig.latency === 'optimized';
  const tier = isOptimized ? 'optimized' : textOf(isObject(serviceTier) ? serviceTier.type : serviceTier);
  const counts = usageOf({
    promptTokens: (input ?? 0) + (cached ?? 0) + (written ?? 0),
    completionTokens: output ?? 0,
    cachedTokens: cached,
    cacheWriteTokens: written,
    parts: knownParts({ cacheWrite5m: writtenFor('5m', usage), cacheWrite1h: writtenFor('1h', usage) }),
    ...(tier === null ? {} : { serviceTier: tier }),
    ...(isObject(usage.serverToolUsage) && Object.values(usage.serverToolUsage).some((count) => count !== 0) ? { isUnpriced: true } : {}),
  });
  return [{ type: 'usage', usage: counts }];
}

/** Returns tokens written to the cache with this lifetime (Converse API, TokenUsage.cacheDetails); null = not reported. */
function writtenFor(ttl: string, { cacheDetails: details }: WireObject): number | null {
  const entries = arrayOf(details).filter(isObject);
  return entries.length === 0 ? null : entries.reduce((sum, entry) => sum + (entry.ttl === ttl ? (countOf(entry.inputTokens) ?? 0) : 0), 0);
}
