import { describe, expect, it } from 'vitest';
import { OpenAiConversation } from '../../../../src/dialects/openai-common/client/conversation.ts';
import { writeMessages } from '../../../../src/dialects/openai-common/upstream/write-messages.ts';
import type { Block, Turn } from '../../../../src/unified/request/conversation.ts';
import type { Message } from '../../../../src/unified/request/message.ts';

const turn = (role: Turn['role'], ...blocks: Block[]): Turn => ({ role, blocks, path: 'p', fields: {} });
const text = (value: string): Block => ({ type: 'text', text: value, path: 'p' });
const result = (callId: string): Block => ({
  type: 'tool-result',
  callId,
  name: null,
  blocks: [text(`r ${callId}`)],
  isError: false,
  path: 'p',
});

describe('writeMessages', () => {
  it('returns the messages that turns were read from', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"id":2512292042121000001}' } };
    const details = [
      { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'd', id: 'c1', format: 'google-gemini-v1', index: 1 },
    ];
    const messages = [
      { role: 'developer', content: 'Be brief.' },
      {
        role: 'user',
        name: 'Ann',
        content: [
          { type: 'text', text: 'See:', cache_control: { type: 'ephemeral' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'https://a.example/a.pdf' } },
          { type: 'input_audio', input_audio: { data: 'AA', format: 'mp3' } },
        ],
      },
      { role: 'assistant', content: null, reasoning: 'hm', reasoning_details: details, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'seen', is_error: true },
    ];
    expect(writeMessages(new OpenAiConversation(messages as Message[]).turns)).toEqual(messages);
  });

  it('puts results before what else the user says, in their order', () => {
    expect(writeMessages([turn('user', text('a'), result('t1'), result('t2'))])).toEqual([
      { role: 'tool', tool_call_id: 't1', content: 'r t1' },
      { role: 'tool', tool_call_id: 't2', content: 'r t2' },
      { role: 'user', content: 'a' },
    ]);
  });

  it('writes a custom call as one', () => {
    const call: Block = { type: 'tool-call', id: 'c', name: 'patch', input: '*** Begin', kind: 'custom', path: 'p' };
    expect(writeMessages([turn('assistant', call)])).toEqual([
      { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'patch', input: '*** Begin' } }] },
    ]);
  });

  it('refuses what only another format defines, by its path', () => {
    const block: Block = { type: 'native', of: 'content', format: 'toy', value: {}, path: 'say[1]' };
    expect(() => writeMessages([turn('user', text('a'), block)])).toThrow('say[1]: a block of type native cannot be sent');
  });
});
