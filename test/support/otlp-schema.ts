/**
 * Strict reader of OTLP in JSON, on the published protobuf definitions (as @opentelemetry/otlp-transformer compiles them). What it accepts is
 * what the definitions have, in the forms of the JSON encoding: every name known, 64-bit integers as text, enums as integers, ids in hex.
 */
import { createRequire } from 'node:module';
import type { JsonObject } from '../../src/lib/json.ts';

/** What protobufjs generates for a message. */
type MessageType = {
  fromObject(value: unknown): unknown;
  verify(message: unknown): string | null;
  toObject(message: unknown, options: { longs: typeof String; bytes: typeof String }): unknown;
};
type Services = { v1: Readonly<Record<string, MessageType>> };
type Root = { opentelemetry: { proto: { collector: { trace: Services; metrics: Services } } } };

const { collector } = (createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root.js') as Root).opentelemetry
  .proto;

/** Fields with ids, and their digits. An export names them in hex, where the rest of protobuf's JSON has base64. */
const ID_DIGITS: Readonly<Record<string, number>> = { traceId: 32, spanId: 16, parentSpanId: 16 };

const toBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');

function withBase64Ids(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBase64Ids);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const digits = ID_DIGITS[key];
      if (digits === undefined) return [key, withBase64Ids(field)];
      if (typeof field !== 'string' || !/^[\da-f]+$/.test(field) || field.length !== digits || /^0+$/.test(field))
        throw new Error(`${key} is ${JSON.stringify(field)}; expected ${digits} hexadecimal digits, not all 0`);
      return [key, toBase64(field)];
    }),
  );
}

/** Reads an export. @throws Error where the definitions have no such field, or another type. @returns the export, and what the definitions read of it. */
function read(text: string, type: MessageType | undefined): { sent: unknown; understood: unknown } {
  if (type === undefined) throw new Error('the package has no such message');
  const sent = withBase64Ids(JSON.parse(text));
  const message = type.fromObject(sent);
  const fault = type.verify(message);
  if (fault !== null) throw new Error(fault);
  return { sent, understood: JSON.parse(JSON.stringify(type.toObject(message, { longs: String, bytes: String }))) };
}

/** An export of traces. `sent` and `understood` are equal where every field is one of the definitions and has its form. */
export const readTraces = (text: string): { sent: unknown; understood: unknown } =>
  read(text, collector.trace.v1['ExportTraceServiceRequest']);

/** An export of metrics, like {@link readTraces}. */
export const readMetrics = (text: string): { sent: unknown; understood: unknown } =>
  read(text, collector.metrics.v1['ExportMetricsServiceRequest']);

type Attribute = { key: string; value: JsonObject };

/** Attributes by key, as plain values. */
export const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [[kind, plain] = ['', null]] = Object.entries(value);
      if (kind === 'intValue') return [key, Number(plain)];
      if (kind !== 'arrayValue') return [key, plain];
      return [key, (plain as { values: { stringValue: string }[] }).values.map(({ stringValue }) => stringValue)];
    }),
  );
