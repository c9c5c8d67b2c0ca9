import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WrittenAnswer } from '../wire-writer.ts';
import { eventFrame, frameOf } from '../../upstream/framing/aws-frames.ts';

/** The service pads its payloads, so that their length does not depend on the text. */
const PADDING = { p: 'abcdefghijkl' };

function blockFrames(said: AnswerPart, contentBlockIndex: number): Uint8Array[] {
  const delta = (piece: JsonObject) => eventFrame('contentBlockDelta', { contentBlockIndex, delta: piece, ...PADDING });
  const stop = eventFrame('contentBlockStop', { contentBlockIndex, ...PADDING });
  switch (said.kind) {
    case 'text':
      return [...said.pieces.map((text) => delta({ text })), stop];
    case 'reasoning': {
      const signature = said.signature === undefined ? [] : [delta({ reasoningContent: { signature: said.signature } })];
      return [...said.pieces.map((text) => delta({ reasoningContent: { text } })), ...signature, stop];
    }
    case 'tool': {
      const start = { toolUse: { toolUseId: said.id, name: said.name } };
      const inputs = said.pieces.map((input) => delta({ toolUse: { input } }));
      return [eventFrame('contentBlockStart', { contentBlockIndex, start, ...PADDING }), ...inputs, stop];
    }
  }
}

function usageOf({ usage }: WrittenAnswer): JsonObject {
  if (usage === null) return {};
  return { usage: { inputTokens: usage.prompt, outputTokens: usage.completion, totalTokens: usage.prompt + usage.completion } };
}

function blockOf(said: AnswerPart): JsonObject {
  const text = said.pieces.join('');
  if (said.kind === 'text') return { text };
  if (said.kind === 'reasoning') return { reasoningContent: { reasoningText: { text, signature: said.signature } } };
  return { toolUse: { toolUseId: said.id, name: said.name, input: JSON.parse(text === '' ? '{}' : text) as unknown } };
}

describeWireWriter({
  dialect: bedrockUpstream,
  stream: (answer) => [
    eventFrame('messageStart', { role: 'assistant', ...PADDING }),
    ...answer.said.flatMap(blockFrames),
    ...(answer.finish === null ? [] : [eventFrame('messageStop', { stopReason: answer.finish, ...PADDING })]),
    eventFrame('metadata', { metrics: { latencyMs: 12 }, ...usageOf(answer), ...PADDING }),
  ],
  body: (answer) => ({
    metrics: { latencyMs: 12 },
    output: { message: { role: 'assistant', content: answer.said.map(blockOf) } },
    stopReason: answer.finish,
    ...usageOf(answer),
  }),
  errorEvent: eventFrame('modelStreamErrorException', { message: 'no capacity', originalStatusCode: 500 }, 'exception'),
  oddEvents: [
    eventFrame('ping', {}),
    eventFrame('initial-response', ''),
    eventFrame('contentBlockStart', { contentBlockIndex: 90, start: { image: { format: 'png' } } }),
    eventFrame('contentBlockDelta', { contentBlockIndex: 90, delta: { citation: { title: 'River' } } }),
    eventFrame('contentBlockDelta', { contentBlockIndex: 90, delta: { hologram: 'x' } }),
    eventFrame('contentBlockDelta', { contentBlockIndex: 90 }),
    eventFrame('contentBlockStop', { contentBlockIndex: 90 }),
    eventFrame('contentBlockStart', 'null'),
    frameOf([], '{}'),
  ],
  finishes: [
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['content_filtered', 'content_filter'],
    ['guardrail_intervened', 'content_filter'],
    ['malformed_model_output', 'error'],
    ['malformed_tool_use', 'error'],
    ['refusal', 'content_filter'],
    ['pause_turn', 'error'],
  ],
  ending: {
    finish: (stopReason) => eventFrame('messageStop', { stopReason, ...PADDING }),
    wordless: [eventFrame('messageStop', PADDING)],
    isClosed: true,
  },
  ordinary: { stop: 'end_turn', tools: 'tool_use', length: 'max_tokens' },
});
