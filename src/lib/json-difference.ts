/** Finds where a JSON value differs from another one, as JSON pointers (RFC 6901) into it. */
import { isObject } from './json.ts';

/** Appends a step to a pointer. */
export const pointerTo = (pointer: string, step: string | number): string =>
  `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Returns the value at a pointer; undefined where there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((at, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) return /^\d+$/.test(name) ? (at[Number(name)] as unknown) : undefined;
    return isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  }, value);
}

/**
 * Returns pointers to what is in `value` and not at the same place in `other`: the whole of a member that `other` lacks, else the innermost
 * values that differ. Of lists the equal entries at both ends are left out first. What only `other` has is not found.
 */
export function differingPointers(value: unknown, other: unknown): string[] {
  const found: string[] = [];
  collect({ value, other, pointer: '' }, found);
  return found;
}

type Pair = { value: unknown; other: unknown; pointer: string };

function collect({ value, other, pointer }: Pair, found: string[]): void {
  if (Array.isArray(value) && Array.isArray(other)) return collectEntries({ value, other, pointer }, found);
  if (isObject(value) && isObject(other)) {
    for (const [name, member] of Object.entries(value)) {
      const at = pointerTo(pointer, name);
      if (Object.hasOwn(other, name)) collect({ value: member, other: other[name], pointer: at }, found);
      else if (member !== undefined) found.push(at);
    }
    return;
  }
  if (!isSame(value, other)) found.push(pointer);
}

function collectEntries(
  { value, other, pointer }: { value: readonly unknown[]; other: readonly unknown[]; pointer: string },
  found: string[],
): void {
  const shorter = Math.min(value.length, other.length);
  let start = 0;
  while (start < shorter && isSame(value[start], other[start])) start++;
  let end = 0;
  while (end < shorter - start && isSame(value.at(-1 - end), other.at(-1 - end))) end++;
  const isAligned = value.length === other.length;
  for (let index = start; index < value.length - end; index++) {
    const at = pointerTo(pointer, index);
    if (isAligned) collect({ value: value[index], other: other[index], pointer: at }, found);
    else found.push(at);
  }
}

/** Whether two JSON values are equal. A member that is undefined is one that is absent. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((entry, index) => isSame(entry, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}
