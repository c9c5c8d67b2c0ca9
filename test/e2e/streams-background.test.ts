/** Answers of `/responses` in the background, in real objects. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentFrame, ENDING, STREAM_HEADERS } from '../support/http-upstream.ts';
import { errorOf, post, until } from './harness.ts';
import { get, idsOf, ONE, startStreams, textOf, type StreamsHarness } from './streams-harness.ts';

let router: StreamsHarness;
beforeAll(async () => {
  router = await startStreams();
});
afterAll(() => router?.stop());
beforeEach(() => void (router.calls.length = 0));

const ENDED = /data: \[DONE\]\n\n$/;

describe('an answer of /responses in the background', () => {
  const asked = { model: '@groq/m', input: 'hi', background: true };
  const address = (id: unknown) => `${router.url}/v1/responses/${String(id)}`;
  const objectOf = async (id: unknown) => (await (await get(address(id))).json()) as Record<string, unknown>;
  const start = async (fields: object = {}) => {
    const response = await post(`${router.url}/v1/responses`, { ...asked, ...fields }, ONE);
    return { response, object: (await response.json()) as Record<string, unknown>, call: await router.upstreamCall() };
  };

  it('is queued at once, in progress while it is made, and completed at the end', async () => {
    const { response, object, call } = await start();
    expect(response.status).toBe(200);
    expect(object).toMatchObject({ object: 'response', status: 'queued', background: true, output: [] });
    expect(await objectOf(object['id'])).toMatchObject({ status: 'queued' });
    call.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
    await until('progress', async () => ((await objectOf(object['id']))['status'] === 'in_progress' ? true : undefined));
    call.response.end(ENDING);
    const done = await until('the end', async () => {
      const found = await objectOf(object['id']);
      return found['status'] === 'completed' ? found : undefined;
    });
    expect(done).toMatchObject({ id: object['id'], background: true, output: [{ type: 'message', content: [{ text: 'Begin ' }] }] });
    const events = await textOf(await get(`${address(object['id'])}?stream=true&starting_after=1`));
    expect(idsOf(events)[0]).toBe(2);
    expect(events).toMatch(ENDED);
    expect(JSON.parse(call.body)).not.toHaveProperty('background');
    expect(router.calls.length).toBe(1);
  });

  it('is cancelled, once or twice', async () => {
    const { object, call } = await start();
    for (const _ of [1, 2]) {
      const cancelled = await fetch(`${address(object['id'])}/cancel`, { method: 'POST', headers: ONE });
      expect(await cancelled.json()).toMatchObject({ id: object['id'], status: 'cancelled', error: null });
    }
    await until('the end of the upstream call', () => call.isClosed || undefined);
  });

  it('fails where its provider fails', async () => {
    const { object, call } = await start();
    call.response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no such parameter"}}');
    const failed = await until('the end', async () => {
      const found = await objectOf(object['id']);
      return found['status'] === 'failed' ? found : undefined;
    });
    expect(failed['error']).toMatchObject({ message: expect.stringContaining('no such parameter') as string });
  });

  it('may be a stream', async () => {
    const opened = post(`${router.url}/v1/responses`, { ...asked, stream: true }, ONE);
    const call = await router.upstreamCall();
    call.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
    call.response.end(ENDING);
    const text = await textOf(await opened);
    expect(text).toMatch(/^id: 0\nevent: response\.created\n/);
    expect(text).toMatch(ENDED);
  });

  it.each([
    [{ store: false }, 'store'],
    [{ model: '' }, 'model'],
    [{ temperature: 9 }, 'temperature'],
  ])('with %j is refused at once', async (fields, param) => {
    const response = await post(`${router.url}/v1/responses`, { ...asked, ...fields }, ONE);
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
    expect(router.calls.length).toBe(0);
  });

  it('of another caller is not found', async () => {
    const { object } = await start();
    const headers = { authorization: 'Bearer two' };
    expect((await fetch(address(object['id']), { headers })).status).toBe(404);
    expect((await fetch(`${address(object['id'])}?stream=true`, { headers })).status).toBe(404);
    expect((await fetch(`${address(object['id'])}/cancel`, { method: 'POST', headers })).status).toBe(404);
    expect(await objectOf(object['id'])).toMatchObject({ status: 'queued' });
  });
});
