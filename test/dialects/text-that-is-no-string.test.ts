/** A scalar where a text belongs becomes its text, in every format, streamed and whole. Other values are reported. */
import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../src/dialects/anthropic/upstream/index.ts';
import { bedrockUpstream } from '../../src/dialects/bedrock/index.ts';
import { cohereUpstream } from '../../src/dialects/cohere/index.ts';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { geminiUpstream } from '../../src/dialects/gemini/index.ts';
import { mistralUpstream } from '../../src/dialects/mistral/index.ts';
import { ollamaUpstream } from '../../src/dialects/ollama/index.ts';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { openaiCompletionsUpstream } from '../../src/dialects/openai-completions/upstream/index.ts';
import { openaiResponsesUpstream } from '../../src/dialects/openai-responses/upstream/index.ts';
import { workersAiUpstream } from '../../src/dialects/workers-ai/index.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { groupResult } from './grouped.ts';
import { createFinishStage } from '../../src/stream/stages/finish.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import { parseBounded } from '../../src/lib/json.ts';

/** A format: payloads with one JSON value as text, as reasoning and as arguments, and a whole answer with it. Null = not possible. */
type Format = {
  name: string;
  dialect: UpstreamDialect;
  /** Before and after the pieces. */
  around: readonly [readonly string[], readonly string[]];
  text(json: string): string;
  thinking: ((json: string) => string) | null;
  call: ((json: string) => string) | null;
  body: ((json: string) => string) | null;
};

const choice = (delta: string) => `{"choices":[{"index":0,"delta":${delta}}]}`;
const openai = {
  around: [[], ['{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}', '[DONE]']],
  text: (json: string) => choice(`{"content":${json}}`),
  thinking: (json: string) => choice(`{"reasoning_content":${json}}`),
  call: (json: string) => choice(`{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":${json}}}]}`),
  body: (json: string) => `{"choices":[{"index":0,"message":{"content":${json}},"finish_reason":"stop"}]}`,
} satisfies Omit<Format, 'name' | 'dialect'>;

