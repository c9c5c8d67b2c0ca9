/** Observes requests for the operator: lines of the log, traces and metrics. Each part is on where its variables or bindings are set. */
import type { ObservedGeneration, Refusal, Telemetry } from '../../accounts/telemetry.ts';
import { objectsOf } from '../bindings.ts';
import { textOfVariable, type Env } from '../env.ts';
import { datasetOf, writePoint } from './analytics.ts';
import { createGenerationLog, type LogChoice } from './generation-log.ts';
import { Otlp, type OtlpPorts } from './otlp.ts';
import { otlpSettings, type OtlpSettings } from './otlp-settings.ts';
import { traceOf } from './request-trace.ts';
import { SharedMetrics, type MetricsStub } from './shared-metrics.ts';

/** Name of the single `MetricsObject`. */
const METRICS_NAME = 'all';

/** What telemetry uses of the platform. */
export type TelemetryPorts = OtlpPorts & {
  /** Writes a line of the log that is no warning. */
  note: (line: string) => void;
};

/** One part: where generations go, and refused requests. */
type Observer = { generation(one: ObservedGeneration): void; refusal?(refusal: Refusal): void };

/** Creates the telemetry of one isolate. Null = nothing is observed. */
export function createTelemetry(env: Env, ports: TelemetryPorts): Telemetry | null {
  const settings = otlpSettings(env);
  for (const fault of settings?.faults ?? []) ports.log(fault);
  const isForwarded = textOfVariable(env, 'FORWARD_TRACEPARENT').toLowerCase() === 'true';
  const metrics = createSharedMetrics(env, ports);
  const observers = [...createOwnObservers(env, settings, ports), ...(metrics === null ? [] : [metrics])];
  if (observers.length === 0 && !isForwarded) return null;
  const sampler = settings?.traces == null ? null : settings.sampler;
  /** An answer must not fail since it cannot be observed. */
  const attempt = (observe: () => void) => {
    try {
      observe();
    } catch (thrown) {
      ports.log(`telemetry failed: ${thrown instanceof Error ? thrown.name : typeof thrown}`); // its text may have content
    }
  };
  return {
    trace: (headers) => traceOf(headers, { sampler, isForwarded, randomBytes: ports.randomBytes }),
    generation: (one) => {
      for (const observer of observers) attempt(() => observer.generation(one));
    },
    refusal: (refusal) => {
      for (const observer of observers) attempt(() => observer.refusal?.(refusal));
    },
    exposition: metrics === null ? null : () => metrics.exposition(),
  };
}

/** The parts that need no other isolate. */
function createOwnObservers(env: Env, settings: OtlpSettings | null, ports: TelemetryPorts): Observer[] {
  const choice = logChoice(env);
  const dataset = datasetOf(env);
  const isExported = settings !== null && (settings.traces !== null || settings.metrics !== null);
  return [
    ...(choice === 'off' ? [] : [{ generation: createGenerationLog(choice, ports.note) }]),
    ...(isExported ? [new Otlp(settings, ports)] : []),
    ...(dataset === null ? [] : [{ generation: (one: ObservedGeneration) => writePoint(dataset, one) }]),
  ];
}

/** Which generations are written to the log. */
function logChoice(env: Env): LogChoice {
  const text = textOfVariable(env, 'LOG');
  return text === 'generations' || text === 'errors' ? text : 'off';
}

/** Only where they can be read: without an admin key every request for them is refused. */
function createSharedMetrics(env: Env, ports: TelemetryPorts): SharedMetrics | null {
  const objects = objectsOf<MetricsStub>(env, 'METRICS');
  if (objects === null || textOfVariable(env, 'ADMIN_API_KEY') === '') return null;
  return new SharedMetrics({ ...ports, connect: () => objects(METRICS_NAME) });
}
