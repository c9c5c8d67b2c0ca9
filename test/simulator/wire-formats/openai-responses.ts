// OpenAI's Responses format on the wire: a question of items, an answer of items, some ten kinds of named events, no [DONE].
// Source: OpenAI API reference, streaming events of responses. Must not import anything from src/ or providers/.

import type { Choice, ToolCall } from '../answer.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import { chatLogprobs } from '../logprobs.ts';
import { hash } from '../prose.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

/** An item of the answer with the events that tell it, the first that opens it and the last that closes it left out. */
interface ItemEvents {
  readonly item: Fields;
  readonly opened: Fields;
  readonly events: readonly { readonly type: string; readonly fields: Fields; readonly isContent: boolean }[];
}

const thinks = ({ question: { model } }: Rendering): boolean => /^(o\d|gpt-5(?!-chat)|gpt-6|codex-)/u.test(model);

const idOf = (kind: string, rendering: Rendering, place: number): string =>
  `${kind}_${hash(`${JSON.stringify(rendering.question)}|${place}`).toString(16)}`;

/** Encrypted reasoning, with which every answer of a reasoning model begins. */
function tellThought(rendering: Rendering, place: number): ItemEvents {
  const item = { id: idOf('rs', rendering, place), type: 'reasoning', summary: [] };
  const encrypted = { ...item, encrypted_content: `gAAAAA${hash(JSON.stringify(rendering.question)).toString(36)}` };
  return { item: encrypted, opened: item, events: [] };
}

function tellText({ pieces }: Choice, rendering: Rendering, place: number): ItemEvents {
  const { topLogprobs } = rendering.question;
  const logprobsOf = (piece: string, position: number) =>
    topLogprobs === null ? [] : (chatLogprobs([piece], topLogprobs, position)['content'] as Fields[]);
  const id = idOf('msg', rendering, place);
  const at = { item_id: id, output_index: place, content_index: 0 };
  const part = { type: 'output_text', annotations: [], logprobs: pieces.flatMap(logprobsOf), text: pieces.join('') };
  const item = { id, type: 'message', status: 'completed', role: 'assistant', content: [part] };
  const deltas = pieces.map((delta, position) => ({
    type: 'output_text.delta',
    fields: { ...at, delta, logprobs: logprobsOf(delta, position), obfuscation: 'x'.repeat(position % 7) },
    isContent: true,
  }));
  const events = [
    { type: 'content_part.added', fields: { ...at, part: { ...part, logprobs: [], text: '' } }, isContent: false },
    ...deltas,
    { type: 'output_text.done', fields: { ...at, text: part.text, logprobs: part.logprobs }, isContent: false },
    { type: 'content_part.done', fields: { ...at, part }, isContent: false },
  ];
  return { item, opened: { ...item, status: 'in_progress', content: [] }, events };
}

function tellCall(call: ToolCall, rendering: Rendering, place: number): ItemEvents {
  const id = idOf('fc', rendering, place);
  const at = { item_id: id, output_index: place };
  const item = { id, type: 'function_call', status: 'completed', call_id: call.id, name: call.name, arguments: call.pieces.join('') };
  const deltas = call.pieces.map((delta) => ({ type: 'function_call_arguments.delta', fields: { ...at, delta }, isContent: true }));
  const done = { type: 'function_call_arguments.done', fields: { ...at, name: item.name, arguments: item.arguments }, isContent: false };
  return { item, opened: { ...item, status: 'in_progress', arguments: '' }, events: [...deltas, done] };
}

/** All items of the answer, of which there is one alone. */
function tell(rendering: Rendering): ItemEvents[] {
  const [choice] = rendering.answer.choices;
  const thought = thinks(rendering) ? [tellThought(rendering, 0)] : [];
  if (choice === undefined) return thought;
  if (choice.toolCalls.length === 0) return [...thought, tellText(choice, rendering, thought.length)];
  return [...thought, ...choice.toolCalls.map((call, place) => tellCall(call, rendering, thought.length + place))];
}

