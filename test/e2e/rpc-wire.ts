/** Arguments and results of calls to objects as JSON: bytes and streams are marked objects. */

/** A call to an object of the router. `object`: its binding. */
export type RpcCall = { object: string; name: string; method: string; args: unknown[] };

/** A call, and what it returned. */
export type Message = RpcCall & { result: unknown };

/** The tables of an object. */
export type Dump = { schema: readonly string[]; rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> };

/** Headers that have a key. */
const SECRET = new Set(['authorization', 'x-api-key']);

/**
 * Returns JSON, and the value itself: a stream that was read is replaced.
 *
 * @param reads streams are read; else only that there is one is recorded.
 */
export async function toWire(value: unknown, reads = false): Promise<{ wire: unknown; value: unknown }> {
  if (value instanceof ReadableStream) {
    if (!reads) return { wire: { $stream: '' }, value };
    const text = await new Response(value).text();
    return { wire: { $stream: text }, value: new Response(text).body };
  }
  if (value instanceof Uint8Array) return { wire: { $bytes: base64(value) }, value };
  if (value instanceof ArrayBuffer) return { wire: { $buffer: base64(new Uint8Array(value)) }, value };
  if (Array.isArray(value)) {
    const all = await Promise.all(value.map(async (one: unknown) => toWire(one, reads)));
    const wire = all.map((one) => one.wire).filter((one) => !(Array.isArray(one) && SECRET.has(String(one[0]))));
    return { wire, value: all.map((one) => one.value) };
  }
  if (typeof value !== 'object' || value === null) return { wire: value, value };
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const all = await Promise.all(entries.map(async ([name, one]) => [name, await toWire(one, reads)] as const));
  return {
    wire: Object.fromEntries(all.map(([name, one]) => [name, one.wire])),
    value: Object.fromEntries(all.map(([name, one]) => [name, one.value])),
  };
}

/** The value that was written. */
export function fromWire(wire: unknown): unknown {
  if (Array.isArray(wire)) return wire.map(fromWire);
  if (typeof wire !== 'object' || wire === null) return wire;
  const { $stream, $bytes, $buffer } = wire as Record<string, string | undefined>;
  if ($stream !== undefined) return new Response($stream).body;
  if ($bytes !== undefined) return fromBase64($bytes);
  if ($buffer !== undefined) return fromBase64($buffer).buffer;
  return Object.fromEntries(Object.entries(wire).map(([name, one]) => [name, fromWire(one)]));
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
