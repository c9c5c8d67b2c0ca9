import { cohereUpstream } from '../../../src/dialects/cohere/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { bytesOf } from '../replay.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WrittenAnswer } from '../wire-writer.ts';

/** The name of the event stands before its data too. */
const frame = (payload: JsonObject) => bytesOf(`event: ${String(payload['type'])}\ndata: ${JSON.stringify(payload)}\n\n`);
const told = (type: string, index: number, message: JsonObject) => frame({ type, index, delta: { message } });

function saidFrames(said: AnswerPart, index: number): Uint8Array[] {
  if (said.kind === 'tool') {
    const call = { id: said.id, type: 'function', function: { name: said.name, arguments: '' } };
    return [
      told('tool-call-start', index, { tool_calls: call }),
      ...said.pieces.map((piece) => told('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } })),
      frame({ type: 'tool-call-end', index }),
    ];
  }
  const field = said.kind === 'text' ? 'text' : 'thinking';
  return [
    told('content-start', index, { content: { type: field, [field]: '' } }),
    ...said.pieces.map((piece) => told('content-delta', index, { content: { [field]: piece } })),
    frame({ type: 'content-end', index }),
  ];
}

const usageOf = ({ usage }: WrittenAnswer) =>
  usage === null
    ? {}
    : {
        usage: {
          billed_units: { input_tokens: usage.prompt, output_tokens: usage.completion },
          tokens: { input_tokens: 500 + usage.prompt, output_tokens: 3 + usage.completion },
          cached_tokens: 448,
        },
      };

function bodyOf(answer: WrittenAnswer): JsonObject {
  const calls = answer.said.flatMap((said) => {
    if (said.kind !== 'tool') return [];
    // "null" is how a call without arguments really comes.
    return [{ id: said.id, type: 'function', function: { name: said.name, arguments: said.pieces.join('') || 'null' } }];
  });
  const content = answer.said.flatMap((said) => {
    if (said.kind === 'tool') return [];
    const type = said.kind === 'text' ? 'text' : 'thinking';
    return [{ type, [type]: said.pieces.join('') }];
  });
  const message = { role: 'assistant', content, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
  return { id: 'one', message, finish_reason: answer.finish, ...usageOf(answer) };
}

describeWireWriter({
  dialect: cohereUpstream,
  stream: (answer) => [
    frame({ type: 'message-start', id: 'one', delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [] } } }),
    ...answer.said.flatMap(saidFrames),
    ...(answer.finish === null ? [] : [frame({ type: 'message-end', delta: { finish_reason: answer.finish, ...usageOf(answer) } })]),
  ],
  body: bodyOf,
  errorEvent: frame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'no capacity' } }),
  oddEvents: [
    frame({ type: 'debug', prompt: 'hidden' }),
    frame({ type: 'weather-forecast', index: 0, delta: { message: { content: { text: 'rain' } } } }),
    frame({ type: 'content-start' }),
    frame({ type: 'content-delta', index: 9, delta: { message: { content: { hologram: 'x' } } } }),
    frame({ type: 'content-delta', index: 9, delta: 7 }),
    frame({ type: 'tool-call-delta', index: 9, delta: { message: { tool_calls: 'x' } } }),
    frame({ type: 'tool-call-end', index: 9 }),
    frame({ type: 'citation-end', index: 0 }),
    frame({}),
    bytesOf(': comment\n\n'),
  ],
  finishes: [
    ['COMPLETE', 'stop'],
    ['STOP_SEQUENCE', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['TOOL_CALL', 'tool_calls'],
    ['ERROR_TOXIC', 'content_filter'],
    ['ERROR', 'error'],
    ['TIMEOUT', 'error'],
    ['ERROR_LIMIT', 'error'],
  ],
  ending: { finish: null, wordless: [frame({ type: 'message-end', delta: {} })], isClosed: true },
  ordinary: { stop: 'COMPLETE', tools: 'TOOL_CALL', length: 'MAX_TOKENS' },
});
