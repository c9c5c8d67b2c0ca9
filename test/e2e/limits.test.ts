/** Limits of keys under load, with the real objects: what was reserved, what was spent, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../dev/serve.ts';
import { hello, post, startHarness, type Harness } from './harness.ts';

const ADMIN = 'admin-key-of-the-tests';
const MODEL = 'openai/gpt-4o-mini';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ ADMIN_API_KEY: ADMIN }, 0, { objects: OBJECTS });
});
afterAll(() => harness?.stop());

const admin = { authorization: `Bearer ${ADMIN}` };

/** A created key. */
async function createKey(
  fields: Readonly<Record<string, unknown>>,
): Promise<{ key: string; hash: string; headers: Record<string, string> }> {
  const response = await post(`${harness.url}/v1/keys`, { name: 'test', ...fields }, admin);
  const { key, data } = (await response.json()) as { key: string; data: { hash: string } };
  return { key, hash: data.hash, headers: { authorization: `Bearer ${key}` } };
}

const chat = (headers: Record<string, string>, fields: Readonly<Record<string, unknown>> = {}) =>
  post(`${harness.url}/v1/chat/completions`, hello({ model: MODEL, ...fields }), headers);

describe('limits', () => {
  it('fifty parallel calls on a budget for one: at most one passes', async () => {
    const { headers } = await createKey({ limit: 0.003 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => chat(headers)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBe(1);
  });
});
