/** Which choice of an answer an entry of `choices` is, by whatever the upstream calls it. */
import { isObject } from '../wire.ts';

/**
 * A number for each entry, the same for the same choice in every chunk. A number that the upstream gives is kept as it is, out of range
 * too; an entry without one is counted by its place. Entries of a whole answer are different choices even where they bear one number.
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

/** A number for a choice that is called by a word: no integer, so that it is none of the numbers asked for. */
function numberOfName(name: string): number {
  let hash = 0;
  for (let position = 0; position < name.length; position++) hash = (Math.imul(hash, 31) + name.charCodeAt(position)) | 0;
  return hash + 0.5;
}
