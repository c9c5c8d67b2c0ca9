/**
 * Provider files have many fields in common: a range of `temperature`, a wire format with its path. Each is kept once in the catalogue, and
 * `~` with its number in base 36 stands for it. Every start reads the catalogue, so its size is what a start costs.
 */
import { isObject } from '../lib/json.ts';

/** Shortest gain for which a field is kept apart, in characters. */
const MIN_GAIN = 7;

/** Texts of values, and the fields that they share: `"name":value`, which may contain others. */
export type SharedFields = { texts: string[]; fields: string[] };

/** Writes values as JSON with shared fields. Runs at build time. */
export function shareFields(values: readonly unknown[]): SharedFields {
  const found = new Map<string, Field>();
  for (const value of values) countFields(value, found);
  const shared = [...found].filter(([text, { count }]) => (count - 1) * (text.length - 3) >= MIN_GAIN);
  const numbers = new Map(shared.map(([text], number) => [text, number]));
  return {
    texts: values.map((value) => write(value, numbers)),
    fields: shared.map(([, { name, value }]) => `${write(name, numbers)}:${write(value, numbers)}`),
  };
}

/** Returns the JSON text of a value that {@link shareFields} wrote. */
export function expandFields(text: string, fields: readonly string[]): string {
  return text.replace(/~([0-9a-z]+)/g, (_, number: string) => expandFields(fields[Number.parseInt(number, 36)] ?? '', fields));
}

type Field = { name: string; value: unknown; count: number };

const textOf = (name: string, value: unknown) => `${JSON.stringify(name)}:${JSON.stringify(value)}`;

/** Counts the fields of a value and of the values in it; those within a field that was counted before are shared with it. */
function countFields(value: unknown, found: Map<string, Field>): void {
  if (Array.isArray(value)) for (const entry of value) countFields(entry, found);
  if (!isObject(value)) return;
  for (const [name, own] of Object.entries(value)) {
    const text = textOf(name, own);
    const known = found.get(text);
    found.set(text, { name, value: own, count: (known?.count ?? 0) + 1 });
    if (known === undefined) countFields(own, found);
  }
}

function write(value: unknown, numbers: ReadonlyMap<string, number>): string {
  if (Array.isArray(value)) return `[${value.map((entry) => write(entry, numbers)).join(',')}]`;
  // JSON has `~` in texts only, so every other one is a number of a field.
  if (!isObject(value)) return JSON.stringify(value).replaceAll('~', String.raw`\u007e`);
  const fields = Object.entries(value).map(([name, own]) => {
    const number = numbers.get(textOf(name, own));
    return number === undefined ? `${write(name, numbers)}:${write(own, numbers)}` : `~${number.toString(36)}`;
  });
  return `{${fields.join(',')}}`;
}
