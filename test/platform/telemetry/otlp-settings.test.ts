import { describe, expect, it } from 'vitest';
import { otlpSettings, pairsOf } from '../../../src/platform/telemetry/otlp-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/' };

describe('otlpSettings', () => {
  it('returns null without an endpoint, and where OTEL_SDK_DISABLED is true', () => {
    expect(otlpSettings({ OTEL_SERVICE_NAME: 'router' })).toBeNull();
    expect(otlpSettings({ ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' })).toBeNull();
  });

  it('adds the path of the signal to the common endpoint, and nothing to an own one', () => {
    const settings = otlpSettings({ ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://metrics.example/otlp' });
    expect(settings?.traces?.url).toBe('http://localhost:4318/v1/traces');
    expect(settings?.metrics?.url).toBe('https://metrics.example/otlp');
    expect(otlpSettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost/t' })?.metrics).toBeNull();
    expect(otlpSettings({ ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' })?.metrics).toBeNull();
  });

  it('reads headers and attributes, percent-decoded; those of a signal have priority', () => {
    const settings = otlpSettings({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db, x-team=core',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=traces',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod,service.name=other',
      OTEL_SERVICE_NAME: 'router',
    });
    expect(settings?.traces?.headers).toEqual({ authorization: 'Bearer a=b', 'x-team': 'traces' });
    expect(settings?.metrics?.headers).toEqual({ authorization: 'Bearer a=b', 'x-team': 'core' });
    expect(settings?.resource).toEqual({ 'deployment.environment.name': 'prod', 'service.name': 'router' });
  });

  it.each([
    [
      'a protocol that is not http/json',
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; expected http\/json/,
    ],
    [
      'an endpoint without a scheme',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'localhost:4318' },
      /OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no address/,
    ],
    ['a user name in the endpoint', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://u:p@x.example' }, /without a user name/],
    ['a header that cannot be sent', { OTEL_EXPORTER_OTLP_HEADERS: 'a b=1,c=x%0Ay' }, /"a b" is no header/],
    ['a sampler that is not known', { OTEL_TRACES_SAMPLER: 'jaeger' }, /OTEL_TRACES_SAMPLER is "jaeger"/],
    ['a ratio above 1', { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '50' }, /OTEL_TRACES_SAMPLER_ARG is "50"/],
  ])('reports %s', (_, variables, fault) => {
    const settings = otlpSettings({ ...ENDPOINT, ...variables });
    expect(settings?.faults.join('\n')).toMatch(fault);
  });

  it('never shows the value of a header in a fault', () => {
    expect(otlpSettings({ ...ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS: 'a b=secret' })?.faults.join()).not.toContain('secret');
  });
});

describe('pairsOf', () => {
  it('keeps what cannot be decoded, and leaves out entries without a name', () => {
    expect(pairsOf('a=%zz,b,=c, d = e ')).toEqual({ a: '%zz', d: 'e' });
  });
});
