/** Messages at a chat provider, and the preferences about adjustments. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { line, sent } from './sent.ts';

describe('fit messages at a chat provider', () => {
  const messagesAt = (model: string, messages: JsonObject[]) => {
    const { body, adjustments } = sent('chat', model, { messages });
    return { messages: body['messages'], report: adjustments.map(line) };
  };

  it('converts developer to system where the provider lacks the role, and reports it', () => {
    expect(messagesAt('@novita/x', [{ role: 'developer', content: 'Be brief.' }])).toEqual({
      messages: [{ role: 'system', content: 'Be brief.' }],
      report: ['messages.role renamed "developer" -> "system"'],
    });
    expect(messagesAt('@openai/gpt-4o', [{ role: 'developer', content: 'Be brief.' }]).report).toEqual([]);
  });

  it('keeps unknown fields of content parts where the formats are the same, and reports unknown fields of messages', () => {
    const part = { type: 'text', text: 'Hi', unknown_of_part: { a: [1] } };
    expect(messagesAt('@vllm/x', [{ role: 'user', content: [part], unknown_of_message: 1 }])).toEqual({
      messages: [{ role: 'user', content: [part] }],
      report: ['messages.unknown_of_message dropped'],
    });
  });

  it('drops fields that the provider does not accept, and reports each once', () => {
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }], cache_control: { type: 'ephemeral' } },
      { role: 'assistant', content: 'Hello', reasoning: 'a greeting', reasoning_details: [{ type: 'reasoning.text', text: 'a greeting' }] },
      { role: 'user', content: 'Again', cache_control: { type: 'ephemeral' } },
    ];
    expect(messagesAt('@openai/gpt-4o', messages)).toEqual({
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'Again' },
      ],
      report: ['messages.reasoning dropped', 'messages.reasoning_details dropped'],
    });
    expect(messagesAt('@openrouter/x', messages)).toEqual({ messages, report: [] });
  });

  it('sends reasoning under the name of the provider', () => {
    const messages = [{ role: 'assistant', content: 'Hello', reasoning: 'a greeting' }];
    expect(messagesAt('@deepseek/deepseek-chat', messages)).toEqual({
      messages: [{ role: 'assistant', content: 'Hello', reasoning_content: 'a greeting' }],
      report: [],
    });
  });

  it("of two different texts of reasoning the one under the provider's own name is sent, and the other is said to be dropped", () => {
    const both = { role: 'assistant', content: 'Hello', reasoning: 'one', reasoning_content: 'other' };
    const { reasoning: _, ...kept } = both;
    expect(messagesAt('@deepseek/deepseek-chat', [both])).toEqual({ messages: [kept], report: ['messages.reasoning dropped'] });
    expect(messagesAt('@deepseek/deepseek-chat', [{ ...both, reasoning: 'other' }])).toEqual({ messages: [kept], report: [] });
  });

  it('drops a name where the provider rejects it', () => {
    expect(messagesAt('@groq/x', [{ role: 'user', content: 'Hi', name: 'ada' }])).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      report: ['messages.name dropped'],
    });
  });

  it('removes nulls, except content', () => {
    const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];
    expect(messagesAt('@groq/x', [{ role: 'assistant', content: null, refusal: null, tool_calls: calls }])).toEqual({
      messages: [{ role: 'assistant', content: null, tool_calls: calls }],
      report: [],
    });
  });
});

describe('planRoute preferences about adjustments', () => {
  it('allow_adjustments: false turns every adjustment into a 400 that lists them', () => {
    expect(() => sent('chat', '@novita/x', { top_k: 1, top_a: 0.5, provider: { allow_adjustments: false } })).toThrow(
      expect.objectContaining({
        type: 'invalid_request',
        status: 400,
        message: expect.stringMatching(/top_k would be clamped.*top_a would be dropped/),
        details: expect.objectContaining({
          param: 'top_k',
          metadata: expect.objectContaining({
            adjustments: [expect.objectContaining({ param: 'top_k' }), expect.objectContaining({ param: 'top_a' })],
          }),
        }),
      }),
    );
  });

  it('allow_adjustments: false rejects what rendering changes, too', () => {
    expect(() => sent('chat', '@tokensmind/x', { stop: '\nUser:', provider: { allow_adjustments: false } })).toThrow(
      /messages would be emulated/,
    );
  });

  it('allow_adjustments: false accepts a request that needs no change', () => {
    expect(sent('chat', '@novita/x', { temperature: 1, top_k: 0, provider: { allow_adjustments: false } }).body).toMatchObject({
      temperature: 1,
    });
  });

  it('require_parameters: true rejects a provider that would drop one, and accepts clamping', () => {
    expect(() => sent('chat', '@novita/x', { top_a: 0.5, provider: { require_parameters: true } })).toThrow(/does not accept top_a/);
    expect(sent('chat', '@novita/x', { top_k: 1, provider: { require_parameters: true } }).body['top_k']).toBe(2);
  });

  it('require_parameters: true uses a provider that accepts them all', () => {
    const { body, adjustments } = sent('chat', 'google/gemma-4-31b-it', { top_a: 0.5, provider: { require_parameters: true } });
    expect(body['top_a']).toBe(0.5);
    expect(adjustments).toEqual([]);
  });
});
