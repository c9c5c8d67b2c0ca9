/** Requests that fill the ledger, so that the console has something to show. */
import { hello, post, until } from '../harness.ts';
import { ADMIN_KEY, bearer, createKey, type Created } from '../manage-keys.ts';

/** What was sent. */
export type Traffic = {
  /** Keys that were created, each with requests. */
  readonly keys: readonly Created[];
  /** Id of an answer with adjustments. */
  readonly generation: string;
};

const MODELS = ['openai/gpt-oss-120b', 'meta-llama/llama-3.3-70b-instruct', '@novita/any-model', 'z-ai/glm-5.2'];
const USERS = ['ann', 'ben', 'eve'];

/**
 * Creates two keys, one with a limit, and sends requests with several models and users. Resolves when the ledger lists them all: a page that is open
 * shows what was there when it was opened. @param url of the router.
 */
export async function sendTraffic(url: string, count = 12): Promise<Traffic> {
  const keys = [await createKey(url, { name: 'Team red', limit: 5, limit_reset: 'monthly' }), await createKey(url, { name: 'Team blue' })];
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { key } = keys[index % keys.length] ?? { key: '' };
      const fields = { model: MODELS[index % MODELS.length], user: USERS[index % USERS.length], stream: index % 3 === 0 };
      const response = await post(`${url}/v1/chat/completions`, hello(fields), bearer(key));
      await response.text();
      return { status: response.status, id: response.headers.get('x-generation-id') };
    }),
  );
  if (answers.some(({ status }) => status !== 200)) throw new Error(`traffic was refused: ${JSON.stringify(answers)}`);
  const answer = await post(
    `${url}/v1/chat/completions`,
    hello({
      model: 'openai/gpt-oss-120b',
      provider: { only: ['novita'] },
      temperature: 0,
      top_a: 0.3,
      top_k: 500,
      user: 'ann',
      stream: true,
    }),
    bearer(keys[0]?.key ?? ''),
  );
  const generation = answer.headers.get('x-generation-id');
  await answer.text();
  if (generation === null) throw new Error('an answer has no id');
  await until('the ledger to list all answers', async () => {
    const listed = await (await fetch(`${url}/v1/activity/generations?limit=100`, { headers: bearer(ADMIN_KEY) })).text();
    return [...answers.map(({ id }) => id), generation].every((id) => listed.includes(`"${id}"`)) ? true : undefined;
  });
  return { keys, generation };
}
