/** What is sent upstream, shown to a client that asks for it, over the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../src/lib/json.ts';
import { createMultiProvider, host, PROVIDER_KEY } from '../../support/fake-router.ts';
import { bodyRead, chunksOf } from '../../support/read-stream.ts';
import { says } from '../../support/scripted-upstream.ts';

const DEBUG = { debug: { echo_upstream_body: true } };
const refuses = () => Response.json({ error: { message: 'overloaded' } }, { status: 503 });

/** Chunks with a body, and their places among all chunks. */
function echoesIn(chunks: readonly unknown[]): { body: unknown; place: number }[] {
  return chunks.flatMap((chunk, place) => {
    if (!isObject(chunk) || !isObject(chunk['debug'])) return [];
    expect(chunk['choices']).toEqual([]);
    return [{ body: chunk['debug']['echo_upstream_body'], place }];
  });
}

const ask = (more: JsonObject = {}): JsonObject => ({ model: 'any/m', stream: true, temperature: 0.5, ...DEBUG, ...more });

describe('debug.echo_upstream_body', () => {
  it('puts the body that was sent into the first chunk of a stream', async () => {
    const router = createMultiProvider([[host('one'), says('Hi')]]);
    const { chunks } = await chunksOf(await router.ask(ask()));
    expect(echoesIn(chunks)).toEqual([{ body: router.sent[0]?.body, place: 0 }]);
    expect(router.sent[0]?.body).not.toHaveProperty('debug');
    expect(JSON.stringify(chunks)).not.toContain('"param":"debug"');
  });

  it('shows the body of each provider that was tried', async () => {
    const hosts = [[host('one'), refuses] as const, [host('two'), says('Hi')] as const];
    const router = createMultiProvider(hosts, { attempts: 2 });
    const { chunks } = await chunksOf(await router.ask(ask({ provider: { order: ['one', 'two'] } })));
    expect(echoesIn(chunks)).toEqual(router.sent.map(({ body }, place) => ({ body, place })));
    expect(router.sent.map(({ body }) => body['model'])).toEqual(['one-m', 'two-m']);
  });

  it('masks the keys of the router', async () => {
    const router = createMultiProvider([[host('one'), says('Hi')]]);
    const messages = [{ role: 'user', content: `My key is ${PROVIDER_KEY}.` }];
    const { chunks } = await chunksOf(await router.ask(ask({ messages })));
    expect(echoesIn(chunks)).toHaveLength(1);
    expect(JSON.stringify(chunks)).not.toContain(PROVIDER_KEY);
  });

  it.each([{}, { debug: { echo_upstream_body: false } }, { debug: {} }])('shows nothing for %j', async (more) => {
    const { debug: _, ...plain } = ask();
    const { chunks } = await chunksOf(await createMultiProvider([[host('one'), says('Hi')]]).ask({ ...plain, ...more }));
    expect(echoesIn(chunks)).toEqual([]);
  });

  it('is reported as dropped without a stream', async () => {
    const answer = await bodyRead(await createMultiProvider([[host('one'), says('Hi')]]).ask(ask({ stream: false })));
    expect(answer).not.toHaveProperty('debug');
    expect(answer['adjustments']).toMatchObject([{ param: 'debug.echo_upstream_body', action: 'dropped' }]);
  });

  it('leaves other switches to providers that have them', async () => {
    const answer = await bodyRead(await createMultiProvider([[host('one'), says('Hi')]]).ask(ask({ stream: false, debug: { other: 1 } })));
    expect(answer['adjustments']).toMatchObject([{ param: 'debug', action: 'dropped' }]);
  });
});
