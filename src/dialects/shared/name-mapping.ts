/**
 * Maps names and ids of others (tool names, call ids) to the characters and length that a provider accepts. A valid one is unchanged; any
 * other is mapped to the same result in every turn, and two never become equal.
 */
import { hashText } from '../../lib/hash.ts';
import { createUniqueNames } from '../../lib/unique.ts';

/** The form of names or ids that a provider accepts. */
export type WordForm = {
  /** A word that is taken as it is. */
  readonly valid: RegExp;
  /** Every letter that is not taken. */
  readonly strange: RegExp;
  /** Most letters. */
  readonly most: number;
  /** How a word must begin, where not every letter will do; one that does not gets `_` in front. */
  readonly first?: RegExp;
  /** Only words of this many letters and digits are taken: others have nothing in common with what stands for them. */
  readonly exactly?: number;
};

/** @param letters those that are taken, as they stand in the brackets of a pattern. @param first the same, for the first letter. */
export function wordForm(letters: string, most: number, first?: string): WordForm {
  const head = first === undefined ? `[${letters}]` : `[${first}]`;
  return {
    valid: new RegExp(`^${head}[${letters}]{0,${most - 1}}$`),
    strange: new RegExp(`[^${letters}]`, 'g'),
    most,
    ...(first === undefined ? {} : { first: new RegExp(`^${head}`) }),
  };
}

/** Words of just so many letters and digits. */
export const exactly = (count: number): WordForm => ({
  valid: new RegExp(`^[A-Za-z0-9]{${count}}$`),
  strange: /[^A-Za-z0-9]/g,
  most: count,
  exactly: count,
});

/** Letters of a hash. */
const HASH_LENGTH = 9;

/**
 * Returns the names that must change, and their replacements. Empty when all are valid.
 *
 * @param words each once.
 */
export function fitWords(words: readonly string[], form: WordForm): ReadonlyMap<string, string> {
  const strange = words.filter((word) => !form.valid.test(word));
  if (strange.length === 0) return new Map();
  const valid = words.filter((word) => form.valid.test(word));
  /** How many words would become this one. */
  const claims = new Map<string, number>(valid.map((word) => [word, 1]));
  const plain = strange.map((word) => clean(word, form));
  for (const word of plain) claims.set(word, (claims.get(word) ?? 0) + 1);
  const unique = createUniqueNames((word, count) => `${word.slice(0, form.most - String(count).length)}${count}`, valid);
  return new Map(
    strange.map((word, index) => {
      const short = plain[index] ?? '';
      const isClear = form.exactly === undefined && short.length <= form.most && claims.get(short) === 1;
      return [word, unique.take(isClear ? short : withHash(word, short, form))];
    }),
  );
}

/** A word without the letters that are not taken. A word of nothing is a word too. */
function clean(word: string, { strange, first }: WordForm): string {
  const plain = word.replace(strange, '_') || '_';
  return first === undefined || first.test(plain) ? plain : `_${plain}`;
}

function withHash(word: string, short: string, { most, exactly: count }: WordForm): string {
  const hash = hashText(word).padStart(HASH_LENGTH, '0').slice(-HASH_LENGTH);
  return count === undefined ? `${short.slice(0, most - HASH_LENGTH - 1)}_${hash}` : hash.padStart(count, '0').slice(-count);
}
