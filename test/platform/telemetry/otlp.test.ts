import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DELAY_MS } from '../../../src/platform/telemetry/otlp-exporter.ts';
import { otlpSettings } from '../../../src/platform/telemetry/otlp-settings.ts';
import { Otlp } from '../../../src/platform/telemetry/otlp.ts';
import type { ObservedGeneration } from '../../../src/accounts/telemetry.ts';
import { createFakeClock, turn, type FakeClock } from '../../support/fake-ports.ts';
import { readMetrics, readTraces, valuesOf } from '../../support/otlp-schema.ts';
import { anyObserved, attempt, observed, TRACE } from './observed.ts';

type Sent = { url: string; headers: Headers; body: string };
type SpanJson = { name: string; spanId: string; parentSpanId?: string; attributes: never[]; status: object; startTimeUnixNano: string };

let clock: FakeClock;
let sent: Sent[];
let lines: string[];
let background: Promise<unknown>[];
let respond: () => Response | Promise<Response>;

beforeEach(() => {
  [clock, sent, lines, background] = [createFakeClock(), [], [], []];
  respond = () => Response.json({});
});

function createOtlp(variables: Readonly<Record<string, string>> = {}): Otlp {
  let next = 0;
  const settings = otlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', ...variables });
  if (settings === null) throw new Error('no settings');
  return new Otlp(settings, {
    clock,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => 1 + (next++ % 250)),
    ask: async (url, init) => {
      sent.push({ url, headers: new Headers(init.headers), body: String(init.body) });
      return respond();
    },
    background: (work) => void background.push(work),
    log: (line) => void lines.push(line),
  });
}

/** Lets the planned export happen. */
async function pass(ms = DELAY_MS): Promise<void> {
  clock.advance(ms);
  await turn();
  await turn();
}

const TRACES_ONLY = { OTEL_METRICS_EXPORTER: 'none' };
const METRICS_ONLY = { OTEL_TRACES_EXPORTER: 'none' };

const spansIn = ({ body }: Sent): SpanJson[] =>
  (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SpanJson[] }[] }[] }).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];

type Point = { attributes: never[]; asInt?: string; asDouble?: number; count?: string; sum?: number; bucketCounts?: string[] };
type Metric = { name: string; sum?: { dataPoints: Point[] }; histogram?: { dataPoints: Point[] } };

const metricsIn = ({ body }: Sent): Metric[] =>
  (JSON.parse(body) as { resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[] }).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];

describe('spans', () => {
  it('has the answer below the client, and each attempt below the answer', async () => {
    const otlp = createOtlp(TRACES_ONLY);
    const failed = attempt({ status: 503, errorType: 'provider_overloaded', firstContentMs: null });
    otlp.generation(observed({ attempts: [failed, attempt({ startedMs: 1_790_000_000_400 })], record: { session: 's', modelAsked: 'm' } }));
    await pass();
    const [answer, first, second] = spansIn(sent[0]!);
    expect(sent[0]?.url).toBe('http://localhost:4318/v1/traces');
    expect(answer).toMatchObject({
      name: 'chat m',
      traceId: TRACE.traceId,
      spanId: TRACE.spanId,
      parentSpanId: TRACE.parentId,
      kind: 3,
      status: {},
    });
    expect(valuesOf(answer?.attributes ?? [])).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'acme',
      'gen_ai.request.model': 'm',
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'acme/m',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 0.3,
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.conversation.id': 's',
      'server.address': 'api.acme.example',
      'server.port': 443,
      'tributary.attempts': 2,
      'tributary.cost_usd': 0.0015,
      'tributary.key.id': 'abababababab',
    });
    expect(first).toMatchObject({ name: 'POST', parentSpanId: TRACE.spanId, status: { code: 2, message: 'provider_overloaded' } });
    expect(valuesOf(first?.attributes ?? [])).toMatchObject({ 'http.response.status_code': 503, 'error.type': 'provider_overloaded' });
    expect(second).toMatchObject({ startTimeUnixNano: '1790000000400000000', status: {} });
    expect(valuesOf(second?.attributes ?? [])).toMatchObject({ 'http.response.status_code': 200, 'http.request.resend_count': 1 });
  });

  it('is what the published definitions have, for any generation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyObserved, { minLength: 1, maxLength: 5 }), fc.boolean(), async (all, hasOldNames) => {
        [clock, sent] = [createFakeClock(), []];
        const otlp = createOtlp(hasOldNames ? { OTEL_SEMCONV: 'both' } : {});
        for (const one of [...all, observed(), observed()]) otlp.generation(one);
        await pass();
        expect(sent).toHaveLength(2);
        for (const { url, body } of sent) {
          const { sent: written, understood } = url.endsWith('/v1/traces') ? readTraces(body) : readMetrics(body);
          expect(understood).toEqual(written);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has no text of a client but names', async () => {
    const otlp = createOtlp();
    const parameters = { stop: ['SECRET'], messages: ['SECRET'], tools: [{ name: 'SECRET' }], user: 'SECRET', prompt: 'SECRET' };
    otlp.generation(observed({ parameters }));
    otlp.generation(observed({ parameters }));
    await pass();
    expect(sent).toHaveLength(2);
    expect(sent.map(({ body }) => body).join()).not.toContain('SECRET');
  });

  it('leaves out a trace that is not sampled', async () => {
    const otlp = createOtlp(TRACES_ONLY);
    otlp.generation(observed({ trace: { ...TRACE, isSampled: false } }));
    otlp.generation(observed({ trace: null }));
    await pass();
    expect(sent).toEqual([]);
  });

  it('adds the old names where OTEL_SEMCONV is both', async () => {
    const otlp = createOtlp({ ...TRACES_ONLY, OTEL_SEMCONV: 'both' });
    otlp.generation(observed());
    await pass();
    const values = valuesOf(spansIn(sent[0]!)[0]?.attributes ?? []);
    expect(values).toMatchObject({ 'gen_ai.system': 'acme', 'gen_ai.usage.prompt_tokens': 10, 'gen_ai.usage.input_tokens': 10 });
  });
});

