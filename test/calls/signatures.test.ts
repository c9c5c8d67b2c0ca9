/** Google's signatures of thoughts, from an OpenAI-shaped upstream to the client and back. */
import { describe, expect, it } from 'vitest';
import { arrayOf, type JsonObject } from '../../src/lib/json.ts';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { bodyRead, chunksOf } from '../support/read-stream.ts';
import { chatBody, createFakeRouter, type FakeRouter } from '../support/fake-router.ts';

const chats = acme({ operations: { chat: [chatOperation()] } });
const EXTRA = { google: { thought_signature: 'c2lnbmF0dXJl' } };
const CALL = { id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' }, extra_content: EXTRA };

const sentAnswer = ({ sent }: FakeRouter): unknown => arrayOf(sent[0]?.body['messages'])[1];

describe('a signature of a call', () => {
  it('reaches the client, streamed and whole', async () => {
    const piece = { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...CALL }] }, finish_reason: 'tool_calls' }] };
    const streamed = createFakeRouter(chats, () => new Response(bodyOf(...[piece, '[DONE]'].map(event))));
    const { chunks } = await chunksOf(await streamed.ask(chatBody({ stream: true })));
    expect(JSON.stringify(chunks)).toContain('"extra_content":{"google":{"thought_signature":"c2lnbmF0dXJl"}}');
    const whole = createFakeRouter(chats, () =>
      Response.json({ choices: [{ message: { tool_calls: [CALL] }, finish_reason: 'tool_calls' }] }),
    );
    expect(await bodyRead(await whole.ask(chatBody()))).toMatchObject({ choices: [{ message: { tool_calls: [CALL] } }] });
  });

  const { extra_content: _, ...bare } = CALL;
  const asked = (assistant: JsonObject, model: string) =>
    chatBody({
      model,
      messages: [
        { role: 'user', content: 'the time?' },
        { role: 'assistant', content: null, ...assistant },
        { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
      ],
    });
  const details = [{ type: 'reasoning.encrypted', data: 'c2lnbmF0dXJl', id: 'call_1', format: 'google-gemini-v1', index: 0 }];

  it.each<[string, JsonObject]>([
    ['as it came', { tool_calls: [CALL] }],
    ['from reasoning_details', { tool_calls: [bare], reasoning_details: details }],
  ])('goes back to a model of Google’s %s', async (_form, assistant) => {
    const router = createFakeRouter(chats, () => Response.json({ choices: [{ message: { content: 'noon' }, finish_reason: 'stop' }] }));
    await router.ask(asked(assistant, '@acme/google/gemini-3-pro'));
    expect(sentAnswer(router)).toMatchObject({ tool_calls: [CALL] });
  });

  it('stays out of the history of other models, which refuse the field', async () => {
    const router = createFakeRouter(chats, () => Response.json({ choices: [{ message: { content: 'noon' }, finish_reason: 'stop' }] }));
    await router.ask(asked({ tool_calls: [CALL] }, '@acme/m'));
    expect(sentAnswer(router)).toMatchObject({ tool_calls: [bare] });
    expect(JSON.stringify(router.sent[0]?.body)).not.toContain('extra_content');
  });
});
