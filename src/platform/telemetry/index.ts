/** Observes requests for the operator: lines of the log, traces and metrics. Each part is on where its variables are set. */
import type { ObservedGeneration, Telemetry } from '../../accounts/telemetry.ts';
import { textOfVariable, type Env } from '../env.ts';
import { createGenerationLog, type LogChoice } from './generation-log.ts';
import { Otlp, type OtlpPorts } from './otlp.ts';
import { otlpSettings } from './otlp-settings.ts';
import { traceOf } from './request-trace.ts';

/** What telemetry uses of the platform. */
export type TelemetryPorts = OtlpPorts & {
  /** Writes a line of the log that is no warning. */
  note: (line: string) => void;
};

/** Which generations are written to the log. */
export function logChoice(env: Env): LogChoice {
  const text = textOfVariable(env, 'LOG');
  return text === 'generations' || text === 'errors' ? text : 'off';
}

/** Creates the telemetry of one isolate. Null = nothing is observed. */
export function createTelemetry(env: Env, ports: TelemetryPorts): Telemetry | null {
  const log = logChoice(env);
  const settings = otlpSettings(env);
  const isForwarded = textOfVariable(env, 'FORWARD_TRACEPARENT').toLowerCase() === 'true';
  if (log === 'off' && settings === null && !isForwarded) return null;
  for (const fault of settings?.faults ?? []) ports.log(fault);
  const otlp = settings === null || (settings.traces === null && settings.metrics === null) ? null : new Otlp(settings, ports);
  const sampler = settings?.traces == null ? null : settings.sampler;
  const write = log === 'off' ? null : createGenerationLog(log, ports.note);
  const observers: ((one: ObservedGeneration) => void)[] = [
    ...(write === null ? [] : [write]),
    ...(otlp === null ? [] : [(one: ObservedGeneration) => otlp.generation(one)]),
  ];
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
      for (const observe of observers) attempt(() => observe(one));
    },
    refusal: (refusal) => attempt(() => otlp?.refusal(refusal)),
  };
}