const FORMATS: readonly Format[] = [
  { name: 'openai-chat', dialect: openaiChatUpstream, ...openai },
  {
    name: 'mistral',
    dialect: mistralUpstream,
    ...openai,
    thinking: (json) => choice(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":${json}}]}]}`),
  },
  { name: 'workers-ai', dialect: workersAiUpstream, ...openai },
  {
    ...openai,
    name: 'workers-ai, the own form',
    dialect: workersAiUpstream,
    around: [[], ['[DONE]']],
    text: (json) => `{"response":${json}}`,
    thinking: null,
    call: null,
    body: (json) => `{"result":{"response":${json}},"success":true}`,
  },
  {
    name: 'openai-completions',
    dialect: openaiCompletionsUpstream,
    around: [[], ['{"choices":[{"index":0,"text":"","finish_reason":"stop"}]}', '[DONE]']],
    text: (json) => `{"choices":[{"index":0,"text":${json}}]}`,
    thinking: (json) => `{"choices":[{"index":0,"text":"","reasoning":${json}}]}`,
    call: null,
    body: (json) => `{"choices":[{"index":0,"text":${json},"finish_reason":"stop"}]}`,
  },
  {
    name: 'openai-responses',
    dialect: openaiResponsesUpstream,
    around: [
      ['{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f"}}'],
      ['{"type":"response.completed","response":{"model":"m","status":"completed","output":[]}}'],
    ],
    text: (json) => `{"type":"response.output_text.delta","output_index":0,"delta":${json}}`,
    thinking: (json) => `{"type":"response.reasoning_text.delta","output_index":0,"delta":${json}}`,
    call: (json) => `{"type":"response.function_call_arguments.delta","output_index":1,"delta":${json}}`,
    body: (json) =>
      `{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":${json}}]}]}`,
  },
  {
    name: 'anthropic',
    dialect: anthropicUpstream,
    around: [
      [
        '{"type":"message_start","message":{"id":"m","model":"m"}}',
        '{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c","name":"f"}}',
      ],
      ['{"type":"message_delta","delta":{"stop_reason":"end_turn"}}', '{"type":"message_stop"}'],
    ],
    text: (json) => `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":${json}}}`,
    thinking: (json) => `{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":${json}}}`,
    call: (json) => `{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":${json}}}`,
    body: (json) => `{"type":"message","content":[{"type":"text","text":${json}}],"stop_reason":"end_turn"}`,
  },
  {
    name: 'bedrock',
    dialect: bedrockUpstream,
    around: [['{"messageStart":{"role":"assistant"}}'], ['{"messageStop":{"stopReason":"end_turn"}}', '{"metadata":{}}']],
    text: (json) => `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":${json}}}}`,
    thinking: (json) => `{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":${json}}}}}`,
    call: (json) => `{"contentBlockDelta":{"contentBlockIndex":1,"delta":{"toolUse":{"input":${json}}}}}`,
    body: (json) => `{"output":{"message":{"content":[{"text":${json}}]}},"stopReason":"end_turn"}`,
  },
  {
    name: 'cohere',
    dialect: cohereUpstream,
    around: [['{"type":"message-start"}'], ['{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}']],
    text: (json) => `{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":${json}}}}}`,
    thinking: (json) => `{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":${json}}}}}`,
    call: (json) => `{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":${json}}}}}}`,
    body: (json) => `{"message":{"content":[{"type":"text","text":${json}}]},"finish_reason":"COMPLETE"}`,
  },
  {
    name: 'gemini',
    dialect: geminiUpstream,
    around: [[], ['{"candidates":[{"index":0,"finishReason":"STOP"}]}']],
    text: (json) => `{"candidates":[{"index":0,"content":{"parts":[{"text":${json}}]}}]}`,
    thinking: (json) => `{"candidates":[{"index":0,"content":{"parts":[{"text":${json},"thought":true}]}}]}`,
    call: null,
    body: (json) => `{"candidates":[{"index":0,"content":{"parts":[{"text":${json}}]},"finishReason":"STOP"}]}`,
  },
  {
    name: 'ollama',
    dialect: ollamaUpstream,
    around: [[], ['{"message":{"content":""},"done":true,"done_reason":"stop"}']],
    text: (json) => `{"message":{"content":${json}}}`,
    thinking: (json) => `{"message":{"content":"","thinking":${json}}}`,
    call: null,
    body: (json) => `{"message":{"content":${json}},"done":true,"done_reason":"stop"}`,
  },
];

const OPTIONS = { quirks: [] };

function read({ dialect, around: [before, after] }: Format, payloads: readonly string[]) {
  const decoder = dialect.createDecoder(OPTIONS);
  return gather([...before, ...payloads, ...after].map((payload) => decoder.push(payload)));
}

function gather(batches: readonly ReturnType<UpstreamDialect['decodeBody']>[]) {
  const [finish, guard, collector] = [createFinishStage(() => undefined), createGuard('gen', 1), createCollector()];
  for (const batch of batches) collector.push(guard.push(finish.push(batch)));
  collector.push(guard.push(finish.end()));
  const [first] = groupResult(collector.result()).choices;
  return {
    text: first?.text,
    reasoning: first?.reasoning,
    calls: first?.toolCalls.map((call) => call.arguments),
    error: collector.error(),
  };
}

/** As they stand in JSON, and what they are as text. */
const SCALARS = ['6', '0', '-5', '0.50', '1e3', '2512292042121000001', '12345678901234567890.5', 'true', 'false'];

describe.each(FORMATS)('$name', (format) => {
  it('reads every scalar as text among texts', () => {
    const told = SCALARS.map((json) => read(format, [format.text('"see ["'), format.text(json), format.text('"]."')]));
    expect(told).toMatchObject(SCALARS.map((json) => ({ text: `see [${json}].`, error: null })));
  });

  it('reads scalars as reasoning', () => {
    const told = format.thinking === null ? null : read(format, ['"a "', '1e3', '7'].map(format.thinking)).reasoning;
    expect(told).toBe(format.thinking === null ? null : 'a 1e37');
  });

  it('reads scalars among the arguments of a call', () => {
    const told = format.call === null ? null : read(format, ['"{\\"a\\":"', '2512292042121000001', '"}"'].map(format.call)).calls;
    expect(told).toEqual(format.call === null ? null : ['{"a":2512292042121000001}']);
  });

  it('reads every scalar as the text of a whole answer', () => {
    const told = SCALARS.map((json) => gather([format.dialect.decodeBody(parseBounded(format.body?.(json) ?? ''), OPTIONS)]));
    expect(told).toMatchObject(SCALARS.map((json) => ({ text: json, error: null })));
  });

  it('takes null for no text', () => {
    expect(read(format, [format.text('null'), format.text('"a"')])).toMatchObject({ text: 'a', error: null });
  });
});

describe.each(FORMATS.filter(({ name }) => !name.endsWith('own form')))('$name', (format) => {
  it('ends an answer with an object or a list for its text in an error, streamed and whole', () => {
    const told = ['{}', '{"a":1}', '[{}]', '[[1]]'].map((json) => {
      const streamed = read(format, [format.text('"a"'), format.text(json)]);
      const whole = gather([format.dialect.decodeBody(parseBounded(format.body?.(json) ?? ''), OPTIONS)]);
      return [json, streamed.error?.message, whole.error?.message];
    });
    const message = 'the upstream sent something else where text belongs';
    expect(told).toEqual(told.map(([json]) => [json, message, message]));
  });
});

describe('arguments given as an object', () => {
  it.each<[string, UpstreamDialect, string]>([
    [
      'gemini',
      geminiUpstream,
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":2512292042121000001,"content":1e3}}}]},"finishReason":"STOP"}]}',
    ],
    [
      'ollama',
      ollamaUpstream,
      '{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"id":2512292042121000001,"content":1e3}}}]},"done":true}',
    ],
    [
      'openai-chat',
      openaiChatUpstream,
      '{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"id":2512292042121000001,"content":1e3}}}]}}]}',
    ],
    [
      'anthropic',
      anthropicUpstream,
      '{"type":"message","content":[{"type":"tool_use","id":"c","name":"f","input":{"id":2512292042121000001,"content":1e3}}]}',
    ],
    [
      'bedrock',
      bedrockUpstream,
      '{"output":{"message":{"content":[{"toolUse":{"toolUseId":"c","name":"f","input":{"id":2512292042121000001,"content":1e3}}}]}}}',
    ],
  ])('keep the text of their numbers (%s)', (_, dialect, body) => {
    expect(gather([dialect.decodeBody(parseBounded(body), OPTIONS)]).calls).toEqual(['{"id":2512292042121000001,"content":1e3}']);
  });
});

describe('text in place of the parts or of the message that hold it', () => {
  it.each<[string, UpstreamDialect, string]>([
    ['anthropic, the list', anthropicUpstream, '{"type":"message","content":"fine","stop_reason":"end_turn"}'],
    ['anthropic, a part', anthropicUpstream, '{"type":"message","content":["fi","ne"],"stop_reason":"end_turn"}'],
    ['bedrock, the list', bedrockUpstream, '{"output":{"message":{"role":"assistant","content":"fine"}},"stopReason":"end_turn"}'],
    ['gemini, the content', geminiUpstream, '{"candidates":[{"content":"fine","finishReason":"STOP"}]}'],
    ['gemini, the parts', geminiUpstream, '{"candidates":[{"content":{"parts":["fine"]},"finishReason":"STOP"}]}'],
    ['openai-responses', openaiResponsesUpstream, '{"status":"completed","output":[{"type":"message","content":"fine"}]}'],
    ['openai-chat, the message', openaiChatUpstream, '{"choices":[{"message":"fine","finish_reason":"stop"}]}'],
    ['openai-chat, as completions', openaiChatUpstream, '{"choices":[{"text":"fine","finish_reason":"stop"}]}'],
    ['openai-completions, as chat', openaiCompletionsUpstream, '{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}]}'],
    ['ollama, as generate', ollamaUpstream, '{"response":"fine","done":true,"done_reason":"stop"}'],
  ])('is read (%s)', (_, dialect, body) => {
    expect(gather([dialect.decodeBody(parseBounded(body), OPTIONS)])).toMatchObject({ text: 'fine', error: null });
  });
});
