/**
 * Values of OTLP in its JSON form (https://github.com/open-telemetry/opentelemetry-proto/blob/main/docs/specification.md#json-protobuf-encoding,
 * read 2026-12-01): names in lower camel case, enums as integers, 64-bit integers as text, ids of traces and spans as hexadecimal digits.
 */
import { toPrintable } from '../../lib/printable.ts';

/** Value of an attribute. A number that is whole is sent as an integer, unless it is given as {@link Double}. */
export type AttributeValue = string | number | boolean | readonly string[] | Double | null | undefined;

/** A number that is a double also where it is whole. */
type Double = { double: number };

/** An attribute in JSON. */
export type KeyValue = { key: string; value: AnyValue };

type AnyValue =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean }
  | { arrayValue: { values: readonly AnyValue[] } };

/** Longest text of an attribute, in characters. */
const MAX_TEXT = 256;

/** Writes attributes. One that is null, undefined, an empty list, or no finite number is left out. */
export function attributesOf(values: Readonly<Record<string, AttributeValue>>): KeyValue[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const written = toAnyValue(value);
    return written === null ? [] : [{ key, value: written }];
  });
}

function toAnyValue(value: AttributeValue): AnyValue | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return { stringValue: toPrintable(value, MAX_TEXT) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return { intValue: String(value) };
    return Number.isFinite(value) ? { doubleValue: value } : null;
  }
  if ('double' in value) return Number.isFinite(value.double) ? { doubleValue: value.double } : null;
  return value.length === 0 ? null : { arrayValue: { values: value.map((text) => ({ stringValue: toPrintable(text, MAX_TEXT) })) } };
}

/** Nanoseconds since 1970, as text: the number has more digits than a double. @param ms a whole number of milliseconds. */
export const toNanos = (ms: number): string => `${Math.max(0, Math.round(ms))}000000`.replace(/^0+(?=\d)/, '');

/** Address and port of a server. Null = not known. */
export function serverOf(baseUrl: string | null): { address: string | null; port: number | null } {
  if (baseUrl === null || !URL.canParse(baseUrl)) return { address: null, port: null };
  const { hostname, port, protocol } = new URL(baseUrl);
  return { address: hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}
