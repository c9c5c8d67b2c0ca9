/** `is_error` of a tool's result: kept where the format has a place for it, told by the text where not. */
import { describe, expect, it } from 'vitest';
import { OpenAiConversation } from '../../src/dialects/openai-common/client/conversation.ts';
import { UPSTREAM_DIALECTS, type DialectName } from '../../src/dialects/index.ts';
import { rendered, reported } from './render-input.ts';

const call = { id: 'abcdefghi', type: 'function', function: { name: 'look', arguments: '{}' } };
const messages = [
  { role: 'user', content: 'a' },
  { role: 'assistant', content: null, tool_calls: [call] },
  { role: 'tool', tool_call_id: 'abcdefghi', content: 'no such file', is_error: true },
];
const write = (format: DialectName) => rendered(UPSTREAM_DIALECTS[format], { messages, parameters: { max_tokens: 9 } });

describe('is_error of a tool result', () => {
  it.each<[DialectName, string]>([
    ['anthropic', '"is_error":true'],
    ['bedrock', '"status":"error"'],
    ['gemini', '"response":{"error":"no such file"}'],
  ])('has a place in %s', (format, written) => {
    const request = write(format);
    expect(JSON.stringify(request.body)).toContain(written);
    expect(reported(request).join()).not.toContain('is_error');
  });

  it('keeps the fields of an object that reports a failure in gemini', () => {
    const failed = { ...messages[2], content: '{"code":2}' };
    const { body } = rendered(UPSTREAM_DIALECTS.gemini, { messages: [...messages.slice(0, 2), failed] });
    expect(JSON.stringify(body)).toContain('"response":{"error":{"code":2}}');
  });

  it.each<DialectName>(['openai-chat', 'openai-responses', 'cohere', 'mistral', 'ollama', 'workers-ai', 'openai-completions'])(
    'is told by the text in %s, which is reported',
    (format) => {
      const request = write(format);
      expect(JSON.stringify(request.body)).not.toContain('is_error');
      expect(JSON.stringify(request.body)).toContain('Error: no such file');
      expect(reported(request).join()).toContain('messages.is_error emulated');
    },
  );

  it('stays where the history of a model without tools is written as text', () => {
    const { turns } = new OpenAiConversation(messages as never).withToolsAsText();
    expect(turns.at(-1)?.blocks).toMatchObject([{ type: 'text', text: '[Error of look]\nno such file' }]);
  });

  it.each<[string, unknown, unknown]>([
    ['a text that says so', 'Error: no', '"Error: no"'],
    ['nothing', '', '"Error"'],
    [
      'parts',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      '"text":"Error: a"',
    ],
  ])('is told once for %s', (_, content, expected) => {
    for (const format of ['openai-chat', 'openai-responses'] as const) {
      const { body } = rendered(UPSTREAM_DIALECTS[format], { messages: [...messages.slice(0, 2), { ...messages[2], content }] });
      expect(JSON.stringify(body)).toContain(expected);
    }
  });

  it('that is false says nothing', () => {
    for (const format of ['openai-chat', 'openai-responses', 'cohere', 'mistral', 'ollama', 'workers-ai'] as const) {
      const request = rendered(UPSTREAM_DIALECTS[format], { messages: [...messages.slice(0, 2), { ...messages[2], is_error: false }] });
      expect(JSON.stringify(request.body)).toContain('"no such file"');
      expect(reported(request).join()).not.toContain('is_error');
    }
  });
});
