import { describe, expect, it } from 'vitest';
import type { ReasoningState } from '../../../../src/unified/request/reasoning.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { call, ended, failed, reasoning, START, text, usageOf } from '../../../stream/events.ts';
import { requestWith, streamText } from './answered.ts';
import { readWithOpenAi } from './openai-client.ts';

const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };
const STATE: ReasoningState = { kind: 'signature', format: 'anthropic-claude-v1', data: 'c2ln', provider: 'anthropic', model: 'claude-1' };
const state: StreamEvent = { type: 'reasoning-state', choice: 0, state: STATE };

const whole = (...content: StreamEvent[]): StreamEvent[] => [START, ...content, ended(), END];

describe('the package openai 7.59', () => {
  it('reads every kind of item', async () => {
    const request = requestWith({ patch: { kind: 'custom', name: 'patch', namespace: null } });
    const content = [
      reasoning('Think.'),
      state,
      text('Hello'),
      { type: 'citation', choice: 0, citations: [{ type: 'url_citation', url: 'https://a.test', title: 'A' }] } as StreamEvent,
      text(' world'),
      call(0, { id: 'a', name: 'f', arguments: '{"x":' }),
      call(0, { arguments: '1}' }),
      call(1, { id: 'b', name: 'patch', arguments: '*** Begin', kind: 'custom' } as { id: string }),
      { type: 'image', choice: 0, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] } as StreamEvent,
    ];
    const { response } = await readWithOpenAi(streamText(whole(...content), { request }));
    expect(response.status).toBe('completed');
    expect(response.output_text).toBe('Hello world');
    expect(response.output.map(({ type }) => type)).toEqual([
      'reasoning',
      'message',
      'function_call',
      'custom_tool_call',
      'image_generation_call',
    ]);
  });

  it('returns a cut answer as incomplete', async () => {
    const { response } = await readWithOpenAi(streamText([START, text('a'), ended(0, 'length'), END]));
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('throws for an answer that broke off', async () => {
    await expect(readWithOpenAi(streamText([START, text('a'), failed('it broke')]))).rejects.toThrow('it broke');
  });
});
