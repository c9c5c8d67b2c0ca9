/** `npm run models:sync`: a local server plays models.dev and three providers; what is written, and what keeps it from writing. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readModelFile, writeModelFile, type ModelFile } from '../../src/registry/facts/model-file.ts';
import { ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';

/** What a path of the server answers: JSON, a text as it is, or a text that breaks off. */
type Page = { json?: unknown; text?: string; cut?: string; status?: number };

const pages = new Map<string, Page>();
const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
let server: Server;
let address = '';
let folder = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    const { json, text, cut, status = 200 } = pages.get(request.url ?? '') ?? { status: 404, text: 'no such page' };
    if (cut === undefined) {
      response.writeHead(status).end(text ?? JSON.stringify(json));
      return;
    }
    response.writeHead(status, { 'content-length': String(cut.length + 1000) });
    response.write(cut, () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => {
  pages.clear();
  asked.length = 0;
  if (folder !== '') rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'models-'));
});

/** A model as models.dev lists it. */
const listed = (more: object = {}) => ({
  name: 'A model',
  release_date: '2026-09-01',
  reasoning: false,
  tool_call: true,
  modalities: { input: ['text'], output: ['text'] },
  limit: { context: 100_000, output: 8000 },
  cost: { input: 1, output: 2 },
  ...more,
});

/** Names of providers in models.dev, and their models. */
const playModelsDev = (models: Readonly<Record<string, Readonly<Record<string, object>>>>) =>
  pages.set('/api.json', { json: Object.fromEntries(Object.entries(models).map(([id, all]) => [id, { id, models: all }])) });

const SOURCE = { 'models.dev': { url: 'https://models.dev/api.json', snapshot: '2026-09-30', licence: 'MIT' } };

/** Writes the contents of a file before the command runs. */
function writeBefore(slug: string, ids: readonly string[], more: object = {}): void {
  const models = ids.map((id) => ({ id, slug: `acme/${id}`, contextTokens: 100_000, maxOutputTokens: 8000, ...more }));
  writeFileSync(join(folder, `${slug}.json`), writeModelFile({ sources: SOURCE, models }));
}

const fileOf = (slug: string): ModelFile => readModelFile(readFileSync(join(folder, `${slug}.json`), 'utf8'));
const modelOf = (slug: string, id: string) => fileOf(slug).models.find((model) => model.id === id);

async function sync(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; output: string }> {
  const all = [...args, '--from', `${address}/api.json`, '--folder', folder];
  const command = runScript(ROOT, 'test/dev/models-sync.ts', all, variables);
  try {
    return { code: await command.exit, output: command.output() };
  } finally {
    await command.stop();
  }
}

describe('npm run models:sync without a key', () => {
  it('shows additions, removals and changes, and writes them only with --write', async () => {
    writeBefore('xai', ['one', 'two', 'three', 'four'], { priceUsdPerMillionTokens: { prompt: 1, completion: 2 } });
    const before = readFileSync(join(folder, 'xai.json'), 'utf8');
    playModelsDev({
      xai: {
        one: listed(),
        two: listed({ cost: { input: 0.5, output: 2 } }),
        three: listed({ limit: { context: 200_000, output: 8000 } }),
        'grok-9': listed(),
        'a-picture': listed({ modalities: { input: ['text'], output: ['image'] } }),
        'an-old-one': listed({ status: 'deprecated' }),
      },
    });
    const shown = await sync(['xai']);
    expect(shown).toMatchObject({ code: 0, output: expect.stringContaining('4 models; 1 added, 1 gone') });
    expect(shown.output).toMatch(/added +grok-9/);
    expect(shown.output).toMatch(/gone +four/);
    expect(shown.output).toMatch(/changed +two +priceUsdPerMillionTokens +\{"prompt":1,"completion":2\} +\{"prompt":0.5,"completion":2\}/);
    expect(shown.output).toMatch(/changed +three +contextTokens +100000 +200000/);
    expect(shown.output).toContain('Nothing was written');
    expect(readFileSync(join(folder, 'xai.json'), 'utf8')).toBe(before);

    expect((await sync(['xai', '--write'])).output).toContain('1 files written');
    const today = new Date().toISOString().slice(0, 10);
    expect(modelOf('xai', 'four')).toEqual({
      id: 'four',
      slug: 'acme/four',
      retired: { on: today, source: 'https://models.dev/api.json' },
    });
    expect(modelOf('xai', 'grok-9')).toMatchObject({ slug: 'x-ai/grok-9', tools: true, contextTokens: 100_000 });
    expect(fileOf('xai').models.map(({ id }) => id)).toEqual(['four', 'grok-9', 'one', 'three', 'two']);
  });

  it('refuses a list that lost all its models, unless it is forced', async () => {
    writeBefore('xai', ['one', 'two', 'three']);
    playModelsDev({ xai: {} });
    const refused = await sync(['xai', '--write']);
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('3 of 3 models would be retired') });
    expect(modelOf('xai', 'one')).not.toHaveProperty('retired');
    expect((await sync(['xai', '--write', '--force'])).code).toBe(0);
    expect(fileOf('xai').models.every(({ retired }) => retired !== undefined)).toBe(true);
  });

  it.each<[string, Page, string]>([
    ['is not JSON', { text: '{"xai": {"models"' }, 'is not JSON'],
    ['breaks off', { cut: '{"xai": {"models": {"one":' }, 'broke off before its end'],
    ['is refused', { status: 503, text: 'later' }, 'answered with HTTP 503'],
    ['lacks the provider', { json: { other: { models: {} } } }, 'lists no provider "xai"'],
  ])('changes nothing where the list %s', async (_, page, said) => {
    writeBefore('xai', ['one']);
    pages.set('/api.json', page);
    expect(await sync(['xai', '--write'])).toMatchObject({ code: 1, output: expect.stringContaining(said) });
    expect(modelOf('xai', 'one')).not.toHaveProperty('retired');
  });
});

