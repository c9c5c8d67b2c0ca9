/** A budget for one request, on every path and from two isolates: of fifty parallel calls exactly one passes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, until } from './harness.ts';
import { ADMIN, createKey, shareObjects, type CreatedKey, type SharedObjects } from './shared-objects.ts';

const CALLS = 50;
const MODEL = '@openai/gpt-4o-mini';

let shared: SharedObjects;
beforeAll(async () => {
  shared = await shareObjects();
});
afterAll(() => shared?.stop());

const messages = [{ role: 'user', content: 'hello' }];
const paths = [
  ['/chat/completions', { model: MODEL, messages, max_tokens: 50 }],
  ['/completions', { model: '@cerebras/gpt-oss-120b', prompt: 'hello', max_tokens: 50 }],
  ['/messages', { model: MODEL, messages, max_tokens: 50 }],
  ['/responses', { model: MODEL, input: 'hello', max_output_tokens: 50 }],
  ['/embeddings', { model: '@openai/text-embedding-3-small', input: 'hello there' }],
] as const;

type Asked = { path: string; stream: boolean; body: object };
const requests = paths.flatMap(([path, body]): Asked[] =>
  path === '/embeddings' ? [{ path, stream: false, body }] : [true, false].map((stream) => ({ path, stream, body: { ...body, stream } })),
);

const budget = (amount: number) => ({ limits: [{ resource: 'usd', window: 'total', amount }] });

/** What a request reserves, in USD: a budget that is too small for it says so. */
async function worstOf(path: string, body: object): Promise<number> {
  const { headers } = await createKey(shared, budget(1e-9));
  const [, worst = '0'] = /may take up to ([\d.e-]+) USD/.exec(await (await post(`${shared.a}${path}`, body, headers)).text()) ?? [];
  return Number(worst);
}

async function settled({ hash }: CreatedKey): Promise<{ usage: number; used: number }> {
  return until('everything to be settled', async () => {
    const response = await fetch(`${shared.b}/keys/${hash}`, { headers: ADMIN });
    const { data } = (await response.json()) as { data: { usage: number; limits: { used: number; reserved: number }[] } };
    const [limit] = data.limits;
    return limit?.reserved === 0 ? { usage: data.usage, used: limit.used } : undefined;
  });
}

describe.each(requests)('$path, stream: $stream', ({ path, body }) => {
  it.each([1, 2])('of %s isolates: exactly one of fifty calls passes, and it alone is charged', async (isolates) => {
    const worst = await worstOf(path, body);
    expect(worst).toBeGreaterThan(0);
    const key = await createKey(shared, budget(worst));
    const bases = [shared.a, shared.b].slice(0, isolates);
    const answers = await Promise.all(
      Array.from({ length: CALLS }, async (_, call) => {
        const { status, body: stream } = await post(`${bases[call % isolates]}${path}`, body, key.headers);
        await new Response(stream).text();
        return status;
      }),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => ![200, 402, 429].includes(status))).toEqual([]);
    const { usage, used } = await settled(key);
    expect(usage).toBeGreaterThan(0);
    expect(used).toBe(usage);
    expect(used).toBeLessThanOrEqual(worst);
  });
});
