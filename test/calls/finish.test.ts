/** How an answer ends for the client, for every kind of end of the upstream. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { bodyRead, chunksOf, textsOf } from '../support/read-stream.ts';
import { chatBody, createFakeRouter, PROVIDER_KEY } from '../support/fake-router.ts';

const chats = acme({ operations: { chat: [chatOperation()] } });
const piece = (delta: JsonObject, finish: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
const DEFAULTED = { param: 'finish_reason', action: 'defaulted', to: 'stop', reason: 'Acme ended its answer without a finish reason' };

describe('an answer without a finish reason', () => {
  const ended = () => createFakeRouter(chats, () => new Response(bodyOf(...[piece({ content: 'Hello' }), '[DONE]'].map(event))));

  it('that ended with [DONE] is whole, and says that its finish is not the upstream’s', async () => {
    const { chunks, done } = await chunksOf(await ended().ask(chatBody({ stream: true })));
    expect([textsOf(chunks), done]).toEqual([{ 0: 'Hello' }, true]);
    expect(chunks.at(-1)).toMatchObject({ adjustments: [DEFAULTED] });
  });

  it('that ended with [DONE] is asked for once, for a client that does not stream', async () => {
    const router = ended();
    const { choices, adjustments } = await bodyRead(await router.ask(chatBody()));
    expect(choices[0]).toMatchObject({ message: { content: 'Hello' }, finish_reason: 'stop', native_finish_reason: null });
    expect(adjustments).toContainEqual(DEFAULTED);
    expect(router.sent).toHaveLength(1);
  });

  it('that is one document is whole', async () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' } }];
    const router = createFakeRouter(chats, () => Response.json({ choices }));
    expect(await bodyRead(await router.ask(chatBody()))).toMatchObject({ choices: [{ finish_reason: 'stop' }], adjustments: [DEFAULTED] });
    expect(router.sent).toHaveLength(1);
  });

  it('that just ends is a cut', async () => {
    const router = createFakeRouter(chats, () => new Response(bodyOf(event(piece({ content: 'Hello' })))));
    await expect(router.ask(chatBody())).rejects.toMatchObject({ type: 'provider_unavailable' });
  });
});

describe('a finish reason that is not known', () => {
  const reported = {
    param: 'finish_reason',
    action: 'defaulted',
    to: 'stop',
    reason: 'Acme sent a finish reason that is not known ("waterfall")',
  };

  it('is a stop, is passed on, and is reported once', async () => {
    const answer = [piece({ content: 'Hello' }), piece({}, 'waterfall'), '[DONE]'].map(event);
    const router = createFakeRouter(chats, () => new Response(bodyOf(...answer)));
    const { choices, adjustments } = await bodyRead(await router.ask(chatBody()));
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', native_finish_reason: 'waterfall' });
    expect(adjustments).toEqual([reported]);
  });

  it('is reported without the key of the provider', async () => {
    const choices = [{ message: { content: 'Hello' }, finish_reason: `${'a'.repeat(60)}${PROVIDER_KEY}` }];
    const text = await (await createFakeRouter(chats, () => Response.json({ choices })).ask(chatBody())).text();
    expect(text).toContain('***');
    expect(text).not.toContain(PROVIDER_KEY.slice(0, 4));
  });

  it('is not what a known one is, however it is written', async () => {
    for (const known of ['stop', 'STOP', 'eos', 'max_tokens']) {
      const router = createFakeRouter(chats, () => Response.json({ choices: [{ message: { content: 'Hello' }, finish_reason: known }] }));
      expect(await bodyRead(await router.ask(chatBody()))).not.toHaveProperty('adjustments');
    }
  });
});

describe('an answer with several finish reasons', () => {
  it('goes on after each, and ends with the last', async () => {
    const pieces = [piece({ content: 'one ' }, 'stop'), piece({ content: 'two' }, 'length'), '[DONE]'];
    const router = createFakeRouter(chats, () => new Response(bodyOf(...pieces.map(event))));
    const { chunks, done } = await chunksOf(await router.ask(chatBody({ stream: true })));
    expect([textsOf(chunks), done]).toEqual([{ 0: 'one two' }, true]);
    expect(chunks.flatMap(({ choices }) => choices.map(({ finish_reason: reason }) => reason)).filter((reason) => reason !== null)).toEqual(
      ['length'],
    );
  });
});

describe('a call of a tool without arguments', () => {
  const call = (given: unknown) => ({
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'now', arguments: given } }],
  });

  it.each(['', null, undefined, ' ', 'null'])('(%j) has an empty object for them', async (given) => {
    const pieces = [piece({ role: 'assistant', ...call(given) }), piece({}, 'tool_calls'), '[DONE]'];
    const streamed = createFakeRouter(chats, () => new Response(bodyOf(...pieces.map(event))));
    const { chunks } = await chunksOf(await streamed.ask(chatBody({ stream: true })));
    const told = chunks.flatMap(({ choices }) =>
      choices.flatMap(({ delta }) => (delta as JsonObject | undefined)?.['tool_calls'] ?? []),
    ) as JsonObject[];
    expect(told.map(({ function: fn }) => (fn as JsonObject)['arguments']).join('')).toBe('{}');

    const choices = [{ index: 0, message: { role: 'assistant', content: null, ...call(given) }, finish_reason: 'tool_calls' }];
    const whole = createFakeRouter(chats, () => Response.json({ choices }));
    expect(await bodyRead(await whole.ask(chatBody()))).toMatchObject({
      choices: [{ message: { tool_calls: [{ id: 'call_1', function: { name: 'now', arguments: '{}' } }] } }],
    });
  });
});
