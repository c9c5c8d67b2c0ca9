// Ollama's own chat on the wire: lines of JSON, calls whole with objects for arguments, counts in the last line.
// Source: docs/api/chat and server/routes.go of github.com/ollama/ollama. Must not import anything from src/ or providers/.

import type { Choice, ToolCall } from '../answer.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import { chatLogprobs } from '../logprobs.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

const line = (payload: Fields, isContent = false): Step => ({ kind: 'raw', text: `${JSON.stringify(payload)}\n`, isContent });

const head = ({ question }: Rendering): Fields => ({ model: question.model, created_at: '2026-01-01T00:00:00.000000Z' });

/** Arguments that were cut off in the middle cannot be an object: the server then tells of no call. */
function callOf(call: ToolCall, index: number): Fields[] {
  try {
    const given = JSON.parse(call.pieces.join('') || '{}') as unknown;
    return [{ id: call.id, function: { index, name: call.name, arguments: given } }];
  } catch {
    return [];
  }
}

/** There is no word for calls: an answer that makes them stops. Zero counts are left out. Durations are in nanoseconds. */
function closing({ answer }: Rendering, choice: Choice | undefined): Fields {
  const { promptTokens, completionTokens } = answer;
  return {
    done: true,
    done_reason: choice?.finishReason === 'length' ? 'length' : 'stop',
    total_duration: 4_883_583_458,
    load_duration: 1_334_875,
    ...(promptTokens === 0 ? {} : { prompt_eval_count: promptTokens, prompt_eval_duration: 26_546_000 }),
    ...(completionTokens === 0 ? {} : { eval_count: completionTokens, eval_duration: 4_535_599_000 }),
  };
}

function logprobsOf(pieces: readonly string[], { question }: Rendering, start = 0): Fields {
  if (question.topLogprobs === null) return {};
  return { logprobs: chatLogprobs(pieces, question.topLogprobs, start)['content'] };
}

function toSteps(rendering: Rendering): Step[] {
  const [choice] = rendering.answer.choices;
  const texts = (choice?.pieces ?? []).map((piece, place) => {
    const message = { role: 'assistant', content: piece };
    return line({ ...head(rendering), message, done: false, ...logprobsOf([piece], rendering, place) }, true);
  });
  const calls = (choice?.toolCalls ?? []).flatMap(callOf).map((call) => {
    const message = { role: 'assistant', content: '', tool_calls: [call] };
    return line({ ...head(rendering), message, done: false }, true);
  });
  const last = { ...head(rendering), message: { role: 'assistant', content: '' }, ...closing(rendering, choice) };
  return [...texts, ...calls, line(last)];
}

function toBody(rendering: Rendering): Fields {
  const [choice] = rendering.answer.choices;
  const { pieces = [], toolCalls = [] } = choice ?? {};
  const calls = toolCalls.flatMap(callOf);
  const message = { role: 'assistant', content: pieces.join(''), ...(calls.length === 0 ? {} : { tool_calls: calls }) };
  return { ...head(rendering), message, ...logprobsOf(pieces, rendering), ...closing(rendering, choice) };
}

/** OpenAI's words for what is asked. */
function toQuestion({ options, format, messages, ...same }: Fields): Fields {
  const { num_predict: limit, seed, stop }: Fields = isFields(options) ? options : {};
  const turns = (Array.isArray(messages) ? messages : []).filter(isFields);
  const wanted = isFields(format) ? { type: 'json_schema', json_schema: { schema: format } } : { type: 'json_object' };
  return {
    ...same,
    messages: turns.map(({ images, content, ...turn }) => {
      const text = [content, ...(Array.isArray(images) ? images.map(() => '[image]') : [])].join(' ').trim();
      return { ...turn, content: text };
    }),
    ...(typeof limit === 'number' && limit > 0 ? { max_tokens: limit } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop }),
    ...(format === undefined ? {} : { response_format: wanted }),
  };
}

/** How Ollama is spoken to. */
export const ollamaFormat: WireFormat = {
  contentType: 'application/x-ndjson',
  readPath: (path) => (path === 'api/chat' ? { operation: 'chat' } : path === 'api/embed' ? { operation: 'embeddings' } : null),
  toQuestion,
  toBody,
  toSteps,
  errorStep: ({ message }: Complaint) => line({ error: message }),
};
