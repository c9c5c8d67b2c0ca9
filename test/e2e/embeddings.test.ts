/** `POST /embeddings` with the `openai` package, which reads base64 by default. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../registry/all-providers.ts';
import { errorOf, post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

/** A provider for each form of embeddings, with a model that it is for. */
const FORMS = PROVIDERS.flatMap(({ slug, operations, models }) =>
  (operations.embeddings ?? []).map(({ dialect, onlyModels }) => {
    const listed = onlyModels?.[0]?.replaceAll('*', 'x');
    return { slug, dialect, model: `@${slug}/${listed ?? models.find(({ id }) => /embed/.test(id))?.id ?? 'any-embedding-model'}` };
  }),
).filter(({ dialect }, place, all) => all.findIndex((other) => other.dialect === dialect) === place);

it('the table has a provider for every embeddings format', () => {
  expect(FORMS.length).toBeGreaterThanOrEqual(6);
});

describe.each(FORMS)('embeddings in the format $dialect', ({ model, slug }) => {
  it('are returned for each text in order, the same one by one and in a list', async () => {
    const inputs = ['one', 'two', 'three'];
    const { data, usage } = await client.embeddings.create({ model, input: inputs });
    expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(data.map(({ embedding }) => JSON.stringify(embedding))).size).toBe(3);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
    expect(usage.total_tokens).toBe(usage.prompt_tokens);
    for (const [index, input] of inputs.entries()) {
      const single = await client.embeddings.create({ model, input });
      expect(single.data[0]?.embedding).toEqual(data[index]?.embedding);
    }
  });

  it('are numbers with encoding_format float', async () => {
    const { data, response } = await client.embeddings.create({ model, input: 'one', encoding_format: 'float' }).withResponse();
    const read = (await client.embeddings.create({ model, input: 'one' })).data[0]?.embedding;
    expect(data.data[0]?.embedding).toEqual(read);
    expect(response.headers.get('x-tributary-provider')).toBe(slug);
  });
});

it('an embeddings request for a chat model is a 404, and one without input a 400', async () => {
  const missing = await post(`${harness.url}/v1/embeddings`, { model: '@anthropic/claude-sonnet-4-5', input: 'x' });
  expect([missing.status, (await errorOf(missing)).message]).toEqual([404, expect.stringContaining('no operation that serves this model')]);
  const empty = await post(`${harness.url}/v1/embeddings`, { model: '@openai/text-embedding-3-small' });
  expect([empty.status, (await errorOf(empty)).param]).toEqual([400, 'input']);
});

it('/explain shows an embeddings call without sending it', async () => {
  const response = await post(`${harness.url}/v1/explain`, { model: '@openai/text-embedding-3-small', input: ['a', 'b'], dimensions: 8 });
  expect(await response.json()).toMatchObject({
    operation: 'embeddings',
    requests: [{ url: expect.stringMatching(/\/embeddings$/), body: { input: ['a', 'b'], dimensions: 8 } }],
  });
});
