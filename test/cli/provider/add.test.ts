/** A new provider file passes the build step, whatever the service returns for `GET /models`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { MAX_LIST_BYTES } from '../../../src/cli/provider/ask-models.ts';
import { prepareProvider, type AddPorts } from '../../../src/cli/provider/add.ts';
import { MAX_MODELS } from '../../../src/cli/provider/model-entries.ts';
import type { NewProvider } from '../../../src/cli/provider/new-provider.ts';
import { TEMPLATE_NAMES } from '../../../src/dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../../src/dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../../src/dialects/index.ts';
import type { Fetch } from '../../../src/lib/fetch.ts';
import { toPrintable } from '../../../src/lib/printable.ts';
import { compile } from '../../../src/registry/compile.ts';
import type { Authors } from '../../../src/registry/facts/slugs.ts';
import { PROVIDERS } from '../../registry/all-providers.ts';

const ROOT = join(import.meta.dirname, '../../..');
const AUTHORS = parse(readFileSync(join(ROOT, 'providers/models/authors.jsonc'), 'utf8')) as Authors;
const FORMATS = { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS };

const ACME: NewProvider = {
  slug: 'acme',
  name: 'Acme AI',
  docs: 'https://docs.acme.example/chat',
  baseUrl: 'https://api.acme.example/v1',
  keyVariable: 'ACME_API_KEY',
  auth: { scheme: 'bearer' },
  authLike: null,
  headers: {},
  dialects: ['openai-chat'],
  modelsPath: '/models',
};

type Call = { url: string; init: RequestInit };

function portsWith(fetch: Fetch, variables: Record<string, string> = {}): AddPorts & { calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    fetch: (url, init) => {
      calls.push({ url, init });
      return fetch(url, init);
    },
    clock: { nowMs: () => Date.parse('2026-12-01'), setTimer: () => () => undefined },
    today: '2026-12-01',
    formats: FORMATS,
    providers: PROVIDERS,
    authors: AUTHORS,
    variables,
    compile: (file) => compile([file], FORMATS, TEMPLATE_NAMES),
    format: (_, text) => text,
  };
}

const listing =
  (models: unknown): Fetch =>
  () =>
    Promise.resolve(Response.json({ object: 'list', data: models }));

async function prepare(
  fetch: Fetch,
  { variables = {}, provider = ACME }: { variables?: Record<string, string>; provider?: NewProvider } = {},
) {
  const ports = portsWith(fetch, variables);
  const prepared = await prepareProvider(provider, ports, { readsModels: true });
  if ('problems' in prepared) throw new Error(JSON.stringify(prepared.problems));
  const [compiled] = ports.compile(prepared).providers;
  if (compiled === undefined) throw new Error('not compiled');
  return { ...prepared, compiled, calls: ports.calls };
}

describe('prepareProvider', () => {
  it('writes the models of the list with its address and the day, under the public names of the catalogue', async () => {
    const { compiled, text, calls } = await prepare(
      listing([
        { id: 'meta-llama/Llama-3.3-70B-Instruct', context_length: 131_072, pricing: { prompt: '0.0000001', completion: '0.0000004' } },
        { id: 'gpt-oss-120b' },
        { id: 'something-of-acme' },
      ]),
      { variables: { ACME_API_KEY: 'sk-acme' } },
    );
    expect(calls.map(({ url, init }) => [url, new Headers(init.headers).get('authorization'), init.redirect])).toEqual([
      ['https://api.acme.example/v1/models', 'Bearer sk-acme', 'manual'],
    ]);
    expect(compiled.models).toEqual([
      {
        id: 'meta-llama/Llama-3.3-70B-Instruct',
        slug: 'meta-llama/llama-3.3-70b-instruct',
        contextTokens: 131_072,
        priceUsdPerMillionTokens: { prompt: 0.1, completion: 0.4 },
        source: 'https://api.acme.example/v1/models',
        checked: '2026-12-01',
      },
      { id: 'gpt-oss-120b', slug: 'openai/gpt-oss-120b', source: 'https://api.acme.example/v1/models', checked: '2026-12-01' },
    ]);
    expect(text).toContain('// From GET https://api.acme.example/v1/models, read 2026-12-01: 2 models.');
    expect(text).toContain(
      '// Left out: 1 x the list does not state whether it writes text, and its name is not known ("something-of-acme").',
    );
    expect(text).not.toContain('sk-acme');
  });

  it.each<[string, Fetch, RegExp]>([
    ['a refusal', () => Promise.resolve(new Response('no', { status: 401 })), /refuses the key in ACME_API_KEY \(HTTP 401\)/],
    ['no such path', () => Promise.resolve(new Response('no', { status: 404 })), /does not exist \(HTTP 404\)/],
    ['a failure', () => Promise.resolve(new Response('no', { status: 503 })), /failed \(HTTP 503\)/],
    [
      'a redirect',
      () => Promise.resolve(new Response(null, { status: 302, headers: { location: 'https://evil.example/?k=1' } })),
      /redirects to evil\.example \(HTTP 302\), which is not followed/,
    ],
    ['HTML', () => Promise.resolve(new Response('<!doctype html><script>alert(1)</script>')), /the body is HTML/],
    ['a text', () => Promise.resolve(new Response('models: none')), /the body is not JSON/],
    ['another shape', () => Promise.resolve(Response.json({ hello: 1 })), /not a list of models/],
    ['a huge body', () => Promise.resolve(new Response(endless())), /more than 8 MiB/],
    ['no connection', () => Promise.reject(new TypeError('fetch failed: sk-acme', { cause: coded('ECONNREFUSED') })), /no listener/],
    ['an unknown error', () => Promise.reject(new TypeError('sk-acme')), /the connection failed/],
  ])('writes a file without models after %s, and states why', async (_, fetch, note) => {
    const { compiled, text, list } = await prepare(fetch, { variables: { ACME_API_KEY: 'sk-acme' } });
    expect(compiled.models).toEqual([]);
    expect(list.note).toMatch(note);
    expect(text).toContain(`// ${list.note}`);
    expect(text).not.toContain('sk-acme');
  });

  it('aborts a request that is not answered in time', async () => {
    let expire = (): void => undefined;
    const ports = portsWith(
      (_, init) =>
        new Promise((__, reject) => {
          init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
          expire();
        }),
    );
    const clock = { ...ports.clock, setTimer: (_: number, run: () => void) => ((expire = run), () => undefined) };
    const prepared = await prepareProvider(ACME, { ...ports, clock }, { readsModels: true });
    expect('list' in prepared && prepared.list.note).toMatch(/was not answered in time/);
  });

  it('asks nothing where the models are not to be read', async () => {
    const ports = portsWith(() => Promise.reject(new Error('asked')));
    const prepared = await prepareProvider(ACME, ports, { readsModels: false });
    expect('list' in prepared && prepared.list.note).toMatch(/was not asked for/);
    expect(ports.calls).toEqual([]);
  });

  it('reports a missing key where the service requires one', async () => {
    const { list, calls } = await prepare(() => Promise.resolve(new Response('', { status: 401 })));
    expect(list.note).toMatch(/refuses requests without a key/);
    expect(new Headers(calls[0]?.init.headers).has('authorization')).toBe(false);
  });

  it('returns the problems of the build step, and asks nothing then', async () => {
    const ports = portsWith(() => Promise.reject(new Error('asked')));
    const provider = { ...ACME, baseUrl: 'https://api.acme.example/v1/chat/completions' };
    const prepared = await prepareProvider(provider, ports, { readsModels: true });
    expect('problems' in prepared && prepared.problems.map(({ key }) => key)).toEqual(['baseUrl']);
    expect(ports.calls).toEqual([]);
  });
});

describe('prepareProvider with hostile lists', () => {
  const known = { id: 'gpt-oss-120b' };

  it.each<[string, unknown[]]>([
    ['control characters', [{ id: 'gpt-oss-20b\u001b[31m\u0007' }, { id: 'a\nb', output_modalities: ['text'] }, { id: 'tab\tb' }]],
    ['marks of direction', [{ id: 'gpt-oss-20b\u202e' }, { id: 'x\u2066y', output_modalities: ['text'] }]],
    ['half a surrogate pair', [{ id: 'gpt-oss\ud800', output_modalities: ['text'] }]],
    [
      'another address',
      [
        { id: '../../admin', output_modalities: ['text'] },
        { id: 'a/%2e%2e/b', output_modalities: ['text'] },
      ],
    ],
    ['very long ids', [{ id: 'a'.repeat(100_000), output_modalities: ['text'] }]],
    ['foreign types', [null, 3, 'x', [], { id: 7 }, { id: { toString: 1 } }, { name: ['a'] }]],
    ['an id of another provider', [{ id: '@openai/gpt-5', output_modalities: ['text'] }]],
  ])('leaves out %s', async (_, models) => {
    const { compiled, text, list } = await prepare(listing([known, ...models]));
    expect(compiled.models.map(({ id }) => id)).toEqual(['gpt-oss-120b']);
    expect(text.split('\n').every((line) => toPrintable(line, 10_000) === line)).toBe(true);
    for (const { examples } of list.omissions) for (const id of examples) expect(toPrintable(id, 200)).toBe(id);
  });

  it('keeps markup and names of prototypes as text', async () => {
    const ids = ['__proto__', 'constructor', 'toString', '<script>alert(1)</script>', '"},{"id":"x"', 'a*b'];
    const { compiled } = await prepare(listing(ids.map((id) => ({ id, output_modalities: ['text'] }))));
    expect(compiled.models.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(new Set(compiled.models.map(({ slug }) => slug)).size).toBe(ids.length);
  });

  it('leaves out facts that the build step refuses, and keeps the model', async () => {
    const { compiled, list } = await prepare(
      listing([
        {
          id: 'gpt-oss-120b',
          display_name: 'GPT\u0000\t OSS',
          context_length: 1000,
          max_output_tokens: 5000,
          pricing: { prompt: '900', completion: '900' },
          input_modalities: ['text', 'smell'],
          output_modalities: ['text'],
          expiration_date: '2026-99-99',
          reasoning: { mandatory: true, supported_efforts: ['high\tlow'] },
        },
        { id: 'gpt-oss-20b', context_length: 1e300, max_output_tokens: -5 },
      ]),
    );
    expect(compiled.models.map(({ id, source: _source, checked: _checked, slug: _slug, ...facts }) => [id, facts])).toEqual([
      ['gpt-oss-120b', { contextTokens: 1000, output: ['text'] }],
      ['gpt-oss-20b', {}],
    ]);
    expect(list.omissions.length).toBeGreaterThanOrEqual(6);
  });

  it('reads a bounded part of a long list, and states how much it left out', async () => {
    const models = Array.from({ length: 50_000 }, (_, at) => ({ id: `m${at}`, output_modalities: ['text'] }));
    const { compiled, list } = await prepare(listing(models));
    expect(compiled.models).toHaveLength(MAX_MODELS);
    expect(list.omissions).toContainEqual({
      reason: `only the first ${MAX_MODELS} models of the list are read`,
      count: 50_000 - MAX_MODELS,
      examples: [],
    });
  });

  it('keeps one entry of an id, and one of a public name', async () => {
    const { compiled, list } = await prepare(listing([known, known, { id: 'GPT-OSS-120B' }]));
    expect(compiled.models.map(({ id }) => id)).toEqual(['gpt-oss-120b']);
    expect(list.omissions.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });
});

const coded = (code: string) => Object.assign(new Error('connect sk-acme'), { code });

/** A body without an end. It fails the test where more is read than the limit and what is in flight. */
function endless(): ReadableStream<Uint8Array> {
  let bytes = 0;
  return new ReadableStream({
    pull(controller) {
      bytes += 65_536;
      if (bytes > 2 * MAX_LIST_BYTES) controller.error(new Error('read on'));
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
}
