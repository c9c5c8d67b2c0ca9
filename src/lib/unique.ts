/** Unique names in linear time: a name that is taken gets a number, and counting goes on where it stopped. */

/** Gives names. */
export type Unique = {
  /** The name itself, or with the first number that makes it new; it is taken from then on. */
  take(name: string): string;
};

/** @param number writes a name with a number, e.g. `call_2`. */
export function createUnique(number: (name: string, count: number) => string, reserved: Iterable<string> = []): Unique {
  const taken = new Set<string>(reserved);
  const next = new Map<string, number>();
  return {
    take(name) {
      let unique = name;
      let count = next.get(name) ?? 2;
      while (taken.has(unique)) unique = number(name, count++);
      next.set(name, count);
      taken.add(unique);
      return unique;
    },
  };
}
