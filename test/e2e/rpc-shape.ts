/** Compares messages between versions by their shape: the fields at each place, and the types of their values. */
import type { Message } from './rpc-wire.ts';

/** Types of the values at each path. */
type Shape = Map<string, Set<string>>;

/** Fields whose names are data. */
const MAPS = ['tags', 'metadata', 'labels', 'answer', 'queued', 'headers', 'rows'];

const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

function collect(value: unknown, path: string, shape: Shape): void {
  shape.set(path, (shape.get(path) ?? new Set()).add(typeOf(value)));
  if (Array.isArray(value)) for (const one of value) collect(one, `${path}[]`, shape);
  else if (typeof value === 'object' && value !== null && !isMap(path))
    for (const [name, one] of Object.entries(value)) collect(one, `${path}.${name}`, shape);
}

const isMap = (path: string): boolean => MAPS.some((name) => name !== 'rows' && path.endsWith(`.${name}`));

/** The shape of all messages of each method. */
export function shapeOf(messages: readonly Message[]): Shape {
  const shape: Shape = new Map();
  for (const { object, method, args, result } of messages) {
    args.forEach((value, index) => collect(value, `${object}.${method}(${index})`, shape));
    collect(result, `${object}.${method} result`, shape);
  }
  return shape;
}

/** What messages of today have that those of a recorded version do not have, and the other way round. */
export function changesBetween(recorded: readonly Message[], current: readonly Message[]): string[] {
  const [before, now] = [shapeOf(recorded), shapeOf(current)];
  const added = [...now.keys()].filter((path) => !before.has(path)).map((path) => `added: ${path}`);
  const removed = [...before.keys()].filter((path) => !now.has(path)).map((path) => `removed: ${path}`);
  return [...added, ...removed, ...[...before].flatMap(([path, types]) => typeChanges(path, types, now.get(path)))];
}

function typeChanges(path: string, before: ReadonlySet<string>, now: ReadonlySet<string> = before): string[] {
  return [...now]
    .filter((type) => type !== 'null' && !before.has(type) && before.size > Number(before.has('null')))
    .map((type) => `${path} is ${type}, and was ${[...before].join(' or ')}`);
}

/** What a result lacks of a recorded one, or has with another type. */
export function missingIn(recorded: unknown, result: unknown, path = 'result'): string[] {
  if (recorded === null || result === null) return [];
  if (typeOf(recorded) !== typeOf(result)) return [`${path} is ${typeOf(result)}, and was ${typeOf(recorded)}`];
  if (Array.isArray(recorded))
    return recorded.length > 0 && (result as unknown[]).length > 0 ? missingIn(recorded[0], (result as unknown[])[0], `${path}[]`) : [];
  if (typeof recorded !== 'object' || isMap(path)) return [];
  const found = result as Record<string, unknown>;
  if ('kind' in recorded && recorded.kind !== found['kind']) return []; // another of several results
  return Object.entries(recorded).flatMap(([name, value]) =>
    name in found ? missingIn(value, found[name], `${path}.${name}`) : [`${path}.${name} is missing`],
  );
}

/** The value with a field more in each of its objects, as a later version may send it. */
export function withMoreFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMoreFields);
  if (typeof value !== 'object' || value === null || Object.keys(value)[0]?.startsWith('$') === true) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withMoreFields(one)])), ofLaterVersion: 'unknown' };
}

/** The value without the fields that are empty: null, false, or without content. An earlier version does not send those that came later. */
export function withoutEmptyFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => !isEmpty(one));
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutEmptyFields(one)]));
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);
