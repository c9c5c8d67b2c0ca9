/** Finds where a JSON value differs from another one, as JSON pointers (RFC 6901) into it. */
import { childPointer } from './json-pointer.ts';
import { isObject } from './json.ts';
import { isSameJson } from './same-json.ts';

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
      const at = childPointer(pointer, name);
      if (Object.hasOwn(other, name)) collect({ value: member, other: other[name], pointer: at }, found);
      else if (member !== undefined) found.push(at);
    }
    return;
  }
  if (!isSameJson(value, other)) found.push(pointer);
}

function collectEntries(
  { value, other, pointer }: { value: readonly unknown[]; other: readonly unknown[]; pointer: string },
  found: string[],
): void {
  const shorter = Math.min(value.length, other.length);
  let start = 0;
  while (start < shorter && isSameJson(value[start], other[start])) start++;
  let end = 0;
  while (end < shorter - start && isSameJson(value.at(-1 - end), other.at(-1 - end))) end++;
  const isAligned = value.length === other.length;
  for (let index = start; index < value.length - end; index++) {
    const at = childPointer(pointer, index);
    if (isAligned) collect({ value: value[index], other: other[index], pointer: at }, found);
    else found.push(at);
  }
}
