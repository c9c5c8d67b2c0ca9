/** Reads or begins the trace of a request, and decides whether it is recorded. */
import { readTraceParent, readTraceState, writeTraceParent } from '../../lib/trace-context.ts';
import { toHex } from '../../lib/hash.ts';
import type { RequestTrace } from '../../accounts/telemetry.ts';
import type { Sampler } from './otlp-settings.ts';

/** Bytes from a source of random numbers. */
export type RandomBytes = (count: number) => Uint8Array;

/** How traces are made. */
export type TraceOptions = {
  /** Null = traces are not exported: a request has a trace where its client sends one. */
  sampler: Sampler | null;
  /** Upstream calls carry the trace context (`FORWARD_TRACEPARENT`). */
  isForwarded: boolean;
  randomBytes: RandomBytes;
};

/** Digits at the end of a trace id that decide about a ratio: 52 bits, all of them random (W3C Trace Context, level 2). */
const RATIO_DIGITS = 13;

/** Reads or begins the trace of a request; null = it needs none. */
export function traceOf(headers: Headers, { sampler, isForwarded, randomBytes }: TraceOptions): RequestTrace | null {
  const parent = readTraceParent(headers.get('traceparent'));
  if (parent === null && sampler === null && !isForwarded) return null;
  const traceId = parent?.traceId ?? toHex(randomBytes(16));
  const isSampled = parent !== null && (sampler?.isParentBased ?? true) ? parent.isSampled : isChosen(traceId, sampler?.ratio ?? 0);
  const trace = { traceId, spanId: toHex(randomBytes(8)), isSampled };
  const state = parent === null ? '' : readTraceState(headers.get('tracestate'));
  const forwarded: Record<string, string> = isForwarded
    ? { traceparent: writeTraceParent(trace), ...(state === '' ? {} : { tracestate: state }) }
    : {};
  return { ...trace, parentId: parent?.spanId ?? null, state, forwarded };
}

/** All routers in a trace decide the same. */
const isChosen = (traceId: string, ratio: number): boolean =>
  Number.parseInt(traceId.slice(-RATIO_DIGITS), 16) < ratio * 16 ** RATIO_DIGITS;
