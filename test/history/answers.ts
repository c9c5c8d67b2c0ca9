/**
 * Answers in the words of every wire format, as whole documents, and as the message of the answer that our chat client reads: what comes
 * back as history. Data in, data out; knows no provider.
 */
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { createEncoder, encodeBody } from '../../src/dialects/openai-chat/client/encode.ts';
import { arrayOf, isObject, type JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../support/read-stream.ts';
import { headOf } from '../dialects/answer-head.ts';
import { replayBody, type Outcome } from '../dialects/replay.ts';

/** A picture of one point. */
export const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A call as a model makes it. `arguments` is the text of a JSON object. */
export type Call = { id: string; name: string; arguments: string };

/** The parts of an answer. Empty texts are left out. */
export type HistoryAnswer = { thought: string; text: string; refusal: string; calls: readonly Call[]; media: 'none' | 'image' | 'sound' };

const objectOf = (text: string): unknown => JSON.parse(text);
const some = <Part>(value: string, ...parts: Part[]): Part[] => (value === '' ? [] : parts);

const openAiCalls = (calls: readonly Call[], isCounted = true) =>
  calls.map(({ id, name, arguments: text }, index) => ({
    id,
    ...(isCounted ? { index } : {}),
    type: 'function',
    function: { name, arguments: text },
  }));

function openAiLike(said: HistoryAnswer, message: JsonObject = {}): JsonObject {
  const { thought, text, refusal, calls, media } = said;
  const images = [{ type: 'image_url', image_url: { url: PIXEL } }];
  const audio = { id: 'audio_1', data: 'AAAA', expires_at: 1, transcript: 'The river is high.' };
  const own = {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: refusal === '' ? null : refusal,
    annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } }],
    audio: media === 'sound' ? audio : null,
    ...(media === 'image' ? { images } : {}),
    ...(thought === '' ? {} : { reasoning_content: thought }),
    tool_calls: openAiCalls(calls),
    ...message,
  };
  return { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: own, finish_reason: 'stop' }] };
}

/** The document of an answer, by format. */
export const FORMATS: Readonly<Record<string, (said: HistoryAnswer) => unknown>> = {
  'openai-chat': (said) => openAiLike(said),
  mistral(said) {
    const thinking = some(said.thought, { type: 'thinking', thinking: [{ type: 'text', text: said.thought }] });
    const parts = [...thinking, ...some(said.text, { type: 'text', text: said.text })];
    return openAiLike({ ...said, thought: '', refusal: '' }, { content: parts.length === 0 ? '' : parts });
  },
  cohere: ({ thought, text, calls }) => ({
    id: 'c',
    finish_reason: calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE',
    message: {
      role: 'assistant',
      content: [...some(thought, { type: 'thinking', thinking: thought }), ...some(text, { type: 'text', text })],
      ...(calls.length === 0 ? {} : { tool_plan: 'I will look.', tool_calls: openAiCalls(calls, false) }),
    },
  }),
  anthropic: ({ thought, text, calls }) => ({
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      ...some(thought, { type: 'thinking', thinking: thought, signature: 'c2lnbmVk' }),
      ...some(text, { type: 'text', text }),
      ...calls.map(({ id, name, arguments: given }) => ({ type: 'tool_use', id, name, input: objectOf(given) })),
    ],
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    usage: { input_tokens: 1, output_tokens: 1 },
  }),
  bedrock: ({ thought, text, calls }) => ({
    output: {
      message: {
        role: 'assistant',
        content: [
          ...some(thought, { reasoningContent: { reasoningText: { text: thought, signature: 'c2lnbmVk' } } }),
          ...some(text, { text }),
          ...calls.map(({ id, name, arguments: given }) => ({ toolUse: { toolUseId: id, name, input: objectOf(given) } })),
        ],
      },
    },
    stopReason: calls.length > 0 ? 'tool_use' : 'end_turn',
    usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
  }),
  gemini: ({ thought, text, calls }) => ({
    candidates: [
      {
        content: {
          role: 'model',
          parts: [
            ...some<JsonObject>(thought, { text: thought, thought: true }),
            ...some<JsonObject>(text, { text, thoughtSignature: 'bG9vc2U=' }),
            ...calls.map(({ name, arguments: given }) => ({ functionCall: { name, args: objectOf(given) }, thoughtSignature: 'c2lnbmVk' })),
          ],
        },
        finishReason: 'STOP',
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  }),
  ollama: ({ thought, text, calls }) => ({
    model: 'm',
    message: {
      role: 'assistant',
      content: text,
      ...(thought === '' ? {} : { thinking: thought }),
      ...(calls.length === 0
        ? {}
        : { tool_calls: calls.map((call) => ({ function: { name: call.name, arguments: objectOf(call.arguments) } })) }),
    },
    done: true,
    done_reason: 'stop',
  }),
  'openai-responses': ({ thought, text, refusal, calls }) => ({
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    model: 'm',
    output: [
      ...some(thought, {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: thought }],
        encrypted_content: 'c2VhbGVk',
      }),
      ...some(`${text}${refusal}`, {
        type: 'message',
        id: 'msg_1',
        role: 'assistant',
        status: 'completed',
        content: [...some(text, { type: 'output_text', text, annotations: [] }), ...some(refusal, { type: 'refusal', refusal })],
      }),
      ...calls.map((call) => ({ type: 'function_call', id: 'fc_1', call_id: call.id, name: call.name, arguments: call.arguments })),
    ],
  }),
  'workers-ai': ({ text, calls }) => ({
    success: true,
    errors: [],
    messages: [],
    result: { response: text, tool_calls: calls.map((call) => ({ name: call.name, arguments: objectOf(call.arguments) })) },
  }),
};

