/** Writes JSON in the spellings that it allows. */
import { isObject } from '../../src/lib/json.ts';

/** Writes a value with white space and escapes where JSON allows them. @param draw returns arbitrary whole numbers. */
export function respellJson(value: unknown, draw: () => number): string {
  const space = () => ['', '', ' ', '\n\t'][draw() % 4] ?? '';
  const respell = (entry: unknown) => respellJson(entry, draw);
  if (typeof value === 'string') return respellText(value, draw);
  if (Array.isArray(value)) return `[${space()}${value.map((entry) => respell(entry) + space()).join(`,${space()}`)}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, entry]) => `${respellText(name, draw)}${space()}:${space()}${respell(entry)}${space()}`);
  return `{${space()}${fields.join(`,${space()}`)}}`;
}

function respellText(text: string, draw: () => number): string {
  const written = JSON.stringify(text).slice(1, -1);
  return `"${written.replaceAll('/', '\\/').replace(/(?<!\\)i/g, (letter) => (draw() % 4 === 0 ? '\\u0069' : letter))}"`;
}
