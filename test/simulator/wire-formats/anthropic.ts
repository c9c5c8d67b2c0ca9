// Anthropic's Messages API on the wire: named SSE events, blocks that begin, grow and end, counts at the beginning and again at the
// end. Source: @anthropic-ai/sdk 1.11.0 (core/streaming.ts, resources/messages) and Anthropic's pages on streaming and errors.
// Must not import anything from src/ or providers/.

import type { Choice, FinishReason, ToolCall } from '../answer.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import { hash } from '../prose.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

const stopReasons: Readonly<Record<FinishReason, string>> = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' };

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The envelope; the message begins with the field, in dots, and an unknown field has a sentence of its own. */
export function writeAnthropicError({ status, message, param, code }: Complaint): Fields {
  const place = (param ?? '').replaceAll(/\[(\d+)\]/gu, '.$1');
  const said =
    code === 'unknown_parameter'
      ? `${place}: Extra inputs are not permitted`
      : code === 'missing_required_parameter'
        ? `${place}: Field required`
        : code === 'invalid_value'
          ? `${place}: ${message}`
          : message;
  const type = errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  return { type: 'error', error: { type, message: said }, request_id: 'req_sim' };
}

const frame = (payload: Fields, isContent = false): Step => ({
  kind: 'raw',
  text: `event: ${String(payload['type'])}\ndata: ${JSON.stringify(payload)}\n\n`,
  isContent,
});

/** Cached tokens have their own field and are no part of `input_tokens`. */
function readCounts({ answer }: Rendering): Fields {
  const cached = Math.floor(answer.promptTokens / 3);
  return { input_tokens: answer.promptTokens - cached, cache_creation_input_tokens: 0, cache_read_input_tokens: cached };
}

function envelope(rendering: Rendering, content: readonly Fields[], stopReason: string | null, outputTokens: number): Fields {
  const { question } = rendering;
  return {
    id: `msg_${hash(JSON.stringify(question)).toString(36)}`,
    type: 'message',
    role: 'assistant',
    model: question.model,
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { ...readCounts(rendering), output_tokens: outputTokens, service_tier: 'standard' },
  };
}

/** A block with its pieces, each of them a delta. */
function blockSteps(index: number, begin: Fields, deltas: readonly Fields[]): Step[] {
  return [
    frame({ type: 'content_block_start', index, content_block: begin }),
    ...deltas.map((delta) => frame({ type: 'content_block_delta', index, delta }, true)),
    frame({ type: 'content_block_stop', index }),
  ];
}

/** With a budget, calls are thought about: the next request is refused without the thoughts (`rules/anthropic-models.ts`). */
const THOUGHT = 'The tool is needed.';
const hasThought = ({ question }: Rendering, { toolCalls }: Choice) => question.hasThinkingBudget && toolCalls.length > 0;
const sealOf = ({ question }: Rendering) => btoa(`sealed ${hash(JSON.stringify(question)).toString(36)}`);

function choiceSteps(rendering: Rendering, choice: Choice): Step[] {
  const { pieces, toolCalls } = choice;
  const thought = hasThought(rendering, choice)
    ? blockSteps(0, { type: 'thinking', thinking: '', signature: '' }, [
        { type: 'thinking_delta', thinking: THOUGHT },
        { type: 'signature_delta', signature: sealOf(rendering) },
      ])
    : [];
  const place = thought.length === 0 ? 0 : 1;
  const text =
    pieces.length === 0
      ? []
      : blockSteps(
          place,
          { type: 'text', text: '' },
          pieces.map((piece) => ({ type: 'text_delta', text: piece })),
        );
  const first = place + (pieces.length === 0 ? 0 : 1);
  const calls = toolCalls.flatMap(({ id, name, pieces: given }, position) =>
    blockSteps(
      first + position,
      { type: 'tool_use', id, name, input: {} },
      given.map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
    ),
  );
  return [...thought, ...text, ...calls];
}