describe('metrics', () => {
  it('sends what came since the last export: the sum of all exports is the sum of all generations', async () => {
    const otlp = createOtlp(METRICS_ONLY);
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 10; index++) otlp.generation(observed({ record: { durationMs: 1000 } }));
      await pass();
    }
    expect(sent).toHaveLength(5);
    const all = sent.flatMap(metricsIn);
    const total = (name: string, read: (point: Point) => number) =>
      all
        .filter((metric) => metric.name === name)
        .flatMap(({ sum, histogram }) => (sum ?? histogram)?.dataPoints ?? [])
        .reduce((sum, point) => sum + read(point), 0);
    expect(total('gen_ai.client.inference.usage.input_tokens', ({ asInt }) => Number(asInt))).toBe(500);
    expect(total('gen_ai.client.inference.usage.output_tokens', ({ asInt }) => Number(asInt))).toBe(1000);
    expect(total('gen_ai.client.inference.duration', ({ count }) => Number(count))).toBe(50);
    expect(total('gen_ai.client.inference.duration', ({ sum }) => sum ?? 0)).toBeCloseTo(50);
    expect(total('gen_ai.client.inference.duration', ({ bucketCounts }) => Number(bucketCounts?.[7]))).toBe(50); // 0.64 to 1.28 s
    expect(total('tributary.cost', ({ asDouble }) => asDouble ?? 0)).toBeCloseTo(0.075);
    expect(total('tributary.attempts', ({ asInt }) => Number(asInt))).toBe(50);
  });

  it('counts refused requests', async () => {
    const otlp = createOtlp(METRICS_ONLY);
    otlp.refusal({ status: 401, errorType: 'authentication' });
    await pass();
    const [metric] = metricsIn(sent[0]!);
    expect(metric?.name).toBe('tributary.refusals');
    expect(valuesOf(metric?.sum?.dataPoints[0]?.attributes ?? [])).toEqual({
      'http.response.status_code': 401,
      'error.type': 'authentication',
    });
  });

  it('begins no series for a name that a client makes up, and counts what is beyond its bound in one', async () => {
    const otlp = createOtlp(METRICS_ONLY);
    for (let index = 0; index < 1500; index++) otlp.generation(observed({ record: { modelAsked: `m${index}` } }));
    for (let index = 0; index < 1500; index++) otlp.generation(observed({ record: { model: `m${index}` } }));
    await turn(); // an export has started
    await pass();
    const points = sent.flatMap(metricsIn).flatMap(({ sum, histogram }) => (sum ?? histogram)?.dataPoints ?? []);
    expect(points.length).toBeLessThan(1700);
    expect(points.some(({ attributes }) => valuesOf(attributes)['otel.metric.overflow'] === true)).toBe(true);
    const count = sent
      .flatMap(metricsIn)
      .filter(({ name }) => name === 'gen_ai.client.inference.duration')
      .flatMap(({ histogram }) => histogram?.dataPoints ?? []);
    expect(count.reduce((sum, point) => sum + Number(point.count), 0)).toBe(3000);
  });
});

