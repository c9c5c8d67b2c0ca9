/**
 * Reads the variables of OpenTelemetry. Names and meanings: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * and .../protocol/exporter/ (read 2026-12-01).
 */
import { textOfVariable, type Env } from '../env.ts';
import type { VariableName } from '../variable-names.ts';

/** Where one signal is sent. */
export type Destination = { url: string; headers: Readonly<Record<string, string>> };

/** How a trace that begins with a request is sampled, and whether a client's choice counts. */
export type Sampler = { isParentBased: boolean; /** From 0 to 1. */ ratio: number };

/** What is exported, and where. */
export type OtlpSettings = {
  /** Null = traces are not exported. */
  traces: Destination | null;
  /** Null = metrics are not exported. */
  metrics: Destination | null;
  sampler: Sampler;
  /** Attributes of the Worker as a whole. */
  resource: Readonly<Record<string, string>>;
  /** Names of the conventions before v1.42 are sent too (`OTEL_SEMCONV=both`). */
  hasOldNames: boolean;
  /** What is wrong with the variables, for the log. */
  faults: readonly string[];
};

/** Reads the variables. Null = nothing is exported, and nothing was asked for. */
export function otlpSettings(env: Env): OtlpSettings | null {
  const text: ReadText = (name) => textOfVariable(env, name);
  if (text('OTEL_SDK_DISABLED').toLowerCase() === 'true') return null;
  const faults: string[] = [];
  const traces = destinationOf('TRACES', text, faults);
  const metrics = destinationOf('METRICS', text, faults);
  if (traces === null && metrics === null && faults.length === 0) return null;
  return {
    traces,
    metrics,
    sampler: samplerOf(text, faults),
    resource: {
      ...pairsOf(text('OTEL_RESOURCE_ATTRIBUTES')),
      ...(text('OTEL_SERVICE_NAME') === '' ? {} : { 'service.name': text('OTEL_SERVICE_NAME') }),
    },
    hasOldNames: text('OTEL_SEMCONV') === 'both',
    faults,
  };
}

type ReadText = (name: VariableName) => string;

/** The address of one signal: its own variable as it is, else the common one with the path of the signal. */
function destinationOf(name: 'TRACES' | 'METRICS', text: ReadText, faults: string[]): Destination | null {
  const signal = name.toLowerCase();
  const own = text(`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`);
  const common = text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if ((own === '' && common === '') || text(`OTEL_${name}_EXPORTER`) === 'none') return null;
  const protocol = text(`OTEL_EXPORTER_OTLP_${name}_PROTOCOL`) || text('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol !== '' && protocol !== 'http/json') {
    faults.push(`OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}"; expected http/json, the only one there is. No ${signal} are exported.`);
    return null;
  }
  const url = own === '' ? `${common.replace(/\/+$/, '')}/v1/${signal}` : own;
  if (!isAddress(url)) {
    const variable = own === '' ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : `OTEL_EXPORTER_OTLP_${name}_ENDPOINT`;
    faults.push(`${variable} is no address; expected http:// or https:// and a host, without a user name. No ${signal} are exported.`);
    return null;
  }
  const headers = { ...pairsOf(text('OTEL_EXPORTER_OTLP_HEADERS')), ...pairsOf(text(`OTEL_EXPORTER_OTLP_${name}_HEADERS`)) };
  const unfit = Object.entries(headers).filter(([key, value]) => !HEADER_NAME.test(key) || !HEADER_VALUE.test(value));
  for (const [key] of unfit) {
    faults.push(`OTEL_EXPORTER_OTLP_HEADERS: "${key}" is no header that can be sent; it is left out.`);
    delete headers[key];
  }
  return { url, headers };
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Visible ASCII and blanks. */
const HEADER_VALUE = /^[\t\u0020-\u007e]*$/;

/** Whether an address can be called. One with a user name cannot. */
export function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** Reads `name=value,name2=value2`; values are percent-encoded. An entry without `=` is left out. */
export function pairsOf(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const entry of text.split(',')) {
    const position = entry.indexOf('=');
    const name = decoded(entry.slice(0, Math.max(0, position)).trim());
    if (name !== '') pairs[name] = decoded(entry.slice(position + 1).trim());
  }
  return pairs;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Samplers: whether the client's choice counts, and the ratio of other traces; null = the argument, by default 1. */
const SAMPLERS: Readonly<Record<string, readonly [isParentBased: boolean, ratio: number | null]>> = {
  always_on: [false, 1],
  always_off: [false, 0],
  traceidratio: [false, null],
  parentbased_always_on: [true, 1],
  parentbased_always_off: [true, 0],
  parentbased_traceidratio: [true, null],
};

function samplerOf(text: ReadText, faults: string[]): Sampler {
  const name = text('OTEL_TRACES_SAMPLER') || 'parentbased_always_on';
  const sampler = Object.hasOwn(SAMPLERS, name) ? SAMPLERS[name] : undefined;
  if (sampler === undefined) {
    faults.push(`OTEL_TRACES_SAMPLER is "${name}"; expected one of ${Object.keys(SAMPLERS).join(', ')}. All traces are exported.`);
    return { isParentBased: true, ratio: 1 };
  }
  const [isParentBased, fixed] = sampler;
  const argument = text('OTEL_TRACES_SAMPLER_ARG');
  const ratio = fixed ?? (argument === '' ? 1 : Number(argument));
  if (ratio >= 0 && ratio <= 1) return { isParentBased, ratio };
  faults.push(`OTEL_TRACES_SAMPLER_ARG is "${argument}"; expected a number from 0 to 1. All traces are exported.`);
  return { isParentBased, ratio: 1 };
}
