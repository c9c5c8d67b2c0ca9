/** Embeddings: one vector for each input, in order, whatever calls it takes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPENAI_EMBEDDINGS_RULES } from '../../src/dialects/openai-embeddings/upstream/rules.ts';
import { embed } from '../../src/pipeline/embed.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledOperation, CompiledProvider } from '../../src/registry/provider.ts';
import { encodeVector } from '../../src/unified/response/embedding.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { openaiEmbeddingsClient } from '../../src/dialects/openai-embeddings/client/index.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { createFakeClock, LIMITS, QUIET, reachable, whileTimePasses, FACTS } from '../support/fake-ports.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';

type Answer = JsonObject & { data: { index: number; embedding: unknown }[]; usage: JsonObject; adjustments?: JsonObject[] };

const host = (changes: Partial<CompiledOperation> = {}, more: Partial<CompiledProvider> = {}): CompiledProvider =>
  acme({
    operations: {
      embeddings: [
        chatOperation({
          dialect: 'openai-embeddings',
          path: '/embeddings',
          prompts: ['text', 'texts', 'tokens', 'token-lists'],
          parameters: { ...OPENAI_EMBEDDINGS_RULES, dimensions: {} },
          ...changes,
        }),
      ],
    },
    ...more,
  });

const inputsOf = ({ input }: JsonObject): unknown[] =>
  Array.isArray(input) && (typeof input[0] === 'string' || Array.isArray(input[0])) ? input : [input];

/** Every text becomes its length, in a list that comes backwards. */
function answerTo(body: JsonObject, usage: JsonObject | null = { prompt_tokens: 2, total_tokens: 2 }): Response {
  const data = inputsOf(body).map((text, index) => ({ object: 'embedding', index, embedding: [String(text).length, 0.5] }));
  return Response.json({ object: 'list', model: 'served-model', data: data.toReversed(), ...(usage === null ? {} : { usage }) });
}

async function ask(
  body: JsonObject,
  providers: CompiledProvider | CompiledProvider[] = host(),
  respond: (body: JsonObject, key: string) => Response | Promise<Response> = (sent) => answerTo(sent),
  { keys = ['sk-embed-1234'], upstreamCalls = LIMITS.upstreamCalls, silentMs = 0 } = {},
) {
  const sent: JsonObject[] = [];
  const clock = createFakeClock();
  const embedding = embed(openaiEmbeddingsClient.parse({ model: '@acme/m', ...body }), openaiEmbeddingsClient, {
    catalog: createCatalog([providers].flat()),
    ports: {
      ...QUIET,
      keyHealth: createKeyHealth(createFakeClock()),
      clock,
      random: { id: () => 'x', fraction: () => 0 },
      limits: { ...LIMITS, upstreamCalls, silentMs, attempts: Array.isArray(providers) ? 4 : 1 },
      access: ({ baseUrl }) => reachable(baseUrl, '', { keys }),
      fetch: (_url, init) => {
        sent.push(JSON.parse(String(init.body)) as JsonObject);
        return Promise.resolve(respond(sent.at(-1) ?? {}, new Headers(init.headers).get('authorization') ?? ''));
      },
    },
    ...FACTS,
    signal: new AbortController().signal,
  });
  const response = await (silentMs === 0 ? embedding : whileTimePasses(clock, embedding, silentMs));
  return { sent, response, answer: (await response.json()) as Answer };
}