describe('npm run models:sync with a key', () => {
  it("follows the provider's own list, prints where the lists disagree, and sends the key to that provider alone", async () => {
    writeBefore('openai', ['gpt-5.4', 'gpt-5.2', 'gpt-4o', 'gpt-5.1']);
    writeBefore('openrouter', ['maker/one']);
    writeBefore('xai', ['grok-4.7']);
    playModelsDev({
      openai: { 'gpt-5.4': listed(), 'gpt-5.2': listed(), 'gpt-5.1': listed(), 'gpt-4o': listed() },
      openrouter: { 'maker/one': listed() },
      xai: { 'grok-4.7': listed() },
    });
    const ids = ['gpt-5.4', 'gpt-5.2', 'gpt-5.1'].map((id) => ({ id }));
    pages.set('/openai/models', { json: { data: [...ids, { id: 'gpt-4o', shutdown_date: '2026-01-14' }, { id: 'what-is-this' }] } });
    pages.set('/openrouter/models', {
      json: {
        data: [{ id: 'maker/one', context_length: 64_000, supported_parameters: ['temperature', 'stop'], expiration_date: '2099-01-01' }],
      },
    });
    pages.set('/xai/models', { text: 'no list today' });
    const { code, output } = await sync(['openai', 'openrouter', 'xai', '--write'], {
      OPENAI_API_KEY: 'sk-openai-0123456789',
      OPENAI_BASE_URL: `${address}/openai`,
      OPENROUTER_API_KEY: 'sk-openrouter-0123456789',
      OPENROUTER_BASE_URL: `${address}/openrouter`,
      XAI_API_KEY: 'sk-xai-0123456789',
      XAI_BASE_URL: `${address}/xai`,
    });
    expect(code).toBe(1);
    expect(output).toContain('xai: nothing is changed. The list of xAI is not JSON.');
    expect(output).toMatch(/gone +gpt-4o/);
    expect(output).toContain('what-is-this');
    expect(modelOf('openai', 'gpt-4o')?.retired).toBeDefined();
    expect(modelOf('openai', 'what-is-this')).toBeUndefined();
    expect(output).toMatch(/conflict +maker\/one +contextTokens +vendor: 64000 \(kept\) +models.dev: 100000/);
    expect(modelOf('openrouter', 'maker/one')).toMatchObject({
      contextTokens: 64_000,
      parameters: ['stop', 'temperature'],
      tools: false,
      expires: '2099-01-01',
      from: { contextTokens: 'vendor' },
    });
    const keys = asked.map(({ path, headers }) => [path, headers.authorization]);
    expect(keys.toSorted()).toEqual([
      ['/api.json', undefined],
      ['/openai/models', 'Bearer sk-openai-0123456789'],
      ['/openrouter/models', 'Bearer sk-openrouter-0123456789'],
      ['/xai/models', 'Bearer sk-xai-0123456789'],
    ]);
    expect(output).not.toMatch(/sk-(openai|openrouter|xai)/);
  });

  it('sends no key to the address of the file where the base URL that is set cannot be used', async () => {
    playModelsDev({ 'novita-ai': { one: listed() } });
    const { code, output } = await sync(['novita'], {
      NOVITA_BASE_URL: 'http://name:pa55word@127.0.0.1:1/v1',
      NOVITA_API_KEY: 'sk-sync-0123456789',
    });
    expect(code).toBe(1);
    expect(output).toContain('set NOVITA_BASE_URL to an address without a user or a password');
    expect(output).not.toMatch(/pa55word|Asking/);
  });
});
