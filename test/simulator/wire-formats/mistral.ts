// How Mistral is spoken to: seeds and choices under its own names, answers that are OpenAI's but for tool calls, ids and usage.
// Source: API reference and SDK 2.7.0. Must not import anything from src/ or providers/.

import type { Choice } from '../answer.ts';
import type { Complaint, Fields } from '../checks.ts';
import { hash } from '../prose.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat } from '../wire-format.ts';
import type { Step } from '../steps.ts';

/** The provider's error shape: a refused field is in a list inside `message`. */
export function writeMistralError({ status, message, param, code }: Complaint): Fields {
  const loc = ['body', ...(param ?? '').split(/[.[\]]+/u).filter((step) => step !== '')];
  const said = status === 422 ? { detail: [{ type: 'extra_forbidden', loc, msg: message, input: null }] } : message;
  const type =
    status === 422 ? 'invalid_request_error' : status === 429 ? 'rate_limited' : status >= 500 ? 'internal_error' : 'invalid_request';
  return { object: 'error', message: said, type, param: null, code: status === 422 ? null : code };
}

/** Nine letters and digits, as the provider makes them. */
const idOf = (id: string) => `${hash(id).toString(36)}${hash(`${id}|`).toString(36)}000000000`.slice(0, 9);

const callsOf = (choice: Choice) =>
  choice.toolCalls.map(({ id, name, pieces }) => ({ id: idOf(id), function: { name, arguments: pieces.join('') } }));

const usageOf = ({ answer: { promptTokens, completionTokens } }: Rendering): Fields => ({
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  completion_tokens: completionTokens,
});

const headOf = ({ question }: Rendering, object: string): Fields => ({
  id: hash(JSON.stringify(question)).toString(16),
  object,
  created: 1_767_225_600,
  model: question.model,
});

function toBody(rendering: Rendering): Fields {
  const choices = rendering.answer.choices.map((choice) => {
    const calls = callsOf(choice);
    const message = { role: 'assistant', content: choice.pieces.join(''), tool_calls: calls.length === 0 ? null : calls };
    return { index: choice.index, finish_reason: choice.finishReason, message };
  });
  return { ...headOf(rendering, 'chat.completion'), choices, usage: usageOf(rendering) };
}

/** Calls are whole and come with the finish reason; the usage rides on the last chunk, whose choices are not empty. */
function toSteps(rendering: Rendering): Step[] {
  const head = headOf(rendering, 'chat.completion.chunk');
  const chunk = (index: number, delta: Fields, finish: string | null, isContent: boolean): Extract<Step, { kind: 'chunk' }> => ({
    kind: 'chunk',
    payload: { ...head, choices: [{ index, delta, finish_reason: finish, logprobs: null }] },
    isContent,
  });
  const steps = rendering.answer.choices.flatMap((choice) => {
    const calls = callsOf(choice);
    const ending = calls.length === 0 ? { content: '' } : { content: null, tool_calls: calls };
    return [
      chunk(choice.index, { role: 'assistant', content: '' }, null, false),
      ...choice.pieces.map((piece) => chunk(choice.index, { content: piece }, null, true)),
      chunk(choice.index, ending, choice.finishReason, calls.length > 0),
    ];
  });
  const last = steps.at(-1);
  const told = last === undefined ? [] : [{ ...last, payload: { ...last.payload, usage: usageOf(rendering) } }];
  return [...steps.slice(0, -1), ...told, { kind: 'done' }];
}

/** Mistral's wire format. */
export const mistralFormat: WireFormat = {
  readPath(path) {
    if (path === 'chat/completions') return { operation: 'chat' };
    return path === 'fim/completions' ? { operation: 'completions' } : null;
  },
  toQuestion: ({ random_seed: seed, tool_choice: choice, ...body }) => ({
    ...body,
    ...(seed === undefined ? {} : { seed }),
    ...(choice === undefined ? {} : { tool_choice: choice === 'any' ? 'required' : choice }),
  }),
  toBody,
  toSteps,
  errorStep: (complaint) => ({ kind: 'chunk', payload: writeMistralError(complaint), isContent: false }),
  contentType: 'text/event-stream; charset=utf-8',
};