describe('embeddings', () => {
  it('that do not come within the first content deadline of the client are given up', async () => {
    const body = { input: 'abc', provider: { timeouts: { first_content_ms: 1000 } } };
    await expect(ask(body, host(), () => new Promise<Response>(() => undefined), { silentMs: 3000 })).rejects.toMatchObject({
      type: 'timeout',
      message: expect.stringContaining('no complete answer within 1000 ms'),
    });
  });

  it('of an input that the provider cut off say so, once', async () => {
    const vertex = host({ dialect: 'vertex-embeddings', prompts: ['texts'], maxInputs: 1, parameters: {} });
    const predictions = [{ embeddings: { values: [1], statistics: { token_count: 3, truncated: true } } }];
    const { answer } = await ask({ input: ['a', 'b'] }, vertex, () => Response.json({ predictions }));
    expect(answer).toMatchObject({
      adjustments: [{ action: 'emulated' }, { param: 'input', action: 'clamped', reason: expect.stringContaining('cut off') }],
    });
  });

  it('are asked of the next endpoint as well when a call is silent for too long', async () => {
    const [first, second] = ['one', 'two'].map((slug) =>
      host({}, { slug, name: slug, models: [{ slug: 'any/embedder', id: `${slug}-m`, source: '', checked: '' }] }),
    );
    if (first === undefined || second === undefined) throw new Error('two hosts');
    const respond = (body: JsonObject) => (body['model'] === 'one-m' ? new Promise<Response>(() => undefined) : answerTo(body));
    const asked = { model: 'any/embedder', input: 'abc', provider: { order: ['one', 'two'] } };
    const { sent, response, answer } = await ask(asked, [first, second], respond, { silentMs: 60_000 });
    expect(sent.map(({ model }) => model)).toEqual(['one-m', 'two-m']);
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
    expect(answer).toMatchObject({ provider: 'two', usage: { prompt_tokens: 2, calls: 1 } });
  });

  it('are not hedged, which is reported', async () => {
    const { answer } = await ask({ input: 'abc', provider: { hedge_after_ms: 500 } });
    expect(answer.adjustments).toEqual([
      { param: 'provider.hedge_after_ms', action: 'dropped', from: 500, reason: 'embeddings are not hedged' },
    ]);
  });

  it.each(['float', 'base64'])(
    'whose text is larger than what is kept of an answer are answered, written as %s',
    async (encoding_format) => {
      const vector = Array.from({ length: 400 }, (_, index) => Math.fround(Math.sin(index)));
      const input = Array.from({ length: 8 }, String);
      const data = input.map((_, index) => ({ index, embedding: vector }));
      const text = JSON.stringify({ data });
      expect(text.length).toBeGreaterThan(4 * LIMITS.answerBytes);
      const pieces = (text.match(/.{1,5000}/g) ?? []).map((piece) => new TextEncoder().encode(piece));
      const respond = () =>
        new Response(
          new ReadableStream({ pull: (controller) => (pieces.length === 0 ? controller.close() : controller.enqueue(pieces.shift())) }),
        );
      const { answer } = await ask({ input, encoding_format }, host(), respond);
      const written = encodeVector(vector, encoding_format as 'float');
      expect(answer).toMatchObject({ object: 'list', data: data.map(({ index }) => ({ object: 'embedding', index, embedding: written })) });
      expect(answer.usage).toMatchObject({ calls: 1 });
    },
  );

  it('that are more than is kept are an error that names the limit', async () => {
    const endless = () =>
      new ReadableStream({ pull: (controller) => controller.enqueue(new TextEncoder().encode('{"data":[[0.123456789],')) });
    await expect(ask({ input: 'x' }, host(), () => new Response(endless()))).rejects.toThrow('MAX_ANSWER_BYTES');
  });

  const keys = ['sk-bad-1234', 'sk-good-1234'];
  const refusing = (status: number) => (body: JsonObject, key: string) =>
    key.includes('good') ? answerTo(body) : Response.json({ error: { message: 'no' } }, { status });

  it.each([401, 402, 403, 429])('are asked for with the next key when one is refused with %i', async (status) => {
    const { answer, sent, response } = await ask({ input: ['a', 'b', 'c'] }, host({ maxInputs: 1 }), refusing(status), { keys });
    expect(answer.data).toHaveLength(3);
    expect(sent.length).toBeGreaterThan(3);
    expect(response.headers.get('x-tributary-attempts')).toBe(String(sent.length - 2));
  });

  it('are asked for with the next key when one is refused in a body with status 200', async () => {
    const respond = (body: JsonObject, key: string) =>
      key.includes('good') ? answerTo(body) : Response.json({ error: { message: 'Invalid API key', code: 401 } });
    expect((await ask({ input: 'a' }, host(), respond, { keys })).answer.data).toHaveLength(1);
  });

  it('take no more calls than a request may make', async () => {
    let calls = 0;
    const failing = () => (calls++, Response.json({ error: { message: 'down' } }, { status: 503 }));
    const providers = [host({ maxInputs: 1 }), host({ maxInputs: 1 }, { slug: 'other', baseUrl: 'https://other.example' })];
    const failure = ask({ input: ['a', 'b', 'c'] }, providers, failing, { upstreamCalls: 3 });
    await expect(failure).rejects.toMatchObject({ message: expect.stringContaining('MAX_UPSTREAM_CALLS') });
    expect(calls).toBe(3);
  });

  it('come in the order of the inputs, with usage, model and provider', async () => {
    const { answer, sent, response } = await ask({ input: ['a', 'bbb', 'cc'], dimensions: 2 });
    expect(sent).toEqual([{ model: 'm', input: ['a', 'bbb', 'cc'], dimensions: 2 }]);
    expect(answer).toEqual({
      id: 'gen-1',
      object: 'list',
      data: [1, 3, 2].map((length, index) => ({ object: 'embedding', index, embedding: [length, 0.5] })),
      model: 'served-model',
      provider: 'Acme',
      usage: { prompt_tokens: 2, total_tokens: 2, calls: 1 },
    });
    expect(response.headers.get('x-tributary-provider')).toBe('acme');
  });

  it.each<[unknown, number]>([
    ['one text', 1],
    [['one', 'two'], 2],
    [[1, 2, 3], 1],
    [[[1, 2], [3]], 2],
  ])('are made of %j', async (input, count) => {
    expect((await ask({ input })).answer.data).toHaveLength(count);
  });

  it('are as many calls as the provider needs, put together in order', async () => {
    const texts = Array.from({ length: 7 }, (_, index) => 'x'.repeat(index + 1));
    const { answer, sent } = await ask({ input: texts }, host({ maxInputs: 3 }));
    expect(sent.map((body) => inputsOf(body).length)).toEqual([3, 3, 1]);
    expect(answer.data.map(({ index, embedding }) => [index, (embedding as number[])[0]])).toEqual(
      texts.map((text, index) => [index, text.length]),
    );
    expect(answer.usage).toMatchObject({ prompt_tokens: 6, total_tokens: 6, calls: 3 });
    expect(answer.adjustments).toMatchObject([{ param: 'input', action: 'emulated', from: 7, to: 3 }]);
  });

  it('are one call for each input on a provider that takes one text', async () => {
    const { answer, sent } = await ask({ input: ['a', 'bb'] }, host({ prompts: ['text'] }));
    expect(sent.map(({ input }) => input)).toEqual(['a', 'bb']);
    expect(answer.data.map(({ embedding }) => (embedding as number[])[0])).toEqual([1, 2]);
  });

  it('are written as base64 where that is asked, whether or not the provider can', async () => {
    for (const parameters of [OPENAI_EMBEDDINGS_RULES, { encoding_format: false as const }]) {
      const { answer } = await ask({ input: 'abc', encoding_format: 'base64' }, host({ parameters }));
      expect(answer.data[0]?.embedding).toBe('AABAQAAAAD8=');
      const told = parameters['encoding_format'] === false ? [{ param: 'encoding_format', action: 'emulated' }] : [];
      expect(answer.adjustments ?? []).toMatchObject(told);
    }
  });

  it('that came as base64 are numbers where those are asked', async () => {
    const { answer } = await ask({ input: 'abc' }, host(), () => Response.json({ data: [{ index: 0, embedding: 'AABAQAAAAD8=' }] }));
    expect(answer.data[0]?.embedding).toEqual([3, 0.5]);
  });

  it('cost what the file says', async () => {
    const offering = {
      slug: 'a/m',
      id: 'm',
      priceUsdPerMillionTokens: { prompt: 1, completion: 0 },
      source: 'https://a.example',
      checked: '2026-01-01',
    };
    const { answer } = await ask({ input: 'abc' }, host({}, { models: [offering] }));
    expect(answer).toMatchObject({ model: 'a/m', usage: { cost: 0.000002 } });
  });

  it('without a usage are counted, and say that it was an estimate; tokens are counted exactly', async () => {
    const silent = (body: JsonObject) => answerTo(body, null);
    expect((await ask({ input: [[1, 2], [3]] }, host(), silent)).answer.usage).toMatchObject({
      prompt_tokens: 3,
      estimated: ['prompt_tokens', 'total_tokens'],
    });
    expect((await ask({ input: 'three little words' }, host(), silent)).answer.usage).toMatchObject({
      estimated: ['prompt_tokens', 'total_tokens'],
    });
  });

  it('say what was dropped', async () => {
    const { answer } = await ask({ input: 'a', mystery: 1 }, host({ parameters: {} }));
    expect(answer.adjustments).toMatchObject([{ param: 'mystery', action: 'dropped', from: 1 }]);
  });

  it.each<[string, JsonObject]>([
    ['knows no such field', {}],
    ['makes others only', { dimensions: { enum: [4, 8] } }],
    ['makes fewer', { dimensions: { type: 'integer', maximum: 2 } }],
    ['could be cut, though not to so few', { dimensions: { minimum: 4, emulate: true } }],
  ])('of a size that they cannot have are refused, naming the field, where the provider %s', async (_, parameters) => {
    await expect(ask({ input: 'a', dimensions: 3 }, host({ parameters: parameters as never }))).rejects.toMatchObject({
      status: 400,
      details: { param: 'dimensions' },
    });
  });

  it('go to the next endpoint, where that makes them of the size asked for', async () => {
    const small = host({ parameters: {} }, { slug: 'small', models: [{ slug: 'a/m', id: 'm', source: '', checked: '' }] });
    const good = host({}, { slug: 'good', models: [{ slug: 'a/m', id: 'm', source: '', checked: '' }] });
    const { sent, answer } = await ask({ model: 'a/m', input: 'a', dimensions: 2 }, [small, good]);
    expect([sent, answer.adjustments]).toEqual([[{ model: 'm', input: 'a', dimensions: 2 }], undefined]);
  });

  describe('of a model whose vectors may be cut', () => {
    const cutting = host({ parameters: { dimensions: { type: 'integer', minimum: 1, maximum: 4, emulate: true } } });
    const vector = [3, 4, 12, 84];
    const responds = (embedding: unknown) => () =>
      Response.json({ data: [{ index: 0, embedding }], usage: { prompt_tokens: 1, total_tokens: 1 } });

    it.each([
      ['numbers', vector],
      ['base64', encodeVector(vector, 'base64')],
    ])('are cut by the router and of length 1 again (%s)', async (_, embedding) => {
      const { sent, answer } = await ask({ input: 'a', dimensions: 2 }, cutting, responds(embedding));
      expect(sent).toEqual([{ model: 'm', input: 'a' }]);
      expect(answer.data[0]?.embedding).toEqual([0.6, 0.8]);
      expect(answer.adjustments).toMatchObject([{ param: 'dimensions', action: 'emulated', from: 2 }]);
      const text = (await ask({ input: 'a', dimensions: 2, encoding_format: 'base64' }, cutting, responds(embedding))).answer;
      expect(text.data[0]?.embedding).toBe(encodeVector([0.6, 0.8], 'base64'));
    });

    it('are an error where they came shorter, and zeros stay zeros', async () => {
      const short = ask({ input: 'a', dimensions: 3 }, cutting, responds([1, 2]));
      await expect(short).rejects.toMatchObject({ status: 502, message: expect.stringContaining('2 dimensions where 3') as string });
      expect((await ask({ input: 'a', dimensions: 1 }, cutting, responds([0, 1]))).answer.data[0]?.embedding).toEqual([0]);
    });
  });
});

