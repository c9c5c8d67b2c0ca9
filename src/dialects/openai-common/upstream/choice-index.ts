/** Numbers the choices of an answer, whatever the upstream's numbers or names are. */
import { isObject } from '../wire.ts';

/**
 * Returns a number per entry, the same for the same choice in every chunk. A number of the upstream is kept, also when out of range; an entry
 * without one gets its position. Entries of a whole answer are different choices even with equal numbers.
 */
export function choiceIndexes(choices: readonly unknown[]): number[] {
  const indexes = choices.map((choice, position) => (isObject(choice) ? indexOf(choice.index, position) : position));
  if (choices.length === 1) return indexes;
  const areWhole = choices.every((choice) => isObject(choice) && isObject(choice.message));
  return areWhole && new Set(indexes).size < indexes.length ? indexes.map((_, position) => position) : indexes;
}

function indexOf(name: unknown, position: number): number {
  if (typeof name === 'number') return name;
  if (typeof name !== 'string' || name === '') return position;
  const number = Number(name);
  return Number.isNaN(number) ? numberOfName(name) : number;
}

/** Returns a number for a choice with a name. Not an integer, so it differs from all requested numbers. */
function numberOfName(name: string): number {
  let hash = 0;
  for (let position = 0; position < name.length; position++) hash = (Math.imul(hash, 31) + name.charCodeAt(position)) | 0;
  return hash + 0.5;
}
