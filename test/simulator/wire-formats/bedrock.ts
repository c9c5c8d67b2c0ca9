// Amazon Bedrock's Converse on the wire: the model and the mode in the path, frames of an AWS event stream with checksums, the counts after
// the stop. Source: botocore 1.43.107, bedrock-runtime/2023-09-30; https://smithy.io/2.0/aws/amazon-eventstream.html.
// Must not import anything from src/ or providers/.

import type { Choice, FinishReason, ToolCall } from '../answer.ts';
import { isFields } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import type { Rendering } from '../wire-format.ts';
import type { WireFormat, SpokenPath } from '../wire-format.ts';
import type { Step } from '../steps.ts';

const stopReasons: Readonly<Record<FinishReason, string>> = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' };

const utf8 = new TextEncoder();

/** CRC32 as of gzip, bit by bit: frames are short. */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A header whose value is a string (type 7). */
function headerBytes(name: string, value: string): number[] {
  const [key, said] = [utf8.encode(name), utf8.encode(value)];
  return [key.length, ...key, 7, said.length >> 8, said.length & 0xff, ...said];
}

/** One frame: lengths, their checksum, headers, payload, checksum of all. */
export function toFrame(kind: 'event' | 'exception', type: string, payload: Fields): Uint8Array {
  const head = [
    ...headerBytes(`:${kind}-type`, type),
    ...headerBytes(':content-type', 'application/json'),
    ...headerBytes(':message-type', kind),
  ];
  const body = utf8.encode(JSON.stringify(payload));
  const frame = new Uint8Array(16 + head.length + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length);
  view.setUint32(4, head.length);
  view.setUint32(8, crc32(frame.subarray(0, 8)));
  frame.set(head, 12);
  frame.set(body, 12 + head.length);
  view.setUint32(frame.length - 4, crc32(frame.subarray(0, -4)));
  return frame;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** An event, padded so that its length tells nothing. */
function event(type: string, payload: Fields, isContent = false): Step {
  const padding = letters.slice(0, (JSON.stringify(payload).length * 7) % letters.length);
  return { kind: 'bytes', bytes: toFrame('event', type, { ...payload, p: padding }), isContent };
}

/** The error body; which exception it is stands in a header of the answer, or in that of the frame. */
export const writeBedrockError = ({ message, param, code }: Complaint): Fields => ({
  message:
    code === 'unknown_parameter' && param !== null && param.startsWith('additionalModelRequestFields.')
      ? `The model returned the following errors: ${param.replace('additionalModelRequestFields.', '')}: Extra inputs are not permitted`
      : message,
});

/** Cached tokens have their own field and are no part of `inputTokens`. */
function usageOf({ answer: { promptTokens, completionTokens } }: Rendering): Fields {
  const cached = Math.floor(promptTokens / 3);
  return {
    inputTokens: promptTokens - cached,
    outputTokens: completionTokens,
    totalTokens: promptTokens + completionTokens,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}

const metrics = { latencyMs: 12 };
/** Text begins without a word, calls with their name. */
function choiceSteps({ pieces, toolCalls }: Choice): Step[] {
  const delta = (contentBlockIndex: number, piece: Fields) => event('contentBlockDelta', { contentBlockIndex, delta: piece }, true);
  const stop = (contentBlockIndex: number) => event('contentBlockStop', { contentBlockIndex });
  const text = pieces.length === 0 ? [] : [...pieces.map((piece) => delta(0, { text: piece })), stop(0)];
  const first = pieces.length === 0 ? 0 : 1;
  const calls = toolCalls.flatMap((call, position) => [
    event('contentBlockStart', {
      contentBlockIndex: first + position,
      start: { toolUse: { toolUseId: call.id, name: call.name } },
    }),
    ...call.pieces.map((input) => delta(first + position, { toolUse: { input } })),
    stop(first + position),
  ]);
  return [...text, ...calls];
}

function toSteps(rendering: Rendering): Step[] {
  const [choice] = rendering.answer.choices;
  return [
    event('messageStart', { role: 'assistant' }),
    ...(choice === undefined ? [] : choiceSteps(choice)),
    event('messageStop', { stopReason: stopReasons[choice?.finishReason ?? 'stop'] }),
    event('metadata', { usage: usageOf(rendering), metrics }),
  ];
}

/** Arguments that were cut off in the middle are no object. */
function inputOf({ pieces }: ToolCall): unknown {
  try {
    return JSON.parse(pieces.join('') || '{}') as unknown;
  } catch {
    return {};
  }
}

function toBody(rendering: Rendering): Fields {
  const { pieces = [], toolCalls = [], finishReason = 'stop' } = rendering.answer.choices[0] ?? {};
  const text = pieces.length === 0 ? [] : [{ text: pieces.join('') }];
  const calls = toolCalls.map((call) => ({ toolUse: { toolUseId: call.id, name: call.name, input: inputOf(call) } }));
  return {
    metrics,
    output: { message: { role: 'assistant', content: [...text, ...calls] } },
    stopReason: stopReasons[finishReason],
    usage: usageOf(rendering),
  };
}

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

const textParts = (blocks: unknown): Fields[] =>
  listed(blocks).flatMap((block) =>
    typeof block['text'] === 'string'
      ? [{ type: 'text', text: block['text'] }]
      : Object.keys(block)
          .filter((kind) => ['image', 'document', 'video', 'json'].includes(kind))
          .map((type) => ({ type })),
  );

/** A message in OpenAI's words: a result of a tool is one of its own, and comes last, since it is what is answered. */
function toMessages({ role, content }: Fields): Fields[] {
  const results = listed(content).flatMap(({ toolResult: result }) =>
    isFields(result) ? [{ role: 'tool', content: textParts(result['content']) }] : [],
  );
  const said = textParts(content);
  return [...(said.length === 0 && results.length > 0 ? [] : [{ role, content: said }]), ...results];
}

function toTool({ toolSpec: spec }: Fields): Fields[] {
  if (!isFields(spec)) return [];
  const { name, description, inputSchema } = spec;
  return [{ type: 'function', function: { name, description, parameters: isFields(inputSchema) ? inputSchema['json'] : {} } }];
}

function choiceOf(choice: unknown): Fields {
  if (!isFields(choice)) return {};
  if (isFields(choice['tool'])) return { tool_choice: { type: 'function', function: { name: choice['tool']['name'] } } };
  return choice['any'] === undefined ? {} : { tool_choice: 'required' };
}

/** The schema comes as text. */
function formatOf(format: unknown): Fields {
  const structure = isFields(format) && isFields(format['structure']) ? format['structure']['jsonSchema'] : null;
  if (!isFields(structure)) return {};
  return { response_format: { type: 'json_schema', json_schema: { schema: JSON.parse(String(structure['schema'])) as unknown } } };
}

/** OpenAI's words for what is asked. */
function toQuestion(body: Fields, path: SpokenPath): Fields {
  const part = (name: string): Fields => (isFields(body[name]) ? body[name] : {});
  const { maxTokens, stopSequences } = part('inferenceConfig');
  const { tools, toolChoice } = part('toolConfig');
  return {
    model: path.model,
    stream: path.stream === true,
    messages: [{ role: 'system', content: textParts(body['system']) }, ...listed(body['messages']).flatMap(toMessages)],
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(stopSequences === undefined ? {} : { stop: stopSequences }),
    ...(tools === undefined ? {} : { tools: listed(tools).flatMap(toTool) }),
    ...choiceOf(toolChoice),
    ...formatOf(part('outputConfig')['textFormat']),
  };
}

function readPath(path: string): SpokenPath | null {
  const [, id = '', mode] = /^model\/([^/]+)\/(converse|converse-stream|invoke)$/u.exec(path) ?? [];
  if (mode === undefined) return null;
  const model = decodeURIComponent(id);
  return mode === 'invoke' ? { operation: 'embeddings', model } : { operation: 'chat', model, stream: mode === 'converse-stream' };
}

/** How Converse is spoken to. */
export const bedrockFormat: WireFormat = {
  contentType: 'application/vnd.amazon.eventstream',
  readPath,
  toQuestion,
  toBody,
  toSteps,
  errorStep: (complaint) => ({
    kind: 'bytes',
    bytes: toFrame('exception', 'internalServerException', writeBedrockError(complaint)),
    isContent: false,
  }),
};
