import { inputOf } from '../../messages-input.ts';
import { describe, expect, it } from 'vitest';
import type { FittedCall } from '../../../../src/dialects/dialect.ts';
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import { PLAIN_CALL } from '../../plain-call.ts';

const callOf = (changes: Partial<FittedCall> = {}): FittedCall => ({
  ...PLAIN_CALL,
  input: inputOf([{ role: 'user', content: 'hello' }]),
  streamOptions: true,
  ...changes,
});
const render = (changes?: Partial<FittedCall>) => openaiChatUpstream.render(callOf(changes));
const withMessages = (messages: unknown[], changes: Partial<FittedCall> = {}) => render({ ...changes, input: inputOf(messages) });

describe('openai-chat upstream request: a chat request', () => {
  it('is model, messages and what was fitted, and nothing else', () => {
    expect(render({ parameters: { temperature: 0.5 } })).toEqual({
      body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], temperature: 0.5 },
      adjustments: [],
    });
  });

  it('asks for usage in a stream, where the provider knows how', () => {
    expect(render({ stream: true }).body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(render({ stream: true, streamOptions: false }).body).not.toHaveProperty('stream_options');
  });

  it('rewrites roles and reports it once', () => {
    const { body, adjustments } = withMessages(
      [
        { role: 'developer', content: 'a' },
        { role: 'developer', content: 'b' },
      ],
      { roles: { developer: 'system' } },
    );
    expect(body['messages']).toEqual([
      { role: 'system', content: 'a' },
      { role: 'system', content: 'b' },
    ]);
    expect(adjustments).toMatchObject([{ param: 'messages.role', action: 'renamed', from: 'developer', to: 'system' }]);
    expect(adjustments[0]?.reason).toContain('2 messages');
  });

  it('names speakers in letters that the provider accepts', () => {
    const { body, adjustments } = withMessages([{ role: 'user', content: 'a', name: 'Doña Ana' }]);
    expect(body['messages']).toEqual([{ role: 'user', content: 'a', name: 'Doña_Ana' }]);
    expect(adjustments).toMatchObject([{ param: 'messages.name', action: 'renamed' }]);
  });

  it('drops fields the provider does not accept and says which, once for each', () => {
    const messages = [1, 2].map(() => ({
      role: 'assistant',
      content: 'a',
      reasoning_details: [{ type: 'reasoning.text', text: 'x' }],
      prefix: true,
    }));
    const { body, adjustments } = withMessages(messages);
    expect(body['messages']).toEqual(messages.map(() => ({ role: 'assistant', content: 'a' })));
    expect(adjustments.map(({ param, action }) => [param, action])).toEqual([
      ['messages.reasoning_details', 'dropped'],
      ['messages.prefix', 'dropped'],
    ]);
  });

  it('keeps fields a file adds, and drops those it takes away', () => {
    const { body } = withMessages([{ role: 'user', content: 'a', name: 'Ann', prefix: true }], { messageFields: ['prefix', '-name'] });
    expect(body['messages']).toEqual([{ role: 'user', content: 'a', prefix: true }]);
  });

  it.each([
    ['reasoning', 'reasoning_content'],
    ['reasoning_content', 'reasoning'],
  ])('sends %s back as %s where the provider calls it that', (given, wanted) => {
    const { body, adjustments } = withMessages([{ role: 'assistant', content: 'a', [given]: 'Hm.' }], { messageFields: [wanted] });
    expect(body['messages']).toEqual([{ role: 'assistant', content: 'a', [wanted]: 'Hm.' }]);
    expect(adjustments).toEqual([]);
  });

  it('leaves nulls out, but not a null content', () => {
    const message = { role: 'assistant', content: null, name: null, refusal: null, tool_calls: [] };
    expect(withMessages([message]).body['messages']).toEqual([{ role: 'assistant', content: null, tool_calls: [] }]);
  });

  it('takes cache marks off the parts of strict hosts, and leaves them to others', () => {
    const part = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
    const strict = withMessages([{ role: 'user', content: [part] }]);
    expect(strict.body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'a' }] }]);
    expect(strict.adjustments).toEqual([]);
    expect(withMessages([{ role: 'user', content: [part] }], { messageFields: ['cache_control'] }).body['messages']).toEqual([
      { role: 'user', content: [part] },
    ]);
  });

  it('makes a prompt a message, and refuses prompts that are none', () => {
    const { body, adjustments } = render({ input: { kind: 'prompt', prompt: { kind: 'text', value: 'Once' } } });
    expect(body['messages']).toEqual([{ role: 'user', content: 'Once' }]);
    expect(adjustments).toMatchObject([{ param: 'prompt', action: 'emulated' }]);
    expect(() => render({ input: { kind: 'prompt', prompt: { kind: 'tokens', value: [1] } } })).toThrow('one text');
  });

  it('changes nothing that it was given', () => {
    const messages = [{ role: 'developer', content: [{ type: 'text', text: 'a', cache_control: {} }], prefix: true }];
    const before = structuredClone(messages);
    withMessages(messages, { roles: { developer: 'system' } });
    expect(messages).toEqual(before);
  });
});
