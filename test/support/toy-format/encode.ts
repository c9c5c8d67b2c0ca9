/** Answers of the toy format: a line of JSON for each event, or one object with a list of blocks for each choice. */
import type { Encoder, ResponseMeta } from '../../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { UnifiedRequest } from '../../../src/unified/request/request.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import type { CollectedChoice, Result, ResultBlock } from '../../../src/unified/response/result.ts';
import type { Usage } from '../../../src/unified/response/usage.ts';
import { errorFields } from './error.ts';

/** Writes a stream. The first line has the provider, the last one `done` or `oops`. */
export function createEncoder(meta: ResponseMeta, request: UnifiedRequest): Encoder {
  let hasOpened = false;

  function open(): string {
    if (hasOpened) return '';
    hasOpened = true;
    return line({ open: headOf(meta) });
  }

  return {
    push(events) {
      let lines = '';
      for (const event of events) {
        const written = writeEvent(event, meta, request);
        if (written !== null) lines += open() + line(written);
      }
      return lines;
    },
  };
}

const line = (value: JsonObject) => `${JSON.stringify(value)}\n`;

const headOf = (meta: ResponseMeta): JsonObject => ({ ref: meta.id, by: meta.servedBy()[0]?.provider });

function writeEvent(event: StreamEvent, meta: ResponseMeta, request: UnifiedRequest): JsonObject | null {
  switch (event.type) {
    case 'start':
    case 'usage':
      return null;
    case 'text-delta':
      return { at: event.choice, text: event.text };
    case 'refusal-delta':
      return { at: event.choice, refusal: event.text };
    case 'reasoning-delta':
      return { at: event.choice, thought: event.text };
    case 'reasoning-state':
      return null; // this format cannot carry it
    case 'tool-call-delta':
      return { at: event.choice, call: event.index, id: event.id, name: event.name, input: event.arguments };
    case 'image':
      return { at: event.choice, part: { images: event.images } };
    case 'audio':
      return { at: event.choice, part: { audio: event.audio } };
    case 'citation':
      return { at: event.choice, part: { citations: event.citations } };
    case 'native':
      return { at: event.choice, part: event.fields };
    case 'choice-end':
      return { at: event.choice, stopped: event.reason };
    case 'choice-error':
      return { at: event.choice, stopped: 'error', failed: errorFields(event.error) };
    case 'end':
      return { done: closingFields(event.usage, meta, request) };
    case 'error':
      return { oops: errorFields(event.error), ...closingFields(event.usage, meta, request) };
  }
}

/** Writes a whole answer. */
export function encodeBody({ choices, usage }: Result, meta: ResponseMeta, request: UnifiedRequest): JsonObject {
  return { ...headOf(meta), answers: choices.map(writeChoice), ...closingFields(usage, meta, request) };
}

function writeChoice({ index, blocks, finishReason, error }: CollectedChoice): JsonObject {
  return { at: index, blocks: blocks.map(writeBlock), stopped: finishReason, ...(error === null ? {} : { failed: errorFields(error) }) };
}

function writeBlock(block: ResultBlock): JsonObject {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'refusal':
      return { refusal: block.text };
    case 'reasoning':
      return { thought: block.text };
    case 'tool-call':
      return { call: block.id, name: block.name, input: block.arguments };
    case 'image':
      return { part: { images: block.images } };
    case 'audio':
      return { part: { audio: block.audio } };
    case 'citation':
      return { part: { citations: block.citations } };
    case 'native':
      return { part: block.fields };
  }
}

function closingFields(usage: Usage | null, meta: ResponseMeta, { answerOptions }: UnifiedRequest): JsonObject {
  const { adjustments } = meta.finalMeta();
  return {
    ...(usage === null ? {} : { spent: [usage.promptTokens, usage.completionTokens] }),
    ...(adjustments.length === 0 ? {} : { changed: adjustments.map(({ param }) => param) }),
    ...answerOptions,
  };
}