function toSteps(rendering: Rendering): Step[] {
  const { choices, completionTokens } = rendering.answer;
  const [choice] = choices;
  return [
    frame({ type: 'message_start', message: envelope(rendering, [], null, 1) }),
    frame({ type: 'ping' }),
    ...(choice === undefined ? [] : choiceSteps(rendering, choice)),
    frame({
      type: 'message_delta',
      delta: { stop_reason: stopReasons[choice?.finishReason ?? 'stop'], stop_sequence: null },
      usage: { ...readCounts(rendering), output_tokens: completionTokens },
    }),
    frame({ type: 'message_stop' }),
  ];
}

/** Arguments that were cut off in the middle are no object. */
function inputOf({ pieces }: ToolCall): unknown {
  try {
    return JSON.parse(pieces.join('') || '{}') as unknown;
  } catch {
    return {};
  }
}

function toBody(rendering: Rendering): Fields {
  const { choices, completionTokens } = rendering.answer;
  const { pieces = [], toolCalls = [], finishReason = 'stop' } = choices[0] ?? {};
  const isThought = choices[0] !== undefined && hasThought(rendering, choices[0]);
  const thought = isThought ? [{ type: 'thinking', thinking: THOUGHT, signature: sealOf(rendering) }] : [];
  const text = pieces.length === 0 ? [] : [{ type: 'text', text: pieces.join('') }];
  const calls = toolCalls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: inputOf(call) }));
  return envelope(rendering, [...thought, ...text, ...calls], stopReasons[finishReason], completionTokens);
}

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
const blocksOf = (content: unknown): Fields[] => (typeof content === 'string' ? [{ type: 'text', text: content }] : listed(content));

/** A message in OpenAI's words: a result of a tool is one of its own, and comes last, since it is what is answered. */
function toMessages({ role, content }: Fields): Fields[] {
  const blocks = blocksOf(content);
  const results = blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block) => ({ role: 'tool', tool_call_id: block['tool_use_id'], content: blocksOf(block['content']) }));
  const said = blocks.filter(({ type }) => type !== 'tool_result' && type !== 'tool_use');
  const rest = said.length === 0 && results.length > 0 ? [] : [{ role, content: said }];
  return [...rest, ...results];
}

const toTool = ({ name, description, input_schema: parameters }: Fields): Fields => ({
  type: 'function',
  function: { name, description, parameters },
});

const choiceWords: Readonly<Record<string, string>> = { auto: 'auto', none: 'none', any: 'required' };

/** OpenAI's words for what is asked. */
function toQuestion(body: Fields): Fields {
  const { system, messages, tools, tool_choice: choice, stop_sequences: stop, output_config: config, ...same } = body;
  const format = isFields(config) && isFields(config['format']) ? config['format'] : null;
  const picked = isFields(choice) ? choice : {};
  const named = picked['type'] === 'tool' ? { type: 'function', function: { name: picked['name'] } } : choiceWords[String(picked['type'])];
  return {
    ...same,
    messages: [...(system === undefined ? [] : [{ role: 'system', content: blocksOf(system) }]), ...listed(messages).flatMap(toMessages)],
    ...(stop === undefined ? {} : { stop }),
    ...(tools === undefined ? {} : { tools: listed(tools).map(toTool) }),
    ...(named === undefined ? {} : { tool_choice: named }),
    ...(picked['disable_parallel_tool_use'] === true ? { parallel_tool_calls: false } : {}),
    ...(format === null ? {} : { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: format['schema'] } } }),
  };
}

/** How Anthropic is spoken to. */
export const anthropicFormat: WireFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  readPath: (path) => (path === 'messages' ? { operation: 'chat' } : null),
  toQuestion,
  toBody,
  toSteps,
  errorStep: (complaint) => frame(writeAnthropicError(complaint)),
};

/** The same on Vertex: the model and the action stand in the path. */
export const vertexFormat: WireFormat = {
  ...anthropicFormat,
  readPath(path) {
    const [, model, action] = /^publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/u.exec(path) ?? [];
    return model === undefined ? null : { operation: 'chat', model: decodeURIComponent(model), stream: action === 'streamRawPredict' };
  },
  toQuestion: (body, { model, stream }) => ({ ...toQuestion({ ...body, model }), stream: stream === true }),
};
