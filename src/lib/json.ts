/**
 * JSON: narrow types, safe readers, and the check that refuses hostile documents. Knows nothing of requests or providers.
 */
import { parseWithArguments } from './exact-json.ts';

/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = { [key: string]: unknown };

/** True for a plain JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is a string with at least one character, else null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The value if it is a finite number, else null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A count that others wrote: a whole number from 0 up, or its digits as a string; null for anything else. */
export function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** The value if it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Adds entries to a list. Handed over as arguments they would overflow the stack from some hundred thousand on. */
export function append<Entry>(list: Entry[], more: readonly Entry[]): void {
  for (const entry of more) list.push(entry);
}

/** Parses JSON; null when the text is not JSON (the text `null` gives null as well). Arguments of tools keep the digits of their numbers. */
export function parseJson(text: string): unknown {
  try {
    return parseWithArguments(text);
  } catch {
    return null;
  }
}

/** Deepest nesting of JSON from others: writing a value as JSON recurses, and from some 5,000 levels on it throws. */
export const MAX_NESTING = 500;

/** Parses JSON that others wrote and that may be written again; null when it is not JSON, or nested more than {@link MAX_NESTING} deep. */
export function parseBounded(text: string): unknown {
  const value = parseJson(text);
  // Each level takes two characters, so that a short text, as nearly all are, need not be looked at.
  return text.length > 2 * MAX_NESTING && isNestedDeeper(value, MAX_NESTING) ? null : value;
}

function isNestedDeeper(value: unknown, most: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true;
    const next: unknown[] = [];
    for (const parent of level) {
      if (typeof parent !== 'object' || parent === null) continue;
      for (const child of Array.isArray(parent) ? parent : Object.values(parent)) {
        if (typeof child === 'object' && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}

/** What {@link findHostile} can object to. */
export type Hostile = { kind: 'depth' | 'key' | 'text'; path: string };

/** Keys that reach the prototype of an object when code assigns them carelessly. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Where a JSON Schema begins. Below it `constructor` and `prototype` are ordinary property names (a racing team has a
 * constructor), so only `__proto__` is refused there.
 */
const SCHEMA_KEYS = new Set(['parameters', 'schema', 'input_schema']);

/**
 * Looks for nesting deeper than `maxDepth`, for keys that reach prototypes, and for text with half a surrogate pair, which is no text.
 * Null when the document is clean.
 * Goes no deeper than `maxDepth`, so that a document of any depth cannot overflow the stack; keeps no record of what it has seen.
 */
export function findHostile(document: unknown, maxDepth: number, readsText = true): Hostile | null {
  const found = typeof document === 'object' && document !== null ? look(document, maxDepth, { inSchema: false, readsText }) : null;
  return found === null ? null : { ...found, path: found.path.replace(/^\./, '') };
}

type Where = { inSchema: boolean; readsText: boolean };

/** @param levels how many more there may be, this one included. */
function look(value: object, levels: number, where: Where): Hostile | null {
  if (levels === 0) return { kind: 'depth', path: '' };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = lookInto(value[index], levels, where);
      if (found !== null) return { ...found, path: `[${index}]${found.path}` };
    }
    return null;
  }
  for (const [key, child] of Object.entries(value)) {
    if (PROTOTYPE_KEYS.has(key) && (key === '__proto__' || !where.inSchema)) return { kind: 'key', path: `.${key}` };
    const found = lookInto(child, levels, !where.inSchema && SCHEMA_KEYS.has(key) ? { ...where, inSchema: true } : where);
    if (found !== null) return { ...found, path: `.${key}${found.path}` };
  }
  return null;
}

function lookInto(child: unknown, levels: number, where: Where): Hostile | null {
  if (typeof child === 'string') return where.readsText && !child.isWellFormed() ? { kind: 'text', path: '' } : null;
  return typeof child === 'object' && child !== null ? look(child, levels - 1, where) : null;
}

/** The document with U+FFFD for every half of a surrogate pair. What has none is not copied. */
export function wellFormed(document: unknown): unknown {
  if (typeof document === 'string') return document.toWellFormed();
  if (Array.isArray(document)) {
    const entries = document.map(wellFormed);
    return entries.some((entry, index) => entry !== document[index]) ? entries : document;
  }
  if (!isObject(document)) return document;
  const fields = Object.entries(document).map(([key, value]): [string, unknown] => [key.toWellFormed(), wellFormed(value)]);
  const isChanged = fields.some(([key, value]) => !Object.hasOwn(document, key) || document[key] !== value);
  return isChanged ? Object.fromEntries(fields) : document;
}
