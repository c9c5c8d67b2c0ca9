/**
 * JSON types, safe readers, and a check for unsafe documents.
 */
import { parseWithArguments } from './exact-json.ts';

/** A JSON object whose fields have not been checked. */
export type JsonObject = { [key: string]: unknown };

/** True for a plain JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value if it is a string with at least one character, else null. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Returns a text as it is, and '' for every other value: `String` throws where an object has a field `toString`. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Returns the value if it is a finite number, else null. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Returns a count: a whole number from 0 up, also when written as a string of digits. Null for anything else. */
export function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** Returns the value if it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Parses JSON. Null when the text is not JSON; the text `null` also gives null. Tool arguments keep the digits of their numbers. */
export function parseJson(text: string): unknown {
  try {
    return parseWithArguments(text);
  } catch {
    return null;
  }
}

/** Deepest accepted nesting of received JSON. `JSON.stringify` recurses, and throws from about 5,000 levels. */
export const MAX_NESTING = 500;

/** Parses received JSON that may be written again. Null when it is not JSON, or is nested deeper than {@link MAX_NESTING}. */
export function parseBounded(text: string): unknown {
  const value = parseJson(text);
  // Each level takes two characters, so a short text (nearly all are) needs no check.
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

/** Why {@link findUnsafeJson} rejects a document, and where. */
export type UnsafeJson = { kind: 'depth' | 'key' | 'text'; path: string };

/** Keys that can change the prototype of an object when code assigns them. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Keys whose value is a JSON Schema. Inside a schema `constructor` and `prototype` are ordinary property names (a racing team has a
 * constructor), so only `__proto__` is rejected there.
 */
const SCHEMA_KEYS = new Set(['parameters', 'schema', 'input_schema']);

/**
 * Finds nesting deeper than `maxDepth`, keys that reach prototypes, and text with half a surrogate pair (not valid Unicode).
 * Null when the document is safe. Recurses at most `maxDepth` levels, so a deep document cannot overflow the stack.
 */
export function findUnsafeJson(document: unknown, maxDepth: number, readsText = true): UnsafeJson | null {
  const found = typeof document === 'object' && document !== null ? scanObject(document, maxDepth, { inSchema: false, readsText }) : null;
  return found === null ? null : { ...found, path: found.path.replace(/^\./, '') };
}

type ScanContext = { inSchema: boolean; readsText: boolean };

/** @param levels how many more levels are allowed, this one included. */
function scanObject(value: object, levels: number, context: ScanContext): UnsafeJson | null {
  if (levels === 0) return { kind: 'depth', path: '' };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const found = scanChild(value[index], levels, context);
      if (found !== null) return { ...found, path: `[${index}]${found.path}` };
    }
    return null;
  }
  for (const [key, child] of Object.entries(value)) {
    if (PROTOTYPE_KEYS.has(key) && (key === '__proto__' || !context.inSchema)) return { kind: 'key', path: `.${key}` };
    const found = scanChild(child, levels, !context.inSchema && SCHEMA_KEYS.has(key) ? { ...context, inSchema: true } : context);
    if (found !== null) return { ...found, path: `.${key}${found.path}` };
  }
  return null;
}

function scanChild(child: unknown, levels: number, context: ScanContext): UnsafeJson | null {
  if (typeof child === 'string') return context.readsText && !child.isWellFormed() ? { kind: 'text', path: '' } : null;
  return typeof child === 'object' && child !== null ? scanObject(child, levels - 1, context) : null;
}

/** Replaces every half of a surrogate pair by U+FFFD. Parts without one are not copied. */
export function toWellFormed(document: unknown): unknown {
  if (typeof document === 'string') return document.toWellFormed();
  if (Array.isArray(document)) {
    const entries = document.map(toWellFormed);
    return entries.some((entry, index) => entry !== document[index]) ? entries : document;
  }
  if (!isObject(document)) return document;
  const fields = Object.entries(document).map(([key, value]): [string, unknown] => [key.toWellFormed(), toWellFormed(value)]);
  const isChanged = fields.some(([key, value]) => !Object.hasOwn(document, key) || document[key] !== value);
  return isChanged ? Object.fromEntries(fields) : document;
}
