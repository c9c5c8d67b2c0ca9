/** The object of an answer is reset while it makes the answer, as by a deployment: no reader takes what it has for the whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, serve, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post, until } from './harness.ts';
import { get, ONE, RESUME, textOf } from './streams-harness.ts';

let upstream: OwnUpstream;
let router: ServingOperation;
/** Calls upstream that are open. */
let open = 0;

beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    await bodyOf(request);
    open++;
    response.on('close', () => open--);
    response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
  });
  const variables = { ROUTER_API_KEYS: 'one', GROQ_BASE_URL: upstream.url, GROQ_API_KEY: 'k', JOIN_WRITES_MS: '0' };
  router = await serve('tributary', await bundle('test/e2e/evicted-stream-worker.ts'), variables, { objects: OBJECTS });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});

const evict = (id: string) => post(`${router.url}/evict/${id}`, {});
const isClosed = () => until('the call upstream to end', () => (open === 0 ? true : undefined));

describe('an object that is reset while it makes an answer', () => {
  it('breaks the connections of its readers, who come back and read that the answer was interrupted', async () => {
    const body = { model: '@groq/m', messages: [{ role: 'user', content: 'hi' }], stream: true };
    const response = await post(`${router.url}/v1/chat/completions`, body, RESUME);
    const id = response.headers.get('x-generation-id') ?? '';
    const address = `${router.url}/v1/streams/${id}`;
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('Begin');
    const other = textOf(await get(address));
    other.catch(() => undefined);
    await evict(id);
    await expect(reader?.read()).rejects.toThrow('terminated');
    await expect(other).rejects.toThrow('terminated');
    expect(await textOf(await get(address, 0))).toMatch(/^id: 1\n.*interrupted/);
    await isClosed();
  });

  it('has failed to make an answer in the background, and says so', async () => {
    const request = { model: '@groq/m', input: 'hi', background: true };
    const { id } = (await (await post(`${router.url}/v1/responses`, request, ONE)).json()) as { id: string };
    await until('the call upstream', () => (open > 0 ? true : undefined));
    await evict(id.replace('resp_', 'gen-'));
    expect(await (await get(`${router.url}/v1/responses/${id}`)).json()).toMatchObject({
      id,
      status: 'failed',
      error: { message: expect.stringContaining('interrupted') },
    });
    await isClosed();
  });
});
