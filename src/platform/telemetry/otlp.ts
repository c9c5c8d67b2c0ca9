/** Exports generations over OTLP: spans of sampled traces, and metrics of all requests. */
import { toHex } from '../../lib/hash.ts';
import type { ObservedGeneration, Refusal } from '../../accounts/telemetry.ts';
import { attributesOf } from './otlp-json.ts';
import { OtlpExporter, type Batch, type ExporterPorts, type Signal, type SignalQueue } from './otlp-exporter.ts';
import { MetricQueue } from './otlp-metrics.ts';
import type { OtlpSettings } from './otlp-settings.ts';
import type { RandomBytes } from './request-trace.ts';
import { spansOf, type Span } from './spans.ts';

/** Most spans that wait; spans with which an export starts at once; most spans of one export. */
const [MAX_SPANS, FULL_SPANS, BATCH_SPANS] = [2048, 50, 512];

/** What the export uses of the platform. */
export type OtlpPorts = ExporterPorts & { randomBytes: RandomBytes };

/** Who writes: the scope of all spans and metrics. */
const SCOPE = { name: 'tributary' };

/** The export of one isolate. */
export class Otlp {
  readonly #spans: SpanQueue | null;
  readonly #metrics: MetricQueue | null;
  readonly #exporter: OtlpExporter;
  readonly #spanOptions: { hasOldNames: boolean; createSpanId: () => string };

  constructor({ traces, metrics, resource, hasOldNames }: OtlpSettings, ports: OtlpPorts) {
    const { randomBytes, clock } = ports;
    /** Made with the first export: at the start of an isolate there are no random numbers. */
    let instance: string | null = null;
    const written = () => {
      instance ??= toHex(randomBytes(16));
      return { attributes: attributesOf({ 'service.name': 'tributary', 'service.instance.id': instance, ...resource }) };
    };
    this.#metrics =
      metrics === null
        ? null
        : new MetricQueue({
            hasOldNames,
            nowMs: () => clock.nowMs(),
            write: (all) => JSON.stringify({ resourceMetrics: [{ resource: written(), scopeMetrics: [{ scope: SCOPE, metrics: all }] }] }),
          });
    const dropped = (count: number) => this.#metrics?.droppedSpans(count);
    const writeSpans = (spans: readonly Span[]) =>
      JSON.stringify({ resourceSpans: [{ resource: written(), scopeSpans: [{ scope: SCOPE, spans }] }] });
    this.#spans = traces === null ? null : new SpanQueue(writeSpans, dropped);
    const signals: Signal[] = [
      ...(traces === null || this.#spans === null ? [] : [{ destination: traces, queue: this.#spans }]),
      ...(metrics === null || this.#metrics === null ? [] : [{ destination: metrics, queue: this.#metrics }]),
    ];
    this.#exporter = new OtlpExporter(signals, ports);
    this.#spanOptions = { hasOldNames, createSpanId: () => toHex(randomBytes(8)) };
  }

  generation(one: ObservedGeneration): void {
    if (one.trace?.isSampled === true) this.#spans?.add(spansOf(one, one.trace, this.#spanOptions));
    this.#metrics?.generation(one);
    this.#exporter.requested();
  }

  refusal(refusal: Refusal): void {
    this.#metrics?.refusal(refusal);
    this.#exporter.requested();
  }
}

/** What waits of traces. */
class SpanQueue implements SignalQueue {
  #spans: Span[] = [];
  readonly #write: (spans: readonly Span[]) => string;
  readonly #dropped: (count: number) => void;

  constructor(write: (spans: readonly Span[]) => string, dropped: (count: number) => void) {
    this.#write = write;
    this.#dropped = dropped;
  }

  /** The spans of one answer, all of them or none. */
  add(spans: readonly Span[]): void {
    if (this.#spans.length + spans.length > MAX_SPANS) return this.#dropped(spans.length);
    this.#spans.push(...spans);
  }

  isEmpty(): boolean {
    return this.#spans.length === 0;
  }

  isFull(): boolean {
    return this.#spans.length >= FULL_SPANS;
  }

  take(): Batch {
    const taken = this.#spans.splice(0, BATCH_SPANS);
    return {
      body: () => this.#write(taken),
      putBack: () => {
        const left = this.#spans.splice(0);
        this.#spans.push(...taken);
        this.add(left);
      },
      drop: () => this.#dropped(taken.length),
    };
  }
}
