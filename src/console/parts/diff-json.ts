/** Compares two JSON documents by their fields: the order of fields does not count, the order of items does. */
import { isObject } from '../../lib/json.ts';
import { jsonLines } from '../../lib/json-lines.ts';
import { scalarText } from './scalar-text.ts';
import { childPointer } from '../../lib/json-pointer.ts';
import { isSameJson } from '../../lib/same-json.ts';

/** A line that both have (`same`), or only one of them. */
export type DiffLine = {
  readonly side: 'same' | 'left' | 'right';
  readonly text: string;
  readonly depth: number;
  readonly pointer: string;
};

/** All lines of both documents. Commas between entries are left out: they are no difference. */
export function diffJson(left: unknown, right: unknown): DiffLine[] {
  const lines: DiffLine[] = [];
  compare([left, right], { lines, pointer: '', depth: 0, name: '' });
  return lines;
}

type Output = { lines: DiffLine[]; pointer: string; depth: number; name: string };

function compare([left, right]: readonly [unknown, unknown], output: Output): void {
  if (isSameJson(left, right)) return add(left, 'same', output);
  const pairs = pairsOf(left, right);
  if (pairs === null) {
    add(left, 'left', output);
    return add(right, 'right', output);
  }
  const { lines, pointer, depth, name } = output;
  const [open, close] = Array.isArray(left) ? ['[', ']'] : ['{', '}'];
  lines.push({ side: 'same', text: name + open, depth, pointer });
  for (const { key, side, one, other } of pairs) {
    const label = typeof key === 'number' ? '' : `${JSON.stringify(key)}: `;
    const inner = { lines, pointer: childPointer(pointer, key), depth: depth + 1, name: label };
    if (side === 'both') compare([one, other], inner);
    else add(side === 'left' ? one : other, side, inner);
  }
  lines.push({ side: 'same', text: close, depth, pointer });
}

/** Entries that are compared with each other, or that only one side has. */
type Pair = { key: string | number; side: 'both' | 'left' | 'right'; one?: unknown; other?: unknown };

/** What is compared with what; null where the two are not of one kind. */
function pairsOf(left: unknown, right: unknown): Pair[] | null {
  if (Array.isArray(left) && Array.isArray(right)) return itemPairs(left, right);
  if (!isObject(left) || !isObject(right)) return null;
  const ofLeft = Object.entries(left).map(([key, one]): Pair =>
    Object.hasOwn(right, key) ? { key, side: 'both', one, other: right[key] } : { key, side: 'left', one },
  );
  const added = Object.entries(right).filter(([key]) => !Object.hasOwn(left, key));
  return [...ofLeft, ...added.map(([key, other]): Pair => ({ key, side: 'right', other }))];
}

/** Items that are equal at the beginning and at the end belong together; those between them are compared in order. */
function itemPairs(left: readonly unknown[], right: readonly unknown[]): Pair[] {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && isSameJson(left[start], right[start])) start++;
  let end = 0;
  while (end < shorter - start && isSameJson(left.at(-1 - end), right.at(-1 - end))) end++;
  const pairs: Pair[] = [];
  for (let key = 0; key < shorter - end; key++) pairs.push({ key, side: 'both', one: left[key], other: right[key] });
  for (let key = shorter - end; key < left.length - end; key++) pairs.push({ key, side: 'left', one: left[key] });
  for (let key = shorter - end; key < right.length - end; key++) pairs.push({ key, side: 'right', other: right[key] });
  for (let back = end; back > 0; back--) pairs.push({ key: left.length - back, side: 'both', one: left.at(-back), other: right.at(-back) });
  return pairs;
}

function add(value: unknown, side: DiffLine['side'], { lines, pointer, depth, name }: Output): void {
  for (const [index, line] of jsonLines(value, scalarText).entries()) {
    const text = (index === 0 ? name : '') + line.text.replace(/,$/, '');
    lines.push({ side, text, depth: depth + line.depth, pointer: pointer + line.pointer });
  }
}
