/** Requests as their answers need them, and the events of a stream read back, for tests of the encoder. */
import { expect } from 'vitest';
import { createEncoder } from '../../../../src/dialects/openai-responses/client/encode.ts';
import { encodeBody } from '../../../../src/dialects/openai-responses/client/body.ts';
import type { DeclaredTool, ResponsesAnswerOptions } from '../../../../src/dialects/openai-responses/client/answer-options.ts';
import type { AnsweredRequest } from '../../../../src/dialects/openai-responses/client/answer-writer.ts';
import type { ResponseMeta } from '../../../../src/dialects/client-dialect.ts';
import { arrayOf, type JsonObject } from '../../../../src/lib/json.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { ended, START, usageOf } from '../../../stream/events.ts';
import { headOf } from '../../answer-head.ts';

/** The echo of a request without optional fields. */
const ECHO: ResponsesAnswerOptions['echo'] = {
  background: false,
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
};

/** A request whose client declared these tools. */
export function requestWith(
  tools: Record<string, DeclaredTool> = {},
  compaction: ResponsesAnswerOptions['compaction'] = null,
): AnsweredRequest {
  const options: ResponsesAnswerOptions = { tools, echo: ECHO, compaction };
  return { answerOptions: options };
}

/** A head with an id of this format. */
const responseHead = (changes: Partial<ResponseMeta> = {}): ResponseMeta => headOf({ id: 'resp_1', ...changes });

/** One event of a stream. */
export type WireEvent = JsonObject & { type: string };

/** How a test writes an answer. */
export type Written = { meta?: Partial<ResponseMeta>; request?: AnsweredRequest };

/** The text of a stream. */
export function streamText(events: readonly StreamEvent[], { meta = {}, request = requestWith() }: Written = {}): string {
  return createEncoder(responseHead(meta), request).push(events);
}

/** Reads a stream back. @throws Error for one that is against the grammar of frames, or whose numbers have a gap. */
export function readEvents(text: string): WireEvent[] {
  const frames = text.split('\n\n');
  if (frames.pop() !== '') throw new Error('the last frame is cut');
  if (frames.pop() !== 'data: [DONE]') throw new Error('the stream has no [DONE] at its end');
  return frames.map((frame, index) => {
    const [, type, data] = /^event: (\S+)\ndata: ([^\n]+)$/.exec(frame) ?? [];
    if (type === undefined || data === undefined) throw new Error(`no event: ${frame}`);
    const event = JSON.parse(data) as WireEvent;
    if (event.type !== type || event['sequence_number'] !== index) throw new Error(`event ${index} is ${frame}`);
    return event;
  });
}

/** The events of a stream. */
export const streamed = (events: readonly StreamEvent[], written: Written = {}): WireEvent[] => readEvents(streamText(events, written));

/** The object that ends a stream. */
export function lastResponse(events: readonly WireEvent[]): JsonObject {
  return events.at(-1)?.['response'] as JsonObject;
}

/** The body of the same answer. */
export function bodyOf(events: readonly StreamEvent[], { meta = {}, request = requestWith() }: Written = {}): JsonObject {
  const collector = createCollector();
  collector.push(events);
  return JSON.parse(JSON.stringify(encodeBody(collector.result(), responseHead(meta), request))) as JsonObject;
}

/** The answer of a stream and of a body, which have to be the same. */
export function answer(events: readonly StreamEvent[], written: Written = {}): JsonObject {
  const response = lastResponse(streamed(events, written));
  expect(bodyOf(events, written)).toEqual(response);
  return response;
}

/** The end of an answer. */
export const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };

/** A whole answer with this content. */
export const whole = (...content: StreamEvent[]): StreamEvent[] => [START, ...content, ended(), END];

/** A piece of a refusal. */
export const refusal = (piece: string): StreamEvent => ({ type: 'refusal-delta', choice: 0, text: piece });

/** The output of a Response object. */
export const outputOf = (response: JsonObject): JsonObject[] => arrayOf(response['output']) as JsonObject[];

/** The types of events, in order, without their prefix. */
export const typesOf = (events: readonly WireEvent[]): string[] => events.map(({ type }) => type.replace(/^response\./, ''));
