/** Allocates unique names in linear time: a name that is in use gets a number. */

/** Allocates names. */
export type UniqueNames = {
  /** Returns the name, or the name with the first free number. The result is in use from then on. */
  take(name: string): string;
};

/** @param format formats a name with a number, e.g. `call_2`. */
export function createUniqueNames(format: (name: string, count: number) => string, reserved: Iterable<string> = []): UniqueNames {
  const taken = new Set<string>(reserved);
  const next = new Map<string, number>();
  return {
    take(name) {
      let unique = name;
      let count = next.get(name) ?? 2;
      while (taken.has(unique)) unique = format(name, count++);
      next.set(name, count);
      taken.add(unique);
      return unique;
    },
  };
}
