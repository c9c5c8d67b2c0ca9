// How Workers AI is spoken to: the model in the path, answers in an envelope, and two ways to write them, the provider's own for the older
// models and OpenAI's for the newer. Source: workers-types 5.20261117.1, platform/errors, workers-ai-provider 4.0.0.
// Must not import anything from src/ or providers/.

import type { Choice } from '../answer.ts';
import { choiceParts, wholeChoice } from '../choice-shapes.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

const codes: Readonly<Record<number, number>> = { 401: 10_000, 403: 5018, 404: 5007, 408: 3007, 413: 3006, 429: 3040 };

/** The provider's error shape. */
export function writeWorkersAiError({ status, message }: Complaint): Fields {
  return { success: false, errors: [{ code: codes[status] ?? (status >= 500 ? 1031 : 5006), message }], result: null, messages: [] };
}

const newerModels =
  /^@cf\/(?:openai\/gpt-oss|moonshotai\/|zai-org\/|nvidia\/nemotron-3|google\/gemma-4|deepseek-ai\/deepseek-v4|qwen\/qwen3\.8)/u;
const isNewer = ({ question }: Rendering) => newerModels.test(question.model);

const usageOf = ({ answer: { promptTokens, completionTokens } }: Rendering): Fields => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // cut off by max_tokens
  }
}

/** Calls of the own form: no id, the arguments an object. */
const callsOf = (choice: Choice | undefined) =>
  (choice?.toolCalls ?? []).map(({ name, pieces }) => ({ name, arguments: parsed(pieces.join('')) }));

function toBody(rendering: Rendering): Fields {
  const envelope = (result: Fields): Fields => ({ result, success: true, errors: [], messages: [] });
  const usage = usageOf(rendering);
  if (isNewer(rendering)) {
    const choices = rendering.answer.choices.map((choice) => wholeChoice(choice, rendering));
    return envelope({ id: 'chatcmpl-1', object: 'chat.completion', model: rendering.question.model, choices, usage });
  }
  const [choice] = rendering.answer.choices;
  const text = (choice?.pieces ?? []).join('');
  const calls = callsOf(choice);
  const response = rendering.question.jsonSchema === null ? text : parsed(text);
  return envelope({ response: calls.length > 0 ? null : response, ...(calls.length > 0 ? { tool_calls: calls } : {}), usage });
}

type Chunk = Extract<Step, { kind: 'chunk' }>;

function toSteps(rendering: Rendering): Step[] {
  return [...(isNewer(rendering) ? newerSteps(rendering) : olderSteps(rendering)), { kind: 'done' }];
}

function newerSteps(rendering: Rendering): Chunk[] {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model: rendering.question.model };
  const parts = rendering.answer.choices.flatMap((choice) => choiceParts(choice, rendering));
  return [
    ...parts.map(({ choice, isContent }): Chunk => ({ kind: 'chunk', payload: { ...head, choices: [choice] }, isContent })),
    { kind: 'chunk', payload: { ...head, choices: [], usage: usageOf(rendering) }, isContent: false },
  ];
}

function olderSteps(rendering: Rendering): Chunk[] {
  const frame = (fields: Fields, isContent: boolean): Chunk => ({ kind: 'chunk', payload: { ...fields, p: 'abcdefgh' }, isContent });
  const [choice] = rendering.answer.choices;
  const calls = callsOf(choice);
  return [
    ...(choice?.pieces ?? []).map((response) => frame({ response }, true)),
    ...(calls.length === 0 ? [] : [frame({ response: '', tool_calls: calls }, true)]),
    frame({ response: '', usage: usageOf(rendering) }, false),
  ];
}

/** A schema comes bare; the question has it where OpenAI puts it. */
function toFormat(format: unknown): unknown {
  return isFields(format) && format['type'] === 'json_schema'
    ? { type: 'json_schema', json_schema: { schema: format['json_schema'] } }
    : format;
}

/** The wire format of Workers AI. */
export const workersAiFormat: WireFormat = {
  readPath(path) {
    const model = /^ai\/run\/(.+)$/u.exec(path)?.[1];
    return model === undefined ? null : { operation: 'chat', model: decodeURIComponent(model) };
  },
  toQuestion: ({ prompt, ...body }, { model }) => ({
    ...body,
    model,
    ...(prompt === undefined ? {} : { messages: [{ role: 'user', content: prompt }] }),
    ...(body['response_format'] === undefined ? {} : { response_format: toFormat(body['response_format']) }),
  }),
  toBody,
  toSteps,
  errorStep: (complaint) => ({ kind: 'chunk', payload: writeWorkersAiError(complaint), isContent: false }),
  contentType: 'text/event-stream; charset=utf-8',
};
