import { describe } from 'vitest';
import { mistralFimUpstream, mistralUpstream } from '../../../src/dialects/mistral/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { bytesOf, event } from '../replay.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WireWriter, WrittenAnswer } from '../wire-writer.ts';

const ABOUT = { id: 'cmpl-1', created: 1_700_000_000, model: 'mistral-small-latest' };
const thinking = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
const usageOf = ({ usage }: WrittenAnswer): JsonObject =>
  usage === null
    ? {}
    : { usage: { prompt_tokens: usage.prompt, completion_tokens: usage.completion, total_tokens: usage.prompt + usage.completion } };

/** The deltas of one part of an answer. A call comes whole, or in pieces that repeat its id and have an empty name. */
function deltasOf(said: AnswerPart, call: number): JsonObject[] {
  if (said.kind === 'text') return said.pieces.map((content) => ({ content }));
  if (said.kind === 'reasoning') return said.pieces.map((piece) => ({ content: [thinking(piece)] }));
  const pieces = said.pieces.length === 0 ? ['{}'] : said.pieces;
  return pieces.map((given, position) => ({
    content: '',
    tool_calls: [{ id: said.id, index: call, function: { name: position === 0 ? said.name : '', arguments: given } }],
  }));
}

function stream(answer: WrittenAnswer): Uint8Array[] {
  const chunk = (delta: JsonObject, finish: string | null, more: JsonObject = {}) =>
    bytesOf(event({ ...ABOUT, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }], ...more }));
  let calls = 0;
  const said = answer.said.flatMap((one) => deltasOf(one, one.kind === 'tool' ? calls++ : 0).map((delta) => chunk(delta, null)));
  const ending = answer.finish === null ? [] : [chunk({ content: '' }, answer.finish, usageOf(answer)), bytesOf(event('[DONE]'))];
  return [chunk({ role: 'assistant', content: '' }, null), ...said, ...ending];
}

function body(answer: WrittenAnswer): JsonObject {
  const text = answer.said.flatMap((one) => (one.kind === 'text' ? one.pieces : [])).join('');
  const thoughts = answer.said.flatMap((one) => (one.kind === 'reasoning' ? [thinking(one.pieces.join(''))] : []));
  const calls = answer.said.flatMap((one) =>
    one.kind === 'tool' ? [{ id: one.id, function: { name: one.name, arguments: one.pieces.join('') || '{}' } }] : [],
  );
  const content = thoughts.length === 0 ? text : [...thoughts, { type: 'text', text }];
  const message = { role: 'assistant', content, tool_calls: calls.length === 0 ? null : calls };
  return { ...ABOUT, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: answer.finish }], ...usageOf(answer) };
}

const MISTRAL: WireWriter = {
  dialect: mistralUpstream,
  stream,
  body,
  errorEvent: bytesOf(event({ object: 'error', message: 'no capacity', type: 'service_unavailable', param: null, code: '3505' })),
  oddEvents: [
    bytesOf(': ping\n\n'),
    bytesOf(event({ ...ABOUT, choices: [] })),
    bytesOf(event({ ...ABOUT, choices: [{ index: 0, delta: { content: [{ type: 'tool_file', file_id: 'f' }, null] } }] })),
    bytesOf(event({ ...ABOUT, choices: [{ index: 0, delta: { content: null, metadata: {} }, p: 'abc' }, 'odd'] })),
  ],
  finishes: [
    ['stop', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['tool_calls', 'tool_calls'],
    ['error', 'error'],
  ],
  ending: {
    finish: (native) => bytesOf(event({ ...ABOUT, choices: [{ index: 0, delta: { content: '' }, finish_reason: native }] })),
    wordless: [bytesOf(event('[DONE]'))],
    isClosed: true,
  },
  ordinary: { stop: 'stop', tools: 'tool_calls', length: 'length' },
};

describe('Mistral', () => {
  describeWireWriter(MISTRAL);
});

// A model that fills gaps calls no tools and does not think.
describe('Mistral, fill in the middle', () => {
  describeWireWriter({ ...MISTRAL, dialect: mistralFimUpstream, lacks: ['tools', 'reasoning'] });
});