/** The answer as a format's decoder reads it. */
export function outcomeOf(format: string, said: HistoryAnswer): Outcome {
  const dialect: UpstreamDialect = upstreamDialect(format);
  return replayBody(dialect, JSON.parse(JSON.stringify(FORMATS[format]?.(said))));
}

/** The message of an answer as a client without a stream reads it; null where there is none. */
export function messageOf({ result }: Outcome): JsonObject | null {
  const body = JSON.parse(JSON.stringify(encodeBody(result, headOf()))) as { choices: { message: JsonObject }[] };
  return body.choices[0]?.message ?? null;
}

/** The same, put together from the chunks of a stream, as `openai` (node) and LangChain do: all fields, calls with their places. */
export function streamedMessageOf({ events }: Outcome): JsonObject {
  const message: JsonObject = { role: 'assistant', content: null, refusal: null };
  for (const frame of framesIn(createEncoder(headOf()).push(events))) {
    const [choice] = frame === '[DONE]' ? [] : (arrayOf(frame['choices']) as { index: number; delta: JsonObject }[]);
    if (choice?.index === 0) merge(message, choice.delta);
  }
  return message;
}

function merge(into: JsonObject, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    const before = into[key];
    if (key === 'index' || key === 'type' || key === 'role') into[key] = value;
    else if (typeof before === 'string' && typeof value === 'string') into[key] = before + value;
    else if (key === 'tool_calls') into[key] = mergeCalls(arrayOf(before), arrayOf(value));
    else if (Array.isArray(before) && Array.isArray(value)) into[key] = [...(before as unknown[]), ...(value as unknown[])];
    else if (isObject(before) && isObject(value)) merge(before, value);
    else into[key] = structuredClone(value);
  }
}

function mergeCalls(before: readonly unknown[], more: readonly unknown[]): unknown[] {
  const calls = before.filter(isObject);
  for (const piece of more.filter(isObject)) {
    const known = calls.find(({ index }) => index === piece['index']);
    if (known === undefined) calls.push(structuredClone(piece));
    else merge(known, piece);
  }
  return calls;
}
