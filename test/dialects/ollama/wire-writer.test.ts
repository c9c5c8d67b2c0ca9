import { ollamaUpstream } from '../../../src/dialects/ollama/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { bytesOf } from '../replay.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WrittenAnswer } from '../wire-writer.ts';

const HEAD = { model: 'qwen3:8b', created_at: '2026-11-20T10:00:00.0Z' };
const line = (fields: JsonObject) => bytesOf(`${JSON.stringify({ ...HEAD, ...fields })}\n`);
const saying = (message: JsonObject) => line({ message: { role: 'assistant', content: '', ...message }, done: false });

const callOf = (said: AnswerPart & { kind: 'tool' }, index: number) => ({
  id: said.id,
  function: { index, name: said.name, arguments: JSON.parse(said.pieces.join('') || '{}') as unknown },
});

const saidLines = (said: AnswerPart, index: number): Uint8Array[] => {
  if (said.kind === 'tool') return [saying({ tool_calls: [callOf(said, index)] })];
  return said.pieces.map((piece) => saying(said.kind === 'text' ? { content: piece } : { thinking: piece }));
};

/** Durations are in nanoseconds. */
const last = ({ finish, usage }: WrittenAnswer) => ({
  done: true,
  done_reason: finish,
  total_duration: 4_883_583_458,
  load_duration: 1_334_875,
  ...(usage === null ? {} : { prompt_eval_count: usage.prompt, eval_count: usage.completion }),
});

function messageOf({ said }: WrittenAnswer): JsonObject {
  const joined = (kind: 'text' | 'reasoning') => said.flatMap((one) => (one.kind === kind ? one.pieces : [])).join('');
  const calls = said.flatMap((one, index) => (one.kind === 'tool' ? [callOf(one, index)] : []));
  return {
    role: 'assistant',
    content: joined('text'),
    ...(joined('reasoning') === '' ? {} : { thinking: joined('reasoning') }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

describeWireWriter({
  dialect: ollamaUpstream,
  stream: (answer) => [
    ...answer.said.flatMap(saidLines),
    ...(answer.finish === null ? [] : [line({ message: { role: 'assistant', content: '' }, ...last(answer) })]),
  ],
  body: (answer) => ({ ...HEAD, message: messageOf(answer), ...last(answer) }),
  errorEvent: bytesOf('{"error":"no capacity"}\n'),
  oddEvents: [
    bytesOf('\n'),
    bytesOf('{}\n'),
    line({ status: 'loading', progress: 12 }),
    line({ message: null, done: false }),
    line({ message: { role: 'assistant', content: null, thinking: [], tool_calls: 'x', hologram: 1 }, done: 'no' }),
    line({ message: { role: 'assistant', tool_calls: [null, 3] } }),
  ],
  finishes: [
    ['stop', 'stop'],
    ['length', 'length'],
    ['load', 'stop'],
    ['unload', 'stop'],
  ],
  ending: { finish: null, wordless: [line({ message: { role: 'assistant', content: '' }, done: true })], isClosed: true },
  ordinary: { stop: 'stop', tools: 'stop', length: 'length' },
});
