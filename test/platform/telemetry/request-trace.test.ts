import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sampler } from '../../../src/platform/telemetry/otlp-settings.ts';
import { traceOf } from '../../../src/platform/telemetry/request-trace.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const from = (flags: string) => new Headers({ traceparent: `00-${TRACE}-${SPAN}-${flags}`, tracestate: 'rojo=1' });
const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));
const ask = (headers: Headers, sampler: Sampler | null, isForwarded = false) => traceOf(headers, { sampler, isForwarded, randomBytes });

describe('traceOf', () => {
  it('continues the trace of a client, whose choice counts where the sampler is parent-based', () => {
    expect(ask(from('01'), { isParentBased: true, ratio: 0 })).toMatchObject({
      traceId: TRACE,
      parentId: SPAN,
      state: 'rojo=1',
      isSampled: true,
    });
    expect(ask(from('00'), { isParentBased: true, ratio: 1 })?.isSampled).toBe(false);
    expect(ask(from('01'), { isParentBased: false, ratio: 0 })?.isSampled).toBe(false);
    expect(ask(from('00'), { isParentBased: false, ratio: 1 })?.isSampled).toBe(true);
  });

  it('begins a trace of its own where there is none, or none that is valid', () => {
    for (const headers of [new Headers(), from('zz')]) {
      const trace = ask(headers, { isParentBased: true, ratio: 1 });
      expect(trace).toMatchObject({ parentId: null, state: '', isSampled: true, forwarded: {} });
      expect(trace?.traceId).toMatch(/^[\da-f]{32}$/);
      expect(trace?.spanId).toMatch(/^[\da-f]{16}$/);
    }
  });

  it('has no trace for a request without one, where traces are not exported', () => {
    expect(ask(new Headers(), null)).toBeNull();
    expect(ask(from('01'), null)?.traceId).toBe(TRACE);
  });

  it('forwards the trace with a span of its own, only where that is asked for', () => {
    expect(ask(from('01'), null)?.forwarded).toEqual({});
    const trace = ask(from('01'), null, true);
    expect(trace?.forwarded).toEqual({ traceparent: `00-${TRACE}-${trace?.spanId}-01`, tracestate: 'rojo=1' });
    expect(trace?.spanId).not.toBe(SPAN);
  });

  it('decides the same for a trace each time, and a larger ratio samples what a smaller one does', () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, ratio, ratio, (id, one, other) => {
        const isSampled = (most: number) =>
          traceOf(new Headers(), {
            sampler: { isParentBased: true, ratio: most },
            isForwarded: false,
            randomBytes: (count) => id.slice(0, count),
          })?.isSampled;
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(isSampled(less)).toBe(isSampled(less));
        expect(isSampled(less) !== true || isSampled(more) === true).toBe(true);
        expect([isSampled(0), isSampled(1)]).toEqual([false, true]);
      }),
    );
  });
});
