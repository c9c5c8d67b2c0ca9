/** `tributary models` over a router: search, filters, order, forms of the output. */
import { describe, expect, it } from 'vitest';
import { ROUTER_ENVIRONMENT, routerSend } from '../router-send.ts';
import { runCli, type CliOptions } from '../run-cli.ts';

type Model = {
  id: string;
  context_length: number | null;
  pricing: { prompt: string };
  endpoints: { provider: string }[];
  supported_parameters: string[];
};

const models = (words: readonly string[], options: CliOptions = {}) =>
  runCli(['models', ...words], { environment: ROUTER_ENVIRONMENT, send: routerSend(), ...options });

async function listed(...words: string[]): Promise<Model[]> {
  const { code, stdout, stderr } = await models([...words, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return (JSON.parse(stdout) as { data: Model[] }).data;
}

describe('models', () => {
  it('finds models by a part of their name, in any case, sorted by name', async () => {
    const found = await listed('GPT-4o');
    const ids = found.map(({ id }) => id);
    expect(ids).toContain('openai/gpt-4o');
    expect(ids.every((id) => id.includes('gpt-4o'))).toBe(true);
    expect(ids).toEqual(ids.toSorted());
  });

  it('keeps to every filter at once', async () => {
    const found = await listed('--provider', 'openai,groq', '--max-price', '2.5', '--min-context', '128k', '--capability', 'tools,image');
    expect(found.length).toBeGreaterThan(0);
    for (const { context_length, pricing, endpoints, supported_parameters } of found) {
      expect(endpoints.some(({ provider }) => ['openai', 'groq'].includes(provider))).toBe(true);
      expect(Number(pricing.prompt)).toBeLessThanOrEqual(2.5 / 1e6);
      expect(context_length).toBeGreaterThanOrEqual(128_000);
      expect(supported_parameters).toContain('tools');
    }
  });

  it('takes names of parameters as capabilities', async () => {
    const found = await listed('--capability', 'top_k');
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ supported_parameters }) => supported_parameters.includes('top_k'))).toBe(true);
  });

  it('sorts by price and by context', async () => {
    const prices = (await listed('openai/', '--sort', 'price')).map(({ pricing }) => Number(pricing.prompt)).filter((price) => price >= 0);
    expect(prices).toEqual(prices.toSorted((one, other) => one - other));
    const contexts = (await listed('openai/', '--sort', 'context')).flatMap(({ context_length }) => context_length ?? []);
    expect(contexts).toEqual(contexts.toSorted((one, other) => other - one));
  });

  it('prints a table to stdout and the count to stderr', async () => {
    const { code, stdout, stderr } = await models(['openai/gpt-4o-mini']);
    expect(code).toBe(0);
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^MODEL +CONTEXT +IN +OUT +CAN +PROVIDERS$/);
    expect(rows[0]).toMatch(/^openai\/gpt-4o-mini +128,000 +[\d.]+ +[\d.]+ +tools .*\bopenai\b/);
    expect(stderr).toBe(`${rows.length} models\n`);
  });

  it('states what else can be called where nothing is found', async () => {
    expect(await models(['no-such-model'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '0 models\nAny other model of a provider can be called as @provider/<id at that provider>.\n',
    });
  });

  it.each([
    [['--max-price', 'cheap'], '--max-price is "cheap"; expected USD per million tokens, such as 0.5.'],
    [['--min-context', '128 kB'], '--min-context is "128 kB"; expected a number of tokens, such as 128000 or 128k.'],
    [['--provider', 'openai,grok'], '--provider has "grok"; expected the slug of a provider.\nDid you mean "groq"?'],
    [['--capability', 'toolz'], 'or a parameter of a model.\nDid you mean "tools"?'],
    [['--sort', 'size'], "option '--sort <order>' argument 'size' is invalid. Allowed choices are name, price, context, newest."],
  ])('refuses %j with what is expected', async (words, message) => {
    const { code, stderr } = await models(words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
