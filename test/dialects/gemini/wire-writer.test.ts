import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { bytesOf, event } from '../replay.ts';
import { describeWireWriter } from '../wire-writer-contract.ts';
import type { AnswerPart, WrittenAnswer } from '../wire-writer.ts';
import { callPart, chunk, end } from './wire.ts';

/** Thoughts are part of what was made, and not of the candidates' tokens. */
const usageOf = ({ usage }: WrittenAnswer): JsonObject | null =>
  usage === null
    ? null
    : { promptTokenCount: usage.prompt, candidatesTokenCount: usage.completion - 2, thoughtsTokenCount: 2, totalTokenCount: 18 };

const partsOf = (said: AnswerPart): JsonObject[] => {
  if (said.kind === 'tool') return [callPart(said.name, JSON.parse(said.pieces.join('') || '{}') as JsonObject)];
  return said.pieces.map((text) => ({ text, ...(said.kind === 'reasoning' ? { thought: true } : {}) }));
};

/** What comes in pieces in a stream is one part in a document. */
const wholePartsOf = (said: AnswerPart): JsonObject[] =>
  said.kind === 'tool' ? partsOf(said) : partsOf({ ...said, pieces: [said.pieces.join('')] });

describeWireWriter({
  dialect: geminiUpstream,
  stream: (answer) => [
    ...answer.said.flatMap(partsOf).map((part) => bytesOf(event(chunk([part], {}, usageOf(answer))))),
    ...(answer.finish === null ? [] : [bytesOf(event(end(answer.finish, usageOf(answer))).replace('\n\n', '\r\n\r\n'))]),
  ],
  body: (answer) => chunk(answer.said.flatMap(wholePartsOf), { finishReason: answer.finish }, usageOf(answer)),
  errorEvent: bytesOf(event({ error: { code: 503, message: 'there is no capacity', status: 'UNAVAILABLE' } })),
  oddEvents: [
    bytesOf(': ping\n\n'),
    bytesOf(event({})),
    bytesOf(event({ usageMetadata: { trafficType: 'ON_DEMAND' }, modelVersion: 'x' })),
    bytesOf(event({ candidates: [null, 7, {}, { index: 0, content: null }, { index: 0, content: { parts: [null, {}] } }] })),
    bytesOf(
      event(chunk([{ text: null }, { hologram: true }, { functionCall: 'x' }, { inlineData: null }, { executableCode: { code: '1' } }])),
    ),
    bytesOf(event({ promptFeedback: { safetyRatings: [] }, candidates: null, usageMetadata: 4, createTime: 'now' })),
  ],
  finishes: [
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['CONTINUATION', 'length'],
    ...['SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII', 'IMAGE_SAFETY', 'MODEL_ARMOR', 'LANGUAGE'].map(
      (native) => [native, 'content_filter'] as const,
    ),
    ['IMAGE_PROHIBITED_CONTENT', 'content_filter'],
    ['IMAGE_RECITATION', 'content_filter'],
    ...['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'OTHER', 'IMAGE_OTHER', 'NO_IMAGE'].map(
      (native) => [native, 'error'] as const,
    ),
  ],
  ending: { finish: (native) => bytesOf(event(end(native, null))), wordless: null, isClosed: false },
  ordinary: { stop: 'STOP', tools: 'STOP', length: 'MAX_TOKENS' },
});
