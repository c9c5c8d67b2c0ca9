/** Requests that go on from kept answers, beside those that the property of `stored-turns.property.test.ts` has. */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import { createSealers } from '../../src/platform/sealer.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createKeptAnswers } from '../support/kept-answers.ts';
import { createRouter, errorOf, json } from './router.ts';

const MODEL = '@novita/m';
const chat = (content: string) => ({
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
});

/** A router in front of a provider that always says the same, or breaks off. */
function serve(says: string | null = 'said') {
  const received: JsonObject[] = [];
  const fetch: Fetch = async (_, init) => {
    received.push(JSON.parse(await new Response(init?.body ?? '').text()) as JsonObject);
    if (says !== null) return Response.json(chat(says));
    const frame = { id: 'x', choices: [{ index: 0, delta: { content: 'half an' }, finish_reason: null }] };
    return new Response(`data: ${JSON.stringify(frame)}\n\n`, { headers: { 'content-type': 'text/event-stream' } });
  };
  const router = createRouter({ NOVITA_API_KEY: 'k' }, fetch, {
    services: { responses: createKeptAnswers(), sealer: createSealers(['secret'])('') },
  });
  const ask = (body: JsonObject, path = '') => router.call('POST', `/v1/responses${path}`, { model: MODEL, ...body });
  const keep = async (body: JsonObject) =>
    (await json(await ask({ store: true, ...body }))) as JsonObject & { id: string; output: JsonObject[] };
  return { router, received, ask, keep };
}

describe('a kept answer', () => {
  it('counts with its conversation, and is explained with it', async () => {
    const { router, ask, keep } = serve();
    const first = await keep({ input: 'a long question about many things' });
    const sent = [{ role: 'user', content: 'a long question about many things' }, ...first.output, { role: 'user', content: 'next' }];
    const [continued, whole] = await Promise.all([
      ask({ input: 'next', previous_response_id: first.id }, '/input_tokens'),
      ask({ input: sent }, '/input_tokens'),
    ]);
    expect(await json(continued)).toEqual(await json(whole));
    const explained = await router.call('POST', '/v1/explain/responses', { model: MODEL, input: 'next', previous_response_id: first.id });
    expect((await json(explained))['requests']).toMatchObject([{ body: { messages: [{}, { content: 'said' }, { content: 'next' }] } }]);
  });

  it('is compacted with its conversation, and continued from its compaction on', async () => {
    const { ask, keep, received } = serve();
    const first = await keep({ input: 'the beginning' });
    const compacted = await json(await ask({ previous_response_id: first.id }, '/compact'));
    expect(JSON.stringify(received.at(-1))).toContain('the beginning');
    expect(compacted['object']).toBe('response.compaction');
    const second = await keep({ input: [{ type: 'compaction_trigger' }], previous_response_id: first.id });
    expect(second.output).toMatchObject([{ type: 'compaction' }]);
    const third = await keep({ input: 'after it', previous_response_id: second.id });
    const content = expect.stringMatching(/^Summary of the conversation.*said$/s) as string;
    expect(received.at(-1)?.['messages']).toEqual([
      { role: 'system', content },
      { role: 'user', content: 'after it' },
    ]);
    await keep({ input: 'end', previous_response_id: third.id });
    expect(received.at(-1)?.['messages']).toHaveLength(4);
  });

  it('leaves the places of items in errors as the client counts them', async () => {
    const { ask, keep } = serve();
    const first = await keep({ input: 'one' });
    const response = await ask({
      input: [
        { role: 'user', content: 'x' },
        { role: 'robot', content: 'y' },
      ],
      previous_response_id: first.id,
    });
    expect(await errorOf(response)).toMatchObject({
      param: 'input[1].role',
      message: expect.stringMatching(/^input\[1\]\.role is "robot"/) as string,
    });
  });

  it('can be read and not continued where it failed', async () => {
    const { router, ask } = serve(null);
    const stream = await (await ask({ input: 'one', store: true, stream: true })).text();
    const { response } = JSON.parse(/^event: response\.failed\ndata: (.*)$/m.exec(stream)?.[1] ?? '{}') as { response: JsonObject };
    expect(response).toMatchObject({ status: 'failed', store: true, output: [{ content: [{ text: 'half an' }] }] });
    expect(stream.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await json(await router.call('GET', `/v1/responses/${String(response['id'])}`))).toEqual(response);
    const next = await ask({ input: 'two', previous_response_id: response['id'] });
    expect(next.status).toBe(400);
    expect(await errorOf(next)).toMatchObject({ param: 'previous_response_id', message: expect.stringContaining('it failed') as string });
  });

  it('is not a reason to keep the next one', async () => {
    const { router, keep } = serve();
    const first = await keep({ input: 'one' });
    const second = await keep({ input: 'two', previous_response_id: first.id, store: false });
    expect(second).toMatchObject({ store: false, previous_response_id: first.id });
    expect((await router.call('GET', `/v1/responses/${second.id}`)).status).toBe(404);
  });

  it('is refused where an item or a parameter of its list is not there', async () => {
    const { router, keep } = serve();
    const { id } = await keep({ input: 'one' });
    const list = (query: string) => router.call('GET', `/v1/responses/${id}/input_items?${query}`);
    for (const [query, param] of [
      ['limit=x', 'limit'],
      ['limit=101', 'limit'],
      ['order=up', 'order'],
      ['after=msg_9', 'after'],
    ] as const) {
      const response = await list(query);
      expect([response.status, await errorOf(response)]).toMatchObject([400, { param }]);
    }
    expect(await json(await list('order=asc'))).toMatchObject({
      object: 'list',
      data: [{ type: 'message', content: 'one' }],
      has_more: false,
    });
  });
});