describe('embeddings fail', () => {
  it.each<[string, (body: JsonObject) => Response, object]>([
    ['when there are fewer than inputs', () => answerTo({ input: 'a' }), { message: 'Acme: it sent 1 embeddings for 2 inputs' }],
    ['when there are none', () => Response.json({ data: [] }), { type: 'provider_unavailable' }],
    ['when one is no vector', () => Response.json({ data: [{ embedding: ['a'] }, {}] }), { type: 'provider_unavailable' }],
    ['when the answer is no JSON', () => new Response('<html>'), { type: 'provider_unavailable' }],
    [
      'when the answer is an error',
      () => Response.json({ error: { message: 'no capacity' } }),
      { message: expect.stringContaining('no capacity') },
    ],
    ['when the provider refuses', () => Response.json({ error: { message: 'too long' } }, { status: 400 }), { status: 400 }],
  ])('%s', async (_, respond, expected) => {
    await expect(ask({ input: ['a', 'b'] }, host(), respond)).rejects.toMatchObject(expected);
  });

  it('as a whole when one of several calls does', async () => {
    const respond = (body: JsonObject) =>
      body['input'] === 'bad' ? Response.json({ error: { message: 'bad' } }, { status: 400 }) : answerTo(body);
    await expect(ask({ input: ['a', 'bad', 'b'] }, host({ prompts: ['text'] }), respond)).rejects.toMatchObject({ status: 400 });
  });

  it('without showing the key, which the provider may repeat in its answer', async () => {
    const respond = () => Response.json({ error: { message: 'no such key: sk-embed-1234' } });
    const failure: unknown = await ask({ input: 'a' }, host(), respond).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ message: expect.stringContaining('no such key: ***') });
    expect(JSON.stringify(failure)).not.toContain('sk-embed-1234');
  });

  it('over to the next endpoint of the model', async () => {
    const offers = (slug: string) =>
      host({}, { slug, name: slug, baseUrl: `https://${slug}.example`, models: [{ slug: 'any/m', id: slug, source: '', checked: '' }] });
    const sent: string[] = [];
    const { response, answer } = await ask(
      { model: 'any/m', input: 'a', provider: { order: ['one', 'two'] } },
      [offers('one'), offers('two')],
      (body) => {
        sent.push(String(body['model']));
        return body['model'] === 'one' ? Response.json({ error: { message: 'down' } }, { status: 503 }) : answerTo(body);
      },
    );
    expect(sent).toEqual(['one', 'two']);
    expect(answer['provider']).toBe('two');
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
  });

  it('where no input is given, or no model makes embeddings', async () => {
    await expect(ask({})).rejects.toMatchObject({ details: { param: 'input' } });
    await expect(ask({ input: 'a' }, acme())).rejects.toMatchObject({ status: 404 });
  });
});

it('a vector is the same after any writing', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true })), (numbers) => {
      expect(encodeVector(encodeVector(numbers, 'base64'), 'float')).toEqual(numbers);
    }),
  );
});
