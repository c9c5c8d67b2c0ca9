import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { describeWireWriter } from '../../wire-writer-contract.ts';
import type { AnswerPart, WrittenAnswer } from '../../wire-writer.ts';
import { block, frame, jsonDelta, messageEnd, messageStart, signatureDelta, textDelta, thinkingDelta } from './wire.ts';

function saidEvents(said: AnswerPart, index: number): JsonObject[] {
  switch (said.kind) {
    case 'text':
      return block(index, { type: 'text', text: '' }, ...said.pieces.map(textDelta));
    case 'reasoning':
      return block(
        index,
        { type: 'thinking', thinking: '', signature: '' },
        ...said.pieces.map(thinkingDelta),
        signatureDelta(said.signature ?? 'c2ln'),
      );
    case 'tool':
      return block(index, { type: 'tool_use', id: said.id, name: said.name, input: {} }, ...['', ...said.pieces].map(jsonDelta));
  }
}

function saidBlock(said: AnswerPart): JsonObject {
  switch (said.kind) {
    case 'text':
      return { type: 'text', text: said.pieces.join('') };
    case 'reasoning':
      return { type: 'thinking', thinking: said.pieces.join(''), signature: said.signature ?? 'c2ln' };
    case 'tool':
      return { type: 'tool_use', id: said.id, name: said.name, input: JSON.parse(said.pieces.join('') || '{}') as unknown };
  }
}

/** What the cache held is no part of `input_tokens`, and what is told first is not added to what is told last. */
const readCounts = ({ usage }: WrittenAnswer) =>
  usage && { input_tokens: usage.prompt - 8, cache_creation_input_tokens: 2, cache_read_input_tokens: 6 };

describeWireWriter({
  dialect: anthropicUpstream,
  stream: (answer) => {
    const { usage, finish } = answer;
    const counts = readCounts(answer);
    return [
      messageStart(counts && { ...counts, output_tokens: 1 }),
      ...answer.said.flatMap(saidEvents),
      ...(finish === null ? [] : messageEnd(finish, usage && { output_tokens: usage.completion })),
    ].map(frame);
  },
  body: (answer) => ({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: answer.said.map(saidBlock),
    stop_reason: answer.finish,
    stop_sequence: null,
    ...(answer.usage === null ? {} : { usage: { ...readCounts(answer), output_tokens: answer.usage.completion } }),
  }),
  errorEvent: frame({ type: 'error', error: { type: 'overloaded_error', message: 'no capacity' }, request_id: 'req_1' }),
  oddEvents: [
    frame({ type: 'ping' }),
    frame({ type: 'content_block_glow', index: 0, message: 'of the future' }),
    frame({ type: 'content_block_delta', index: 0, delta: { type: 'colour_delta', text: 'blue' } }),
    frame({ type: 'content_block_delta', index: 77, delta: { type: 'text_delta', text: 'of no block' } }),
    frame({ type: 'content_block_delta', index: 0 }),
    frame({ type: 'content_block_stop', index: 78 }),
    frame({ type: 'message_delta', delta: { stop_reason: null } }),
  ],
  finishes: [
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'error'],
    ['compaction', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
  ],
  ending: {
    finish: (native) => frame(messageEnd(native)[0] ?? {}),
    wordless: [frame({ type: 'message_stop' })],
    isClosed: true,
  },
  ordinary: { stop: 'end_turn', tools: 'tool_use', length: 'max_tokens' },
});