describe('exports', () => {
  const generations = (otlp: Otlp, count: number, one: ObservedGeneration = observed()) => {
    for (let index = 0; index < count; index++) otlp.generation(one);
  };

  it('are never more than the requests, and take turns', async () => {
    const otlp = createOtlp();
    for (let request = 1; request <= 6; request++) {
      otlp.generation(observed());
      await pass();
      expect(sent.length).toBeLessThanOrEqual(request);
    }
    expect(sent.map(({ url }) => url.split('/').at(-1))).toEqual(['traces', 'metrics', 'traces', 'metrics', 'traces', 'metrics']);
  });

  it('start at once with 50 spans', async () => {
    generations(createOtlp(TRACES_ONLY), 25);
    await turn();
    expect(sent.map(spansIn).map(({ length }) => length)).toEqual([50]);
  });

  it('send the headers of the operator', async () => {
    generations(createOtlp({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20k' }), 1);
    await pass();
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toEqual({ authorization: 'Bearer k', 'content-type': 'application/json' });
  });

  it.each([429, 502, 503, 504])('are sent again after HTTP %i, not before the time that the receiver names', async (status) => {
    respond = () => new Response(null, { status, headers: { 'retry-after': '7' } });
    const otlp = createOtlp(METRICS_ONLY);
    generations(otlp, 2);
    await pass();
    respond = () => Response.json({});
    otlp.generation(observed());
    await pass(5000);
    expect(sent).toHaveLength(1);
    await pass(2000);
    expect(sent).toHaveLength(2);
    const duration = metricsIn(sent[1]!).find(({ name }) => name === 'gen_ai.client.inference.duration');
    expect(duration?.histogram?.dataPoints[0]?.count).toBe('3');
    expect(lines).toHaveLength(1);
  });

  it.each([400, 401, 404, 413, 500, 302])('are given up after HTTP %i', async (status) => {
    respond = () => new Response(null, { status });
    const otlp = createOtlp(METRICS_ONLY);
    generations(otlp, 2);
    await pass();
    otlp.generation(observed());
    respond = () => Response.json({});
    await pass(5000);
    const duration = metricsIn(sent[1]!).find(({ name }) => name === 'gen_ai.client.inference.duration');
    expect(duration?.histogram?.dataPoints[0]?.count).toBe('1');
    expect(lines).toEqual([`OpenTelemetry: the receiver answered with HTTP ${status}. Check OTEL_EXPORTER_OTLP_ENDPOINT.`]);
  });

  it('keep at most 2,048 spans for a receiver that is down, and count the rest', async () => {
    respond = () => Promise.reject(new Error('connection refused'));
    const otlp = createOtlp();
    for (let round = 0; round < 40; round++) {
      generations(otlp, 100);
      await pass(1000);
    }
    expect(sent.length).toBeLessThan(12);
    expect(lines).toEqual(['OpenTelemetry: the receiver cannot be reached. Check OTEL_EXPORTER_OTLP_ENDPOINT.']);
    sent = [];
    respond = () => Response.json({});
    await pass(600_000);
    for (let round = 0; round < 12; round++) {
      generations(otlp, 1);
      await pass();
    }
    const delivered = sent.filter(({ url }) => url.endsWith('traces')).flatMap(spansIn).length;
    const dropped = sent
      .filter(({ url }) => url.endsWith('metrics'))
      .flatMap(metricsIn)
      .filter(({ name }) => name === 'tributary.spans.dropped')
      .flatMap(({ sum }) => sum?.dataPoints ?? [])
      .reduce((sum, { asInt }) => sum + Number(asInt), 0);
    expect(delivered).toBeGreaterThan(2000);
    expect(dropped).toBeGreaterThan(0);
  });

  it('log once what a receiver rejected', async () => {
    respond = () => Response.json({ partialSuccess: { rejectedSpans: '3', errorMessage: 'too\nold' } });
    const otlp = createOtlp(TRACES_ONLY);
    for (let round = 0; round < 3; round++) {
      otlp.generation(observed());
      await pass();
    }
    expect(sent).toHaveLength(3);
    expect(lines).toEqual([String.raw`OpenTelemetry: the receiver rejected 3 entries: too\nold`]);
  });
});
