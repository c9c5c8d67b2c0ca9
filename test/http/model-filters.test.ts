/** Filters, orders and pages of `GET /models`, and `GET /models/count`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { createRouter, errorOf, json } from './router.ts';

const router = createRouter();
const get = (query: string, path = 'models') => router.call('GET', `/v1/${path}?${query}`);
const modelsOf = async (query: string) => (await json(await get(query)))['data'] as JsonObject[];
const usd = ({ pricing }: JsonObject, kind = 'prompt') => Number((pricing as JsonObject)[kind]) * 1e6;
const listed = (model: JsonObject, object: string, name: string) => (model[object] as Record<string, unknown[]>)[name];

describe('GET /models', async () => {
  const all = await modelsOf('');

  it.each<[string, (model: JsonObject) => boolean]>([
    ['q=Claude', ({ id, name }) => /claude/i.test(`${String(id)} ${String(name)}`)],
    ['supported_parameters=tools', (model) => (model['supported_parameters'] as string[]).includes('tools')],
    [
      'supported_parameters=top_k,%20min_p',
      (model) => ['top_k', 'min_p'].every((name) => (model['supported_parameters'] as string[]).includes(name)),
    ],
    [
      'input_modalities=image,file',
      (model) => ['image', 'file'].every((kind) => listed(model, 'architecture', 'input_modalities')?.includes(kind)),
    ],
    ['output_modalities=image', (model) => listed(model, 'architecture', 'output_modalities')?.includes('image') === true],
    ['output_modalities=all', () => true],
    ['context=1000000', (model) => Number(model['context_length']) >= 1_000_000],
    ['max_price=0.1', (model) => usd(model) >= 0 && usd(model) <= 0.1 + 1e-9],
    ['min_price=5&max_output_price=30', (model) => usd(model) >= 5 - 1e-9 && usd(model, 'completion') <= 30 + 1e-9],
    ['model_authors=OpenAI,mistralai', ({ owned_by: author }) => author === 'openai' || author === 'mistralai'],
    ['providers=groq', ({ endpoints }) => (endpoints as JsonObject[]).some(({ provider }) => provider === 'groq')],
    ['min_age_days=100', ({ created }) => (1_700_000_000 - Number(created)) / 86_400 >= 100],
    ['max_age_days=30.5', ({ created }) => (1_700_000_000 - Number(created)) / 86_400 <= 30.5],
    ['client_version=0.171.0&beta=true', () => true],
  ])('with %s returns the models that it names, and no others', async (query, passes) => {
    const found = await modelsOf(query);
    expect(found).toEqual(all.filter(passes));
    expect(found.length).toBeGreaterThan(0);
    expect(await json(await get(query, 'models/count'))).toEqual({ data: { count: found.length } });
  });

  it.each<[string, (model: JsonObject) => number]>([
    ['newest', ({ created }) => -Number(created)],
    ['pricing-low-to-high', (model) => (usd(model) < 0 ? Infinity : usd(model))],
    ['pricing-high-to-low', (model) => (usd(model) < 0 ? Infinity : -usd(model))],
    ['context-high-to-low', ({ context_length: context }) => (context === null ? Infinity : -Number(context))],
  ])('sorts by %s, what is not known last', async (sort, rank) => {
    const ranks = (await modelsOf(`sort=${sort}`)).map(rank);
    expect(ranks).toHaveLength(all.length);
    expect(ranks).toEqual(ranks.toSorted((one, other) => (one === other ? 0 : one < other ? -1 : 1)));
  });

  it.each([
    ['sort=most-popular', 'sort', 'expected one of newest'],
    ['category=programming', 'category', 'the catalogue has no such facts'],
    ['zdr=true', 'zdr', 'the catalogue has no such facts'],
    ['min_coding_index=5', 'min_coding_index', 'the catalogue has no such facts'],
    ['max_price=cheap', 'max_price', 'expected a number of at least 0'],
    ['context=-1', 'context', 'expected a number of at least 0'],
    ['after_id=nobody/nothing', 'after_id', 'expected the id of a listed model'],
  ])('refuses %s with the name of the parameter', async (query, param, message) => {
    for (const path of ['models', ...(param === 'after_id' ? [] : ['models/count'])]) {
      const response = await get(query, path);
      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({ param, message: expect.stringContaining(message) });
    }
  });

  it('is read page by page as Anthropic has it, and as OpenRouter has it', async () => {
    const ids = (await modelsOf('q=claude')).map(({ id }) => id);
    for (const next of [
      ({ last_id: last }: JsonObject) => `?q=claude&limit=7&after_id=${encodeURIComponent(String(last))}`,
      ({ links }: JsonObject) => (links as { next: string }).next,
    ]) {
      const seen: unknown[] = [];
      for (let query = '?q=claude&limit=7'; ;) {
        const page = await json(await get(query.slice(1)));
        const data = page['data'] as JsonObject[];
        seen.push(...data.map(({ id }) => id));
        expect([page['first_id'], page['last_id'], page['total_count']]).toEqual([data[0]?.['id'], data.at(-1)?.['id'], ids.length]);
        if (page['has_more'] !== true) break;
        query = next(page);
      }
      expect(seen).toEqual(ids);
    }
  });
});

describe('the list of models for agents', () => {
  it('has the key that Codex requires', async () => {
    expect(await json(await get('client_version=0.171.0'))).toMatchObject({ models: [], links: { next: null }, has_more: false });
  });

  it('has every Claude model on the page that Claude Code asks for, under an id that it keeps', async () => {
    const kept = (await modelsOf('limit=1000')).filter(({ id }) => /^(?:claude|anthropic)/.test(String(id)));
    const claude = (await modelsOf('model_authors=anthropic')).filter(({ id }) => String(id).includes('claude'));
    expect(claude.length).toBeGreaterThan(3);
    expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining(claude.map(({ id }) => id)));
    for (const model of kept) {
      expect(model).toMatchObject({ type: 'model', display_name: expect.any(String) as string });
      expect(model['created_at']).toBe(new Date(Number(model['created']) * 1000).toISOString());
    }
  });

  it.each(['claude-haiku-4-5-20251001', 'claude-opus-4-5'])(
    "finds a model by Anthropic's own id %s, which Claude Code calls it",
    async (id) => {
      expect((await router.call('GET', `/v1/models/${id}`)).status).toBe(200);
    },
  );
});
