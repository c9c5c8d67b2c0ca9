/** What a limit counts of an answer is what its row in the ledger has cost, whatever the upstream says or leaves out, and however it ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, completionOf, contentFrame, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, post, until } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, manage } from './manage-keys.ts';

const PRICED = '@openai/gpt-4o';
const UNPRICED = '@openai/a-model-without-price';
const usd = (amount: number) => ({ limits: [{ resource: 'usd', window: 'total', amount }] });

let upstream: OwnUpstream;
let router: ServingOperation;
beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    const body = await bodyOf(request);
    if (body.includes('hang')) return void response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
    const [, usage = '{}'] = /usage:(.*?):end/.exec(body.replaceAll('\\"', '"')) ?? [];
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completionOf('fine', JSON.parse(usage) as object)));
  });
  const variables = {
    ADMIN_API_KEY: ADMIN_KEY,
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: upstream.url,
    OPENROUTER_API_KEY: 'k',
    OPENROUTER_BASE_URL: upstream.url,
  };
  router = await serveRouter(variables, { objects: OBJECTS });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});

type Row = { cost: number | null; prompt_tokens: number | null; completion_tokens: number | null; is_byok: boolean };

/** What a key has counted, and its rows, once nothing is reserved. */
const settled = ({ key, data: { hash } }: Awaited<ReturnType<typeof createKey>>) =>
  until('everything to be settled', async () => {
    const { body } = await manage(router.url, `GET /${hash}`);
    const data = body['data'] as { usage: number; byok_usage: number; limits: { used: number; reserved: number }[] };
    const response = await fetch(`${router.url}/v1/activity/generations`, { headers: bearer(key) });
    const { data: rows } = (await response.json()) as { data: Row[] };
    const [limit] = data.limits;
    return limit?.reserved === 0 && rows.length > 0 ? { used: limit.used, usage: data.usage, byok: data.byok_usage, rows } : undefined;
  });

const ask = (key: string, model: string, usage: string, headers: Readonly<Record<string, string>> = {}) =>
  post(`${router.url}/v1/chat/completions`, hello({ model, messages: [{ role: 'user', content: `usage:${usage}:end` }] }), {
    ...bearer(key),
    ...headers,
  });

const PLAIN = '{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}';

describe('an answer counts', () => {
  it.each([
    ['by its tokens', PRICED, PLAIN, 0.0035],
    [
      'what its provider says that it has cost',
      '@openrouter/openai/gpt-4o',
      '{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"cost":0.0123}',
      0.0123,
    ],
    ['nothing where no price is known', UNPRICED, PLAIN, 0],
  ])('%s', async (_, model, usage, cost) => {
    const created = await createKey(router.url, usd(1));
    expect((await ask(created.key, model, usage)).status).toBe(200);
    expect(await settled(created)).toMatchObject({ used: cost, usage: cost, rows: [{}] });
  });

  it.each([
    ['no usage', '{}'],
    ['a total that is less than its parts', '{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":5}'],
    [
      'more cached tokens than tokens',
      '{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":900}}',
    ],
    ['counts below zero', '{"prompt_tokens":-1000,"completion_tokens":-100,"total_tokens":-1100}'],
    ['counts that are text or no integers', '{"prompt_tokens":"many","completion_tokens":1.5,"total_tokens":null}'],
    ['a cost below zero', '{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"cost":-5}'],
    ['counts that no model has', '{"prompt_tokens":1e300,"completion_tokens":9007199254740993,"total_tokens":1}'],
  ])('what its row has, with %s', async (_, usage) => {
    const created = await createKey(router.url, { limits: [...usd(1e6).limits, { resource: 'tokens', window: 'day', amount: 1e12 }] });
    expect((await ask(created.key, PRICED, usage)).status).toBe(200);
    const { used, usage: spent, rows } = await settled(created);
    expect(rows).toHaveLength(1);
    expect(used).toBeGreaterThanOrEqual(0);
    expect([used, spent]).toEqual([rows[0]?.cost ?? 0, rows[0]?.cost ?? 0]);
    expect(rows[0]?.prompt_tokens ?? 0).toBeGreaterThanOrEqual(0);
  });

  it.each([false, true])("with the caller's own provider key only where the key says so (include_byok_in_limit: %s)", async (isCounted) => {
    const created = await createKey(router.url, { ...usd(1), include_byok_in_limit: isCounted });
    const own = { 'x-provider-api-keys': '{"openai": "mine"}' };
    expect((await ask(created.key, PRICED, PLAIN, own)).status).toBe(200);
    expect(await settled(created)).toMatchObject({ used: isCounted ? 0.0035 : 0, byok: 0.0035, rows: [{ is_byok: true, cost: 0.0035 }] });
  });

  it('where its stream was stopped by DELETE: once, with what had come', async () => {
    const created = await createKey(router.url, usd(1));
    const headers = { ...bearer(created.key), 'x-tributary-resume': 'true' };
    const body = hello({ model: PRICED, stream: true, messages: [{ role: 'user', content: 'hang' }] });
    const response = await post(`${router.url}/v1/chat/completions`, body, headers);
    await response.body?.getReader().read();
    const address = `${router.url}${response.headers.get('x-tributary-stream') ?? ''}`;
    for (let time = 0; time < 2; time++) await fetch(address, { method: 'DELETE', headers: bearer(created.key) });
    const { used, usage, rows } = await settled(created);
    expect(used).toBeGreaterThan(0);
    expect([usage, rows.length]).toEqual([used, 1]);
  });
});

it('a model without a price passes until the budget is spent, and not after that', async () => {
  const created = await createKey(router.url, usd(0.009));
  expect((await ask(created.key, UNPRICED, PLAIN)).status).toBe(200);
  await ask(created.key, PRICED, '{"prompt_tokens":4000,"completion_tokens":100,"total_tokens":4100}', {});
  const { used } = await settled(created);
  await manage(router.url, `PATCH /${created.data.hash}`, usd(used));
  expect((await ask(created.key, UNPRICED, PLAIN)).status).toBe(402);
});
