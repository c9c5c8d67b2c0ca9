/**
 * JSON as this house handles it: narrow types, safe readers, and the check that no hostile document gets past the door.
 * Knows nothing of requests or providers.
 */

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

/** The value if it is an array, else an empty one. */
export function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Parses JSON; null when the text is not JSON (the text `null` gives null as well). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What {@link findHostile} can object to. */
export type Hostile = { kind: 'depth' | 'key'; path: string };

/** Keys that reach the prototype of an object when code assigns them carelessly. */
const PROTOTYPE_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Where a JSON Schema begins. Below it `constructor` and `prototype` are ordinary property names (a racing team has a
 * constructor), so only `__proto__` is refused there.
 */
const SCHEMA_KEYS = new Set(['parameters', 'schema', 'input_schema']);

type Visit = { value: object; depth: number; inSchema: boolean; key: string; parent: Visit | null };

/** `messages[0].content`: where a visit is, made only when there is something to say about it. */
function pathOf({ key, parent }: Visit): string {
  if (parent === null) return '';
  const before = pathOf(parent);
  if (Array.isArray(parent.value)) return `${before}[${key}]`;
  return before === '' ? key : `${before}.${key}`;
}

/**
 * Looks for nesting deeper than `maxDepth` and for keys that reach prototypes.
 * Walks with its own stack, so that a document of any depth cannot overflow ours. Null when the document is clean.
 */
export function findHostile(document: unknown, maxDepth: number): Hostile | null {
  if (typeof document !== 'object' || document === null) return null;
  const open: Visit[] = [{ value: document, depth: 1, inSchema: false, key: '', parent: null }];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    if (visit.depth > maxDepth) return { kind: 'depth', path: pathOf(visit) };
    for (const [key, child] of Object.entries(visit.value)) {
      const isHostile = PROTOTYPE_KEYS.has(key) && (key === '__proto__' || !visit.inSchema);
      if (!isHostile && (typeof child !== 'object' || child === null)) continue;
      const step: Visit = { value: child, depth: visit.depth + 1, inSchema: visit.inSchema || SCHEMA_KEYS.has(key), key, parent: visit };
      if (isHostile) return { kind: 'key', path: pathOf(step) };
      open.push(step);
    }
  }
  return null;
}
