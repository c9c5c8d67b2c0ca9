/** Traces, metrics and log lines of the router in workerd, against a receiver over HTTP. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readMetrics, readTraces, valuesOf } from '../support/otlp-schema.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post, startHarness, until, type Harness } from './harness.ts';

type Attribute = Parameters<typeof valuesOf>[0][number];
type SpanJson = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  attributes: Attribute[];
  status: { code?: number };
};
type Point = { attributes: Attribute[]; asInt?: string; count?: string };
type Export = { path: string; headers: Record<string, unknown>; text: string };

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

let receiver: OwnUpstream;
let exports: Export[] = [];

beforeAll(async () => {
  receiver = await listen(async (request, response) => {
    exports.push({ path: request.url ?? '', headers: request.headers, text: await bodyOf(request) });
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
});

afterAll(() => receiver.stop());

const spansSent = () =>
  exports
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(
      ({ text }) =>
        (JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: SpanJson[] }[] }[] }).resourceSpans[0]?.scopeSpans[0]?.spans ?? [],
    );

const pointsOf = (name: string): Point[] =>
  exports
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap(
      ({ text }) =>
        (
          JSON.parse(text) as {
            resourceMetrics: {
              scopeMetrics: { metrics: { name: string; sum?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } }[] }[];
            }[];
          }
        ).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [],
    )
    .filter((metric) => metric.name === name)
    .flatMap(({ sum, histogram }) => (sum ?? histogram)?.dataPoints ?? []);

const total = (name: string) => pointsOf(name).reduce((sum, { asInt, count }) => sum + Number(asInt ?? count), 0);

describe('a router with OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-team=core%20team',
      OTEL_SERVICE_NAME: 'my-router',
    });
  });
  afterAll(() => harness.stop());

  it('answers with x-trace-id, and sends spans in the trace of the client and sums of all requests, with fewer exports than requests', async () => {
    exports = [];
    const url = `${harness.url}/v1/chat/completions`;
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'rojo=1', 'x-session-id': 's1' };
    const answer = await post(url, hello({ stream: true, temperature: 0.5, messages: [{ role: 'user', content: 'PRIVATE' }] }), headers);
    expect(answer.headers.get('x-trace-id')).toBe(TRACE);
    await answer.text();
    const own = await post(url, hello());
    expect(own.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    await own.text();
    const refused = await post(url, hello({ model: '@nobody/m' }));
    expect(refused.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
    await refused.text();
    await post(url, hello(), { traceparent: `00-${'a'.repeat(32)}-${PARENT}-00` }); // its client does not record it
    for (let index = 0; index < 46; index++) await (await post(url, hello())).text();
    await (await post(`${harness.url}/v1/embeddings`, { model: '@openai/text-embedding-3-small', input: 'PRIVATE' })).text();
    await until(
      'all exports',
      () =>
        total('gen_ai.client.inference.duration') === 49 && total('gen_ai.client.embeddings.duration') === 1 && spansSent().length === 98
          ? true
          : undefined,
      12_000,
    );
    expect(exports.length).toBeLessThan(51);
    for (const { path, text, headers: sent } of exports) {
      const { sent: written, understood } = path === '/v1/traces' ? readTraces(text) : readMetrics(text);
      expect(understood).toEqual(written);
      expect(sent).toMatchObject({ 'x-team': 'core team', 'content-type': 'application/json' });
      expect(text).toContain('my-router');
      expect(text).not.toContain('PRIVATE');
    }
    const spans = spansSent();
    const root = spans.find(({ parentSpanId }) => parentSpanId === PARENT);
    expect(root).toMatchObject({ traceId: TRACE, traceState: 'rojo=1', name: 'chat @novita/any-model' });
    expect(valuesOf(root?.attributes ?? [])).toMatchObject({
      'gen_ai.provider.name': 'novita',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['stop'],
      'tributary.generation.id': answer.headers.get('x-generation-id'),
      'server.address': '127.0.0.1',
    });
    const [attempt, ...more] = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId);
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ traceId: TRACE, name: 'POST' });
    expect(spans.some(({ traceId }) => traceId === 'a'.repeat(32))).toBe(false);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(98);
    expect(total('tributary.refusals')).toBe(1);
  });

  it('reports a failed answer with its attempts, and no refusal beside it', async () => {
    exports = [];
    const answer = await post(`${harness.url}/v1/chat/completions`, hello(), { 'x-simulator-fault': 'status=500' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    const { type } = await errorOf(answer);
    await (await post(`${harness.url}/v1/chat/completions`, hello())).text();
    const failed = await until(
      'the spans',
      () => spansSent().find(({ status, name }) => status.code === 2 && name.startsWith('chat')),
      12_000,
    );
    expect(valuesOf(failed.attributes)).toMatchObject({ 'error.type': type });
    const attempts = spansSent().filter(({ parentSpanId }) => parentSpanId === failed.spanId);
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.map(({ status }) => status.code)).toEqual(attempts.map(() => 2));
    await until('the metrics', () => (total('gen_ai.client.inference.duration') >= 2 ? true : undefined), 12_000);
    expect(total('tributary.refusals')).toBe(0);
  });
});

describe('a router whose receiver is down', () => {
  it('answers as ever', async () => {
    const harness = await startHarness({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    try {
      for (let index = 0; index < 60; index++) {
        const answer = await post(`${harness.url}/v1/chat/completions`, hello());
        expect(answer.status).toBe(200);
        await answer.text();
      }
    } finally {
      await harness.stop();
    }
  });
});

describe('a router with LOG=generations and FORWARD_TRACEPARENT', () => {
  it('writes a line for each answer, and sends its trace context to upstreams', async () => {
    const written: string[] = [];
    const spy = vi.spyOn(console, 'log').mockImplementation((text: unknown) => void written.push(String(text)));
    const upstreamHeaders: (string | undefined)[] = [];
    const upstream = await listen(async (request, response) => {
      await bodyOf(request);
      upstreamHeaders.push(String(request.headers['traceparent']), String(request.headers['tracestate']));
      response.writeHead(200, STREAM_HEADERS).end(contentFrame('PRIVATE') + ENDING);
    });
    const harness = await startHarness({ LOG: 'generations', FORWARD_TRACEPARENT: 'true', NOVITA_BASE_URL: upstream.url });
    try {
      const headers = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'rojo=1' };
      const model = '@novita/a"b';
      const answer = await post(`${harness.url}/v1/chat/completions`, hello({ stream: true, model, session_id: 'a\nb\u2028"' }), headers);
      expect(await answer.text()).toContain('PRIVATE');
      const line = await until('the line', () => written.find((text) => text.includes('"generation"')));
      expect(JSON.parse(line)).toMatchObject({
        id: answer.headers.get('x-generation-id'),
        account: 'anonymous',
        model_asked: model,
        session: 'session:a\nb\u2028"',
        status: 200,
        prompt_tokens: 2,
        trace: TRACE,
      });
      expect(line.trim()).not.toContain('\n');
      expect(written.join()).not.toContain('PRIVATE');
      expect(upstreamHeaders[0]).toMatch(new RegExp(`^00-${TRACE}-(?!${PARENT})[\\da-f]{16}-01$`));
      expect(upstreamHeaders[1]).toBe('rojo=1');
    } finally {
      spy.mockRestore();
      await harness.stop();
      await upstream.stop();
    }
  });
});

describe('a router without variables of telemetry', () => {
  it('writes no x-trace-id, and sends no trace context to upstreams', async () => {
    const harness = await startHarness();
    try {
      const answer = await post(`${harness.url}/v1/chat/completions`, hello(), { traceparent: `00-${TRACE}-${PARENT}-01` });
      expect(answer.headers.get('x-trace-id')).toBeNull();
      await answer.text();
    } finally {
      await harness.stop();
    }
  });
});