function toBody(rendering: Rendering): Fields {
  const { answer, question } = rendering;
  const isCut = answer.choices[0]?.finishReason === 'length';
  return {
    ...opening(rendering),
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    max_output_tokens: question.maxTokens,
    output: tell(rendering).map(({ item }) => item),
    usage: {
      input_tokens: answer.promptTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: answer.completionTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: answer.promptTokens + answer.completionTokens,
    },
  };
}

/** What the response says of itself before anything is known. */
const opening = (rendering: Rendering): Fields => ({
  id: idOf('resp', rendering, 0),
  object: 'response',
  created_at: 1_767_225_600,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  model: rendering.question.model,
  output: [],
  service_tier: 'default',
  store: false,
  usage: null,
});

function frame(type: string, fields: Fields, isContent = false): Step {
  return { kind: 'raw', text: `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`, isContent };
}

function toSteps(rendering: Rendering): Step[] {
  const response = opening(rendering);
  const items = tell(rendering).flatMap(({ item, opened, events }, place) => [
    frame('response.output_item.added', { output_index: place, item: opened }),
    ...events.map(({ type, fields, isContent }) => frame(`response.${type}`, fields, isContent)),
    frame('response.output_item.done', { output_index: place, item }),
  ]);
  const whole = toBody(rendering);
  return [
    frame('response.created', { response }),
    frame('response.in_progress', { response }),
    ...items,
    frame(`response.${String(whole['status'])}`, { response: whole }),
  ];
}

/** What an item says in a conversation; thoughts say nothing. */
function toTurns(item: unknown): Fields[] {
  if (!isFields(item)) return [];
  const { type, role, content, output } = item;
  if (type === 'reasoning') return [];
  if (String(type).endsWith('_call')) return [{ role: 'assistant', content: '' }];
  return String(type).endsWith('_output') ? [{ role: 'tool', content: output }] : [{ role, content }];
}

function toFormat(text: unknown): Fields {
  const format = isFields(text) ? text['format'] : undefined;
  if (!isFields(format)) return {};
  return { response_format: format['type'] === 'json_schema' ? { type: 'json_schema', json_schema: format } : format };
}

function toQuestion(body: Fields): Fields {
  const { input, max_output_tokens: limit, tools, tool_choice: choice, include, top_logprobs: top, text, ...rest } = body;
  const functions = Array.isArray(tools) ? tools.filter((tool) => isFields(tool) && tool['type'] === 'function') : [];
  return {
    ...rest,
    messages: typeof input === 'string' ? [{ role: 'user', content: input }] : Array.isArray(input) ? input.flatMap(toTurns) : [],
    ...(limit === undefined ? {} : { max_tokens: limit }),
    ...(functions.length === 0 ? {} : { tools: functions.map((tool: unknown) => ({ type: 'function', function: tool })) }),
    ...(choice === undefined ? {} : { tool_choice: isFields(choice) ? { type: 'function', function: choice } : choice }),
    ...(Array.isArray(include) && include.includes('message.output_text.logprobs') ? { logprobs: true, top_logprobs: top } : {}),
    ...toFormat(text),
  };
}

/** An error comes twice: as an event and in the failed response. */
function errorStep({ message, code, param }: Complaint): Step {
  const error = { type: 'server_error', code: code ?? 'server_error', message, param };
  const failed = { status: 'failed', error: { code: error.code, message }, object: 'response', output: [] };
  const frames = [
    { type: 'error', error },
    { type: 'response.failed', response: failed },
  ];
  return {
    kind: 'raw',
    text: frames.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
    isContent: false,
  };
}

/** How OpenAI is spoken to at the path `responses`. */
export const openaiResponsesFormat: WireFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  readPath: (path) => (path === 'responses' ? { operation: 'chat' } : null),
  toQuestion,
  toBody,
  toSteps,
  errorStep,
};
