import { describe } from 'vitest';
import { workersAiUpstream } from '../../../src/dialects/workers-ai/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { bytesOf, event } from '../replay.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WireWriter, WrittenAnswer } from '../wire-writer.ts';

const countsOf = ({ usage }: WrittenAnswer): JsonObject =>
  usage === null
    ? {}
    : { usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion, total_tokens: usage.prompt + usage.completion } };
const textOf = ({ said }: WrittenAnswer) => said.flatMap((one) => (one.kind === 'text' ? one.pieces : [])).join('');
const envelope = (result: JsonObject) => ({ result, success: true, errors: [], messages: [] });
const DONE = bytesOf(event('[DONE]'));

const argumentsOf = (said: AnswerPart & { kind: 'tool' }) => JSON.parse(said.pieces.join('') || '{}') as JsonObject;

/** The provider's own form: calls are whole and have no id, and nothing says how the answer ended. */
const OWN: WireWriter = {
  dialect: workersAiUpstream,
  stream(answer) {
    const frame = (fields: JsonObject) => bytesOf(event({ response: '', ...fields, p: 'abcd' }));
    const said = answer.said.flatMap((one) => {
      if (one.kind === 'text') return one.pieces.map((response) => frame({ response }));
      return one.kind === 'tool' ? [frame({ response: null, tool_calls: [{ name: one.name, arguments: argumentsOf(one) }] })] : [];
    });
    return [...said, ...(answer.finish === null ? [] : [frame(countsOf(answer)), DONE])];
  },
  body(answer) {
    const calls = answer.said.flatMap((one) => (one.kind === 'tool' ? [{ name: one.name, arguments: argumentsOf(one) }] : []));
    return envelope({ response: textOf(answer), ...(calls.length === 0 ? {} : { tool_calls: calls }), ...countsOf(answer) });
  },
  errorEvent: bytesOf(event({ errors: [{ code: 3040, message: 'no capacity' }], success: false, result: {}, messages: [] })),
  oddEvents: [bytesOf(': ping\n\n'), bytesOf(event({ p: 'abc' })), bytesOf(event({ response: '', tool_calls: [null, 7, {}] }))],
  finishes: [],
  ending: { finish: null, wordless: [DONE], isClosed: true },
  ordinary: { stop: 'stop', tools: 'tool_calls', length: 'length' },
  // It does not think in this form either; the models that do speak the other one.
  lacks: ['reasoning', 'finish-words', 'argument-pieces'],
};

/** Newer models: OpenAI's chunks, a piece without anything in it after each call. */
const LIKE_OPENAI: WireWriter = {
  ...OWN,
  stream(answer) {
    const chunk = (delta: JsonObject, finish: string | null = null) =>
      bytesOf(event({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] }));
    let calls = 0;
    const said = answer.said.flatMap((one) => {
      if (one.kind === 'text') return one.pieces.map((content) => chunk({ content }));
      if (one.kind === 'reasoning') return one.pieces.map((reasoning) => chunk({ content: null, reasoning }));
      const index = calls++;
      const pieces = one.pieces.length === 0 ? ['{}'] : one.pieces;
      const opening = chunk({ tool_calls: [{ index, id: one.id, type: 'function', function: { name: one.name, arguments: '' } }] });
      const given = pieces.map((text) => chunk({ tool_calls: [{ index, function: { arguments: text } }] }));
      return [opening, ...given, chunk({ tool_calls: [{ index, id: null, type: null, function: { name: null, arguments: null } }] })];
    });
    const counts = answer.usage === null ? [] : [bytesOf(event({ id: 'c', choices: [], ...countsOf(answer) }))];
    return [...said, ...(answer.finish === null ? [] : [chunk({}, answer.finish), ...counts, DONE])];
  },
  body(answer) {
    const reasoning = answer.said.flatMap((one) => (one.kind === 'reasoning' ? one.pieces : [])).join('');
    const calls = answer.said.flatMap((one) =>
      one.kind === 'tool' ? [{ id: one.id, type: 'function', function: { name: one.name, arguments: one.pieces.join('') || '{}' } }] : [],
    );
    const message = { role: 'assistant', content: textOf(answer), reasoning_content: reasoning, tool_calls: calls };
    return envelope({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: answer.finish }], ...countsOf(answer) });
  },
  oddEvents: [bytesOf(': ping\n\n'), bytesOf(event({ id: 'c', choices: [{ index: 0, delta: { tool_calls: [null, {}] } }] }))],
  ending: { ...OWN.ending, finish: (native) => bytesOf(event({ choices: [{ index: 0, delta: {}, finish_reason: native }] })) },
  finishes: [
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['function_call', 'tool_calls'],
    ['content_filter', 'content_filter'],
    ['error', 'error'],
  ],
  lacks: [],
};

describe('Workers AI, its own form', () => {
  describeWireWriter(OWN);
});

describe('Workers AI, in the form of OpenAI', () => {
  describeWireWriter(LIKE_OPENAI);
});
