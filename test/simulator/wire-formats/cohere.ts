// Cohere's chat (v2) on the wire: named SSE events, one object for a tool call in a stream, two families of token counts.
// Source: Cohere's API reference, chat streaming. Must not import anything from src/ or providers/.

import type { Choice, FinishReason, ToolCall } from '../answer.ts';
import type { Complaint, Fields } from '../checks.ts';
import { isFields } from '../checks.ts';
import { chatLogprobs } from '../logprobs.ts';
import { hash } from '../prose.ts';
import type { Question } from '../question.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

const finishReasons: Readonly<Record<FinishReason, string>> = { stop: 'COMPLETE', length: 'MAX_TOKENS', tool_calls: 'TOOL_CALL' };

/** Tokens of the preamble, which are not billed. */
const preambleTokens = 495;

function frame(payload: Fields, isContent = false): Step {
  return { kind: 'raw', text: `event: ${String(payload['type'])}\ndata: ${JSON.stringify(payload)}\n\n`, isContent };
}

const told = (type: string, index: number, message: Fields, more: Fields = {}): Step =>
  frame({ type, index, delta: { message }, ...more }, type.endsWith('-delta'));

const idOf = ({ question }: Rendering): string => hash(JSON.stringify(question)).toString(16);

/** Before it calls anything the model says what it is about to do. */
const planOf = (calls: readonly ToolCall[]): string[] => ['I will use', ...calls.map((call) => ` ${call.name}`), '.'];

const callOf = (call: ToolCall, text: string): Fields => ({
  id: call.id,
  type: 'function',
  function: { name: call.name, arguments: text },
});

function usageOf({ answer }: Rendering): Fields {
  const { promptTokens: read, completionTokens: written } = answer;
  return {
    billed_units: { input_tokens: read, output_tokens: written },
    tokens: { input_tokens: preambleTokens + read, output_tokens: written + 3 },
    cached_tokens: 448,
  };
}

/** The probabilities of one piece, where they are asked for. */
function logprobsOf(piece: string, place: number, { topLogprobs }: Question): Fields | null {
  if (topLogprobs === null) return null;
  const { content } = chatLogprobs([piece], 0, place) as { content: { logprob: number }[] };
  return { text: piece, token_ids: [hash(piece) % 256_000], logprobs: content.map(({ logprob }) => logprob) };
}

function textSteps({ pieces }: Choice, { question }: Rendering): Step[] {
  return [
    told('content-start', 0, { content: { type: 'text', text: '' } }),
    ...pieces.map((piece, place) => {
      const logprobs = logprobsOf(piece, place, question);
      return told('content-delta', 0, { content: { text: piece } }, logprobs === null ? {} : { logprobs });
    }),
    frame({ type: 'content-end', index: 0 }),
  ];
}

function callSteps(call: ToolCall, index: number): Step[] {
  return [
    told('tool-call-start', index, { tool_calls: callOf(call, '') }),
    ...call.pieces.map((piece) => told('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } })),
    frame({ type: 'tool-call-end', index }),
  ];
}

function choiceSteps(choice: Choice, rendering: Rendering): Step[] {
  const { toolCalls } = choice;
  if (toolCalls.length === 0) return textSteps(choice, rendering);
  const plan = planOf(toolCalls).map((piece) => frame({ type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } }));
  return [...plan, ...toolCalls.flatMap(callSteps)];
}

function toSteps(rendering: Rendering): Step[] {
  const [choice] = rendering.answer.choices;
  const opening = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return [
    frame({ id: idOf(rendering), type: 'message-start', delta: { message: opening } }),
    ...(choice === undefined ? [] : choiceSteps(choice, rendering)),
    frame({
      type: 'message-end',
      delta: { finish_reason: finishReasons[choice?.finishReason ?? 'stop'], usage: usageOf(rendering) },
    }),
  ];
}

function toBody(rendering: Rendering): Fields {
  const [choice] = rendering.answer.choices;
  const { pieces = [], toolCalls = [], finishReason = 'stop' } = choice ?? {};
  const said =
    toolCalls.length > 0
      ? { tool_plan: planOf(toolCalls).join(''), tool_calls: toolCalls.map((call) => callOf(call, call.pieces.join(''))) }
      : { content: [{ type: 'text', text: pieces.join('') }] };
  const logprobs = pieces.flatMap((piece, place) => logprobsOf(piece, place, rendering.question) ?? []);
  return {
    id: idOf(rendering),
    message: { role: 'assistant', ...said },
    finish_reason: finishReasons[finishReason],
    usage: usageOf(rendering),
    ...(logprobs.length === 0 ? {} : { logprobs }),
  };
}

const choices: Readonly<Record<string, string>> = { REQUIRED: 'required', NONE: 'none' };

/** OpenAI's words for what is asked. Content parts, tools and limits bear the same names in both. */
function toQuestion({ stop_sequences: stop, tool_choice: choice, response_format: format, ...same }: Fields): Fields {
  const wantsJson = isFields(format) && format['type'] === 'json_object';
  const schema =
    wantsJson && format['json_schema'] !== undefined ? { type: 'json_schema', json_schema: { schema: format['json_schema'] } } : format;
  return {
    ...same,
    ...(stop === undefined ? {} : { stop }),
    ...(choice === undefined ? {} : { tool_choice: choices[String(choice)] }),
    ...(format === undefined ? {} : { response_format: schema }),
  };
}

/** How Cohere is spoken to. */
export const cohereFormat: WireFormat = {
  contentType: 'text/event-stream',
  readPath: (path) => (path === 'v2/chat' ? { operation: 'chat' } : path === 'v2/embed' ? { operation: 'embeddings' } : null),
  toQuestion,
  toBody,
  toSteps,
  errorStep: ({ message }: Complaint) => frame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: message } }),
};
