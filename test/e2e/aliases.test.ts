/** MODEL_ALIASES over HTTP: an alias answers, is listed, and is explained. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hello, post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    MODEL_ALIASES: JSON.stringify({
      fast: 'openai/gpt-4o-mini',
      house: [{ model: '@novita/one', weight: 3 }, { model: '@novita/two' }],
      broken: 3,
    }),
  });
});
afterAll(() => harness.stop());

const get = async (path: string) => (await fetch(`${harness.url}/v1/${path}`)).json() as Promise<Record<string, unknown>>;

it('an alias answers as the model that it stands for', async () => {
  const response = await post(`${harness.url}/v1/chat/completions`, hello({ model: 'fast' }));
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ model: 'openai/gpt-4o-mini' });
});

it('/models lists aliases with what they stand for, and so does /models/{alias}', async () => {
  const { data } = (await get('models')) as { data: { id: string; alias_of?: unknown }[] };
  expect(data.filter(({ alias_of: targets }) => targets !== undefined)).toMatchObject([
    { id: 'fast', alias_of: [{ model: 'openai/gpt-4o-mini', weight: 1 }] },
    {
      id: 'house',
      alias_of: [
        { model: '@novita/one', weight: 3 },
        { model: '@novita/two', weight: 1 },
      ],
    },
  ]);
  expect(await get('models/fast')).toMatchObject({ id: 'fast', context_length: 128_000 });
});

it('/explain names the alias and each model of it', async () => {
  const explained = await (await post(`${harness.url}/v1/explain`, hello({ model: 'house' }))).json();
  const { calls } = (explained as { plan: { calls: { requested: string; model: string }[] } }).plan;
  expect(calls.map(({ requested }) => requested).toSorted()).toEqual(['house (@novita/one)', 'house (@novita/two)']);
});

it('an entry that cannot be read is no name', async () => {
  const response = await post(`${harness.url}/v1/chat/completions`, hello({ model: 'broken' }));
  expect(response.status).toBe(404);
});
