import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MetricSet } from '../../../src/platform/telemetry/metric-set.ts';
import { countGeneration, countRefusal, expositionOf } from '../../../src/platform/telemetry/prometheus.ts';
import { readExposition, type Sample } from '../../support/exposition.ts';
import { anyObserved, attempt, observed } from './observed.ts';

const valueOf = (samples: readonly Sample[], name: string, some: Readonly<Record<string, string>> = {}) =>
  samples
    .filter((sample) => sample.name === name && Object.entries(some).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);

describe('expositionOf', () => {
  it('has the sums of what was counted', () => {
    const set = new MetricSet(100);
    const failed = attempt({ errorType: 'timeout' });
    for (let index = 0; index < 3; index++) countGeneration(set, observed({ attempts: [failed, attempt()] }));
    countGeneration(set, observed({ record: { status: 502, errorType: 'provider_unavailable', usage: null, streamed: false } }));
    countRefusal(set, { status: 402, errorType: 'payment_required' });
    const samples = readExposition(expositionOf(set.all()));
    expect(valueOf(samples, 'tributary_requests_total', { status: '200', model: 'acme/m', provider: 'acme', format: 'openai-chat' })).toBe(
      3,
    );
    expect(valueOf(samples, 'tributary_requests_total', { status: '502' })).toBe(1);
    expect(valueOf(samples, 'tributary_failures_total', { provider: 'acme', error_type: 'timeout' })).toBe(3);
    expect(valueOf(samples, 'tributary_refusals_total', { status: '402', error_type: 'payment_required' })).toBe(1);
    expect(valueOf(samples, 'tributary_tokens_total', { kind: 'output' })).toBe(60);
    expect(valueOf(samples, 'tributary_spend_usd_total')).toBeCloseTo(0.0045);
    expect(valueOf(samples, 'tributary_request_latency_seconds_count')).toBe(4);
    expect(valueOf(samples, 'tributary_request_latency_seconds_sum')).toBeCloseTo(6);
    expect(valueOf(samples, 'tributary_time_to_first_token_seconds_bucket', { le: '0.32' })).toBe(3);
    expect(valueOf(samples, 'tributary_time_to_first_token_seconds_bucket', { le: '0.16' })).toBe(0);
  });

  it('is valid for any generations, whatever models are called, and names no user', () => {
    fc.assert(
      fc.property(fc.array(anyObserved, { maxLength: 8 }), (all) => {
        const set = new MetricSet(20);
        for (const one of all)
          countGeneration(set, observed({ ...one, record: { ...one.record, user: 'the-user', session: 'the-session' } }));
        const text = expositionOf(set.all());
        expect(valueOf(readExposition(text), 'tributary_requests_total')).toBe(all.length);
        expect(text).not.toMatch(/the-user|the-session|abababababab/);
      }),
    );
  });

  it('counts the same in one set and in sets that are merged in any order', () => {
    fc.assert(
      fc.property(fc.array(anyObserved, { maxLength: 8 }), fc.nat({ max: 8 }), (all, cut) => {
        const counted = (some: typeof all) => {
          const set = new MetricSet(1000);
          for (const one of some) countGeneration(set, one);
          return set;
        };
        const merged = counted(all.slice(cut));
        merged.merge(counted(all.slice(0, cut)).take());
        const keyed = (set: MetricSet) =>
          readExposition(expositionOf(set.all())).map(({ name, labels, value }) => [JSON.stringify([name, labels]), value] as const);
        const [one, other] = [new Map(keyed(counted(all))), new Map(keyed(merged))];
        expect([...one.keys()].sort()).toEqual([...other.keys()].sort());
        for (const [key, value] of one) expect(other.get(key)).toBeCloseTo(value, 6);
      }),
    );
  });

  it('escapes values of labels', () => {
    const set = new MetricSet(10);
    set.add('tributary_spend_usd_total', { model: 'a"b\\c\nd' }, 1);
    expect(expositionOf(set.all())).toContain(String.raw`tributary_spend_usd_total{model="a\"b\\c\nd"} 1`);
  });
});
