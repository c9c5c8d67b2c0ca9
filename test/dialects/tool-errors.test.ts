/** `is_error` of a tool's result: kept where the format has a place for it, reported where not. */
import { describe, expect, it } from 'vitest';
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
    'has none in %s, and is reported',
    (format) => {
      const request = write(format);
      expect(JSON.stringify(request.body)).not.toContain('is_error');
      expect(reported(request).join()).toContain('messages.is_error dropped');
    },
  );
});
