/** The rest of the API over HTTP: explain, lists, health, CORS, and what happens to requests that are none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, hello, logged, post, simulatorLog, startHarness, type Harness } from './harness.ts';

const MAX_REQUEST_BYTES = 20_000;

let harness: Harness;
beforeAll(async () => {
  // For browsers everywhere: without the variable only pages of localhost are answered.
  harness = await startHarness({ MAX_REQUEST_BYTES: String(MAX_REQUEST_BYTES), ANONYMOUS_HOSTS: '*' });
});
afterAll(() => harness.stop());

const BASES = ['/v1', '/api/v1'];

describe.each(BASES)('%s', (base) => {
  const at = (path: string) => `${harness.url}${base}/${path}`;

  it('/explain shows the request that would be sent, and sends nothing', async () => {
    const content = `explained under ${base}`;
    const request = hello({ temperature: 0, top_a: 0.3, top_k: 500, stream: true, messages: [{ role: 'user', content }] });
    const before = (await simulatorLog(harness)).length;
    const response = await post(at('explain'), request);
    expect(response.status).toBe(200);
    const explained = (await response.json()) as {
      requests: { url: string; body: unknown }[];
      adjustments: { param: string }[];
      plan: object;
    };
    expect(await simulatorLog(harness)).toHaveLength(before);
    expect(explained.plan).toMatchObject({ calls: [{ provider: 'novita', model: 'any-model', ready: true }] });
    expect(explained.adjustments.map(({ param }) => param)).toEqual(['temperature', 'top_a', 'top_k']);

    await (await post(at('chat/completions'), request)).text();
    const sent = await logged(harness, content);
    expect(explained.requests).toHaveLength(1);
    expect(explained.requests[0]?.body).toEqual(sent?.body);
    expect(explained.requests[0]?.body).toMatchObject({ temperature: 0.01, top_k: 127 });
  });

  it('/explain returns the error that the request would get', async () => {
    expect(await errorOf(await post(at('explain'), hello({ temperature: 3 })))).toMatchObject({ code: 400, param: 'temperature' });
    expect(await errorOf(await post(at('explain'), { model: '@novita/m' }))).toMatchObject({ code: 400 });
  });

  it('/models lists models that can be called by their ids', async () => {
    const { object, data } = (await (await fetch(at('models'))).json()) as {
      object: string;
      data: { id: string; object: string; architecture: { output_modalities: string[] }; pricing: object }[];
    };
    expect(object).toBe('list');
    expect(data.length).toBeGreaterThan(3);
    expect(data).toContainEqual(
      expect.objectContaining({ id: 'openai/gpt-4o', object: 'model', pricing: expect.objectContaining({ prompt: '0.0000025' }) }),
    );
    // Every model below one base path; some of them below the other, which leads to the same handler.
    const called = data.filter((_, index) => base === BASES[0] || index % 20 === 0);
    const statuses = await Promise.all(
      called.map(async ({ id, architecture }) => {
        const isForEmbeddings = architecture.output_modalities.includes('embeddings');
        const response = isForEmbeddings
          ? await post(at('embeddings'), { model: id, input: 'hello' })
          : await post(at('chat/completions'), hello({ model: id }));
        await response.text();
        return { id, status: response.status };
      }),
    );
    expect(statuses).toEqual(called.map(({ id }) => ({ id, status: 200 })));
  });

  it('/models/{author}/{slug}/endpoints lists the providers of a model with their health', async () => {
    const slug = 'meta-llama/llama-3.3-70b-instruct';
    const { data: models } = (await (await fetch(at('models'))).json()) as { data: { id: string; endpoints: { provider: string }[] }[] };
    const providers = models.find(({ id }) => id === slug)?.endpoints.map(({ provider }) => provider) ?? [];
    expect(providers.length).toBeGreaterThan(1);

    for (const written of [slug, encodeURIComponent(slug), `${slug}:floor`]) {
      const response = await fetch(at(`models/${written}/endpoints`));
      expect(response.status).toBe(200);
      const { data } = (await response.json()) as { data: { id: string; endpoints: { tag: string }[] } };
      expect(data.id).toBe(slug);
      expect(data.endpoints.map(({ tag }) => tag)).toEqual(providers);
      for (const endpoint of data.endpoints)
        expect(endpoint).toMatchObject({
          status: 0,
          model_id: slug,
          pricing: { prompt: expect.any(String) },
          health: { state: 'closed' },
        });
    }
  });

  it('/models/{author}/{slug}/endpoints of an unlisted model is a 404 that names GET /v1/models', async () => {
    const error = await errorOf(await fetch(at('models/nobody/nothing:free/endpoints')));
    expect(error).toMatchObject({ code: 404, type: 'not_found', message: expect.stringContaining('nobody/nothing:free') });
    expect(error.message).toContain('GET /v1/models lists');
    const wrongMethod = await errorOf(await post(at('models/openai/gpt-4o/endpoints'), {}));
    expect(wrongMethod).toMatchObject({ code: 405, type: 'method_not_allowed' });
  });

  it('/providers lists every provider and whether it is ready', async () => {
    const { data } = (await (await fetch(at('providers'))).json()) as { data: { slug: string; ready: boolean; simulated: boolean }[] };
    expect(data.map(({ slug }) => slug)).toEqual(
      expect.arrayContaining(['novita', 'tokensmind', 'octoai', 'completions-compatible', 'openai']),
    );
    expect(data.every(({ ready, simulated }) => ready && simulated)).toBe(true);
  });

  it('/health is 200 with a generation id', async () => {
    const response = await fetch(at('health'));
    expect(response.headers.get('x-generation-id')).toMatch(/^gen-/);
    expect(await response.json()).toEqual({ status: 'ok', catalog: expect.objectContaining({ source: 'bundled' }) });
  });

  it("CORS allows any origin and header, and exposes the router's headers", async () => {
    const preflight = await fetch(at('chat/completions'), {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-stainless-os',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.has('access-control-allow-credentials')).toBe(false);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type,x-stainless-os');

    for (const body of [hello(), hello({ temperature: 3 }), 'nonsense']) {
      const response = await post(at('chat/completions'), body, { origin: 'https://app.example' });
      await response.text();
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const exposed = response.headers.get('access-control-expose-headers') ?? '';
      for (const name of ['x-generation-id', 'x-tributary-adjustments', 'x-tributary-provider']) expect(exposed).toContain(name);
    }
  });

  it('a wrong method is a 405 that names the right one', async () => {
    expect(await errorOf(await fetch(at('chat/completions')))).toMatchObject({ code: 405, type: 'method_not_allowed' });
    expect((await errorOf(await post(at('models'), {}))).message).toContain('GET');
  });

  it('an unknown path is a 404 that lists the known ones', async () => {
    const error = await errorOf(await post(at('chat/completion'), hello()));
    expect(error).toMatchObject({ code: 404, type: 'not_found' });
    expect(error.message).toContain('POST /v1/chat/completions');
  });
});

describe('an invalid request', () => {
  const ask = (body: unknown, path = 'chat/completions') => post(`${harness.url}/v1/${path}`, body);
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const withMetadata = (text: string) => `{"model":"@novita/m","messages":[{"role":"user","content":"x"}],"metadata":${text}}`;

  it.each(['', ' ', 'nonsense', '{"model":', '[]', '"text"', 'null', '7', '\u0000'])('the body %j is a 400', async (body) => {
    expect(await errorOf(await ask(body))).toMatchObject({ code: 400, type: 'invalid_request' });
  });

  it.each([
    { what: 'deep arrays', body: withMetadata(nested(150)) },
    { what: 'very deep arrays', body: withMetadata(nested(9000)) },
    { what: 'deep objects', body: withMetadata(`${'{"a":'.repeat(150)}1${'}'.repeat(150)}`) },
    { what: '__proto__', body: withMetadata('{"__proto__":{"polluted":true}}') },
    { what: '__proto__ at the top', body: '{"model":"@novita/m","messages":[{"role":"user","content":"x"}],"__proto__":{"stream":true}}' },
    { what: 'constructor.prototype', body: withMetadata('{"constructor":{"prototype":{"polluted":true}}}') },
  ])('$what is a 400 that names the place', async ({ body }) => {
    const error = await errorOf(await ask(body));
    expect(error).toMatchObject({ code: 400, type: 'invalid_request' });
    expect(error.param).toMatch(/^(metadata|__proto__)/);
    expect((await ask(hello())).status).toBe(200);
  });

  it('a body above the limit is a 413 that names the limit and its variable, declared or not', async () => {
    const large = JSON.stringify(hello({ user: 'x'.repeat(MAX_REQUEST_BYTES) }));
    // The body stays open behind its first piece, which is too much already: a client that goes on writing to a router that has answered
    // may lose the answer with its connection.
    const done = new AbortController();
    const undeclared = {
      method: 'POST',
      duplex: 'half',
      signal: done.signal,
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(large)) }),
    };
    for (const response of [await ask(large), await fetch(`${harness.url}/v1/chat/completions`, undeclared)]) {
      const error = await errorOf(response);
      expect(error).toMatchObject({ code: 413, type: 'payload_too_large' });
      expect(error.message).toContain(String(MAX_REQUEST_BYTES));
      expect(error.message).toContain('MAX_REQUEST_BYTES');
    }
    done.abort();
  });

  it('a body just below the limit is read', async () => {
    const padding = MAX_REQUEST_BYTES - JSON.stringify(hello({ user: '' })).length;
    const body = JSON.stringify(hello({ user: 'x'.repeat(padding) }));
    expect(body).toHaveLength(MAX_REQUEST_BYTES);
    expect((await ask(body)).status).toBe(200);
  });
});
