/** What clients ask besides answers: the models, one model, its endpoints. */
import { OpenRouter } from '@openrouter/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../../dev/serve.ts';

const SLUG = 'meta-llama/llama-3.3-70b-instruct';

let router: ServingOperation;
beforeAll(async () => {
  router = await serveRouter({ ALLOW_ANONYMOUS: 'true', GROQ_API_KEY: 'gsk-0123456789' });
});
afterAll(() => router.stop());

it('openai lists the models, and retrieves one of them by its name with a slash', async () => {
  const { models } = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const { data } = await models.list();
  expect(data.map(({ id }) => id)).toContain(SLUG);
  expect(await models.retrieve(SLUG)).toMatchObject({ id: SLUG, object: 'model', owned_by: expect.any(String) });
  await expect(models.retrieve('no/such-model')).rejects.toMatchObject({ status: 404 });
});

it('@openrouter/sdk reads the models and the endpoints of one', async () => {
  const { models, endpoints } = new OpenRouter({ serverURL: `${router.url}/api/v1`, apiKey: 'any', retryConfig: { strategy: 'none' } });
  const listed = [];
  for await (const { result } of await models.list({ limit: 200 })) listed.push(...result.data);
  const ids = listed.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const all = (await (await fetch(`${router.url}/api/v1/models`)).json()) as { data: { id: string }[]; total_count: number };
  expect(ids).toEqual(all.data.map(({ id }) => id));
  expect(all.total_count).toBe(ids.length);
  expect(listed.find(({ id }) => id === SLUG)).toMatchObject({ contextLength: expect.any(Number) });
  const [author = '', slug = ''] = SLUG.split('/');
  const { data } = await endpoints.list({ author, slug });
  expect(data.endpoints.map(({ providerName }) => providerName)).toContain('Groq');
});
