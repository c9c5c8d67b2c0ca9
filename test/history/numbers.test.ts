/** Numbers keep their digits through the router, both ways: in arguments of tools, and in the schemas of tools and answers. */
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { encodeBody } from '../../src/dialects/openai-chat/client/encode.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { parseBody } from '../../src/http/read-json.ts';
import { parseBounded, type JsonObject } from '../../src/lib/json.ts';
import { parseOpenAi } from '../../src/dialects/openai-common/client/parse.ts';
import { headOf } from '../dialects/answer-head.ts';
import { bytesOf, event, replay, replayBody } from '../dialects/replay.ts';
import { prepared } from '../fitting/sent.ts';
import { FORMATS } from './answers.ts';

const ARGUMENTS = '{"id":2512292042121000001,"n":[1.0,-0,1e400,0.10000000000000000555],"plain":7}';

describe('64-bit numbers in the tool arguments of an answer', () => {
  it.each(Object.keys(FORMATS))('of %s keep their digits', (format) => {
    const call = { id: 'call_1', name: 'look', arguments: '{"MARK":1}' };
    const written = JSON.stringify(FORMATS[format]?.({ thought: '', text: '', refusal: '', calls: [call], media: 'none' }));
    // Formats that send an object have the numbers in the document, the others in a text.
    const text = written.includes('{"MARK":1}')
      ? written.replace('{"MARK":1}', ARGUMENTS)
      : written.replace('{\\"MARK\\":1}', ARGUMENTS.replaceAll('"', '\\"'));
    const { result } = replayBody(upstreamDialect(format), parseBounded(text));
    expect(encodeBody(result, headOf())).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { arguments: ARGUMENTS } }] } }],
    });
  });

  it.each([
    [
      'gemini',
      event(
        `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"look","args":${ARGUMENTS}}}]},"finishReason":"STOP","avgLogprobs":-0.0}]}`,
      ),
    ],
    [
      'ollama',
      `{"model":"m","message":{"content":"","tool_calls":[{"function":{"name":"look","arguments":${ARGUMENTS}}}]},"done":true,"done_reason":"stop"}\n`,
    ],
    [
      'openai-chat',
      event(
        `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":${ARGUMENTS}}}]},"finish_reason":"tool_calls"}]}`,
      ),
    ],
  ])('in a stream of %s', (format, text) => {
    const { result } = replay(upstreamDialect(format), [bytesOf(text)]);
    expect(result.choices[0]?.toolCalls[0]?.arguments).toBe(ARGUMENTS);
  });
});

describe('64-bit numbers of a request', () => {
  const MODELS = [
    '@openai/gpt-4o',
    '@anthropic/claude-opus-4-6',
    '@amazon-bedrock/amazon.nova-lite-v1:0',
    '@google-ai-studio/gemini-2.5-flash',
    '@ollama/m',
    '@mistral/mistral-medium-3-5',
    '@cohere/command-a-03-2025',
  ];

  /** The text of the upstream call for the text of a client's body. */
  function upstreamText(model: string, fields: string): string {
    const { value } = parseBody(`{"model":${JSON.stringify(model)},${fields}}`, openaiChatClient.exactFields);
    return prepared(parseOpenAi('chat', value)).parts[0]?.call.body.text ?? '';
  }

  it.each(MODELS)('keep their digits in the tool arguments of its history at %s', (model) => {
    const call = { id: 'abcDEF123', type: 'function', function: { name: 'look', arguments: ARGUMENTS } };
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'abcDEF123', content: 'seen' },
    ];
    const text = upstreamText(model, `"messages":${JSON.stringify(messages)}`).replaceAll('\\"', '"');
    expect(text).toContain(ARGUMENTS);
  });

  it.each(MODELS)('keep their digits in the schema of a tool at %s', (model) => {
    const schema = '{"type":"object","properties":{"id":{"type":"integer","minimum":9007199254740993,"enum":[2512292042121000001]}}}';
    const tools = `[{"type":"function","function":{"name":"look","parameters":${schema}}}]`;
    const text = upstreamText(model, `"messages":[{"role":"user","content":"Hi"}],"tools":${tools}`);
    expect(text).toContain('[2512292042121000001]');
    expect(text).not.toContain('rawJSON');
  });

  it('keep their digits in the schema of an answer', () => {
    const schema = '{"type":"object","properties":{"id":{"type":"integer","maximum":9007199254740993}}}';
    const format = `{"type":"json_schema","json_schema":{"name":"a","schema":${schema}}}`;
    const text = upstreamText('@openai/gpt-4o', `"messages":[{"role":"user","content":"Hi"}],"response_format":${format}`);
    expect(text).toContain('"maximum":9007199254740993');
  });

  it('are refused where an integer parameter cannot hold them', () => {
    const long: JsonObject = { messages: '[{"role":"user","content":"Hi"}]' };
    expect(() => upstreamText('@openai/gpt-4o', `"messages":${String(long['messages'])},"seed":9007199254740993`)).toThrow('seed');
    expect(upstreamText('@openai/gpt-4o', `"messages":${String(long['messages'])},"temperature":0.10000000000000000555`)).toContain(
      '"temperature":0.1',
    );
  });
});
