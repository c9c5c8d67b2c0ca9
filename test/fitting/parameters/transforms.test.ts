/** Requests that allow their conversation to be shortened, over the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../src/lib/json.ts';
import type { CompiledProvider } from '../../../src/registry/provider.ts';
import { createMultiProvider, host, type FakeRouter } from '../../support/fake-router.ts';
import { bodyRead } from '../../support/read-stream.ts';
import { says } from '../../support/scripted-upstream.ts';

/** A provider of `any/m` with a context of so many tokens; null = it is not known. */
function hostOf(slug: string, contextTokens: number | null): CompiledProvider {
  const provider = host(slug);
  const context = contextTokens === null ? {} : { contextTokens };
  return { ...provider, models: provider.models.map((model) => ({ ...model, ...context })) };
}

const routerOf = (contexts: Readonly<Record<string, number | null>>): FakeRouter =>
  createMultiProvider(Object.entries(contexts).map(([slug, context]) => [hostOf(slug, context), says('Hi')] as const));

const long = ['first', ...Array.from({ length: 20 }, (_, index) => `${index} ${'word '.repeat(200)}`), 'last'].map((content, index) => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content,
}));
const ask = (more: JsonObject = {}): JsonObject => ({ model: 'any/m', messages: long, transforms: ['middle-out'], ...more });

const messagesOf = (body: JsonObject | undefined): JsonObject[] =>
  Array.isArray(body?.['messages']) ? body['messages'].filter(isObject) : [];

describe('transforms: ["middle-out"]', () => {
  it('shortens the conversation for a context that is too small, and reports how much', async () => {
    const router = routerOf({ small: 2000 });
    const answer = await bodyRead(await router.ask(ask({ max_tokens: 100 })));
    const sent = messagesOf(router.sent[0]?.body);
    expect([sent[0]?.['content'], sent.at(-1)?.['content']]).toEqual(['first', 'last']);
    expect(sent.length).toBeGreaterThan(5);
    expect(sent.length).toBeLessThan(12);
    expect(router.sent[0]?.body).not.toHaveProperty('transforms');
    const left = long.length - sent.length;
    expect(answer['adjustments']).toEqual([
      {
        param: 'messages',
        action: 'emulated',
        from: 22,
        to: sent.length,
        reason: expect.stringMatching(
          `^the context of this model has 2000 tokens: ${left} of 22 messages are left out of the middle \\(about \\d+ tokens before, \\d+ after\\)$`,
        ),
      },
    ]);
  });

  it('counts the tools of the request', async () => {
    const router = routerOf({ small: 2000 });
    const tool = { type: 'function', function: { name: 'look', description: 'word '.repeat(800), parameters: { type: 'object' } } };
    await router.ask(ask({ max_tokens: 100 }));
    await router.ask(ask({ max_tokens: 100, tools: [tool] }));
    const [without, beside] = router.sent.map(({ body }) => messagesOf(body).length);
    expect(beside).toBeLessThan(without ?? 0);
  });

  it('changes nothing where the conversation fits', async () => {
    const router = routerOf({ large: 100_000 });
    expect(await bodyRead(await router.ask(ask()))).not.toHaveProperty('adjustments');
    expect(messagesOf(router.sent[0]?.body)).toEqual(long);
  });

  it('prefers an endpoint whose context is large enough', async () => {
    const router = routerOf({ small: 2000, large: 100_000, tiny: 1000 });
    await router.ask(ask());
    expect(router.sent.map(({ url }) => new URL(url).host)).toEqual(['large.example']);
  });

  it('prefers an endpoint that can read half of the conversation, where none can read all', async () => {
    for (const order of [
      { tiny: 1000, small: 3000 },
      { small: 3000, tiny: 1000 },
    ]) {
      const router = routerOf(order);
      await router.ask(ask());
      expect(router.sent.map(({ url }) => new URL(url).host)).toEqual(['small.example']);
    }
  });

  it.each([
    ['without it', { transforms: [] }],
    ['with a plugin that is switched off', { transforms: [], plugins: [{ id: 'context-compression', enabled: false }] }],
  ])('%s a prompt that is too long is refused', async (_, more) => {
    const router = routerOf({ small: 2000 });
    await expect(router.ask(ask(more))).rejects.toMatchObject({ type: 'context_length_exceeded' });
    expect(router.sent).toEqual([]);
  });

  it('is the same as the plugin context-compression', async () => {
    const router = routerOf({ small: 2000 });
    const { transforms: _, ...asked } = ask({ plugins: [{ id: 'context-compression' }] });
    const answer = await bodyRead(await router.ask(asked));
    expect(messagesOf(router.sent[0]?.body).length).toBeLessThan(22);
    expect(answer['adjustments']).toMatchObject([{ param: 'messages', action: 'emulated' }]);
    expect(router.sent[0]?.body).not.toHaveProperty('plugins');
  });

  it('reports that it cannot work where the context is not known', async () => {
    const router = routerOf({ unknown: null });
    expect((await bodyRead(await router.ask(ask())))['adjustments']).toMatchObject([{ param: 'transforms', action: 'dropped' }]);
    expect(messagesOf(router.sent[0]?.body)).toEqual(long);
  });

  it('refuses what stays too long without the middle', async () => {
    const system = { role: 'system', content: 'word '.repeat(3000) };
    await expect(routerOf({ small: 2000 }).ask(ask({ messages: [system, ...long] }))).rejects.toMatchObject({
      type: 'context_length_exceeded',
      message: expect.stringContaining('even without the middle'),
      details: { tokens: { prompt: expect.any(Number), maximum: 2000 } },
    });
  });

  it('reports names of transforms that are not known', async () => {
    const answer = await bodyRead(await routerOf({ large: 100_000 }).ask(ask({ transforms: ['middle-out', 'other'] })));
    expect(answer['adjustments']).toMatchObject([{ param: 'transforms', action: 'dropped' }]);
  });
});
