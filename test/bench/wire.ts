/**
 * Answers of the scripted upstream in each format, as bytes. Made once per script: what is measured must not wait for a serializer.
 * Shapes as OpenAI's chat completions and Anthropic's Messages API document them. Does no I/O.
 */
import { eventTexts, type Script } from './script.ts';

/** Formats of the upstream. */
export type Format = 'openai' | 'anthropic';

/** Prompt tokens that every answer reports. */
export const PROMPT_TOKENS = 25;

const ID = 'chatcmpl-CeBench0123456789abcdefghijkl';
const MODEL = 'bench-2026-11-01';
const CREATED_SECONDS = 1_790_000_000;

const openAiUsage = (events: number) => ({
  prompt_tokens: PROMPT_TOKENS,
  completion_tokens: events,
  total_tokens: PROMPT_TOKENS + events,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
});

/** The events of a stream: what comes before the content, each content event, and what comes after. */
type Events = { before: string; content: string[]; after: string };

/** The tool calls of an answer. */
const toolCalls = ({ calls }: Script) =>
  Array.from({ length: calls }, (_, index) => ({
    id: `call_bench_${index}`,
    type: 'function',
    function: { name: `measure_river_${index % 7}`, arguments: `{"river":${index}}` },
  }));

const openAiFinish = ({ calls }: Script) => (calls > 0 ? 'tool_calls' : 'stop');

function openAiEvents(script: Script): Events {
  const head = {
    id: ID,
    object: 'chat.completion.chunk',
    created: CREATED_SECONDS,
    model: MODEL,
    service_tier: 'default',
    system_fingerprint: 'fp_b3nch0123',
  };
  const event = (fields: object) => `data: ${JSON.stringify({ ...head, ...fields })}\n\n`;
  const chunk = (delta: object, reason: string | null) =>
    event({ choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }], obfuscation: 'aB3dE6' });
  return {
    before: chunk({ role: 'assistant', content: '', refusal: null }, null),
    content: [
      ...eventTexts(script).map((text) => chunk({ content: text }, null)),
      ...toolCalls(script).map((call, index) => chunk({ tool_calls: [{ index, ...call }] }, null)),
    ],
    after: `${chunk({}, openAiFinish(script))}${event({ choices: [], usage: openAiUsage(script.events) })}data: [DONE]\n\n`,
  };
}

function anthropicEvents(script: Script): Events {
  const event = (type: string, fields: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
  const usage = { input_tokens: PROMPT_TOKENS, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 };
  const message = { id: 'msg_01Bench', type: 'message', role: 'assistant', model: MODEL, content: [], stop_reason: null, usage };
  return {
    before:
      event('message_start', { message }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('ping'),
    content: eventTexts(script).map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    after:
      event('content_block_stop', { index: 0 }) +
      event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: script.events } }) +
      event('message_stop'),
  };
}

/** The HTTP chunks of a stream, in order. */
export function streamFrames(format: Format, script: Script): Buffer[] {
  const { before, content, after } = format === 'openai' ? openAiEvents(script) : anthropicEvents(script);
  const groups = Array.from({ length: Math.ceil(content.length / script.perFrame) }, (_, group) =>
    content.slice(group * script.perFrame, (group + 1) * script.perFrame).join(''),
  );
  const whole = [before, ...groups, after].map((text) => Buffer.from(text));
  return script.frameBytes === 0 ? whole : cut(Buffer.concat(whole), script.frameBytes);
}

/** The same bytes in pieces of `size` bytes, the last one shorter. */
export function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) => bytes.subarray(piece * size, (piece + 1) * size));
}

/** An answer that is not streamed. */
export function wholeBody(format: Format, script: Script): Buffer {
  const text = eventTexts(script).join('');
  if (format === 'anthropic') {
    const usage = { input_tokens: PROMPT_TOKENS, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: script.events };
    const content = [{ type: 'text', text }];
    const head = { id: 'msg_01Bench', type: 'message', role: 'assistant', model: MODEL };
    return Buffer.from(JSON.stringify({ ...head, content, stop_reason: 'end_turn', stop_sequence: null, usage }));
  }
  const calls = toolCalls(script);
  const message = {
    role: 'assistant',
    content: text,
    refusal: null,
    annotations: [],
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  return Buffer.from(
    JSON.stringify({
      id: ID,
      object: 'chat.completion',
      created: CREATED_SECONDS,
      model: MODEL,
      choices: [{ index: 0, message, logprobs: null, finish_reason: openAiFinish(script) }],
      usage: openAiUsage(script.events),
      service_tier: 'default',
      system_fingerprint: 'fp_b3nch0123',
    }),
  );
}
