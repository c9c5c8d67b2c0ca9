/** Keeps lists and objects that are mapped to themselves, so that what did not change is not copied. */

/** Maps a list. Returns the list itself where every entry is mapped to itself, so that what did not change is not copied. */
export function mapChanged<Entry>(list: readonly Entry[], map: (entry: Entry, index: number) => Entry): readonly Entry[] {
  const mapped = list.map(map);
  return mapped.some((entry, index) => entry !== list[index]) ? mapped : list;
}

/** Returns the first object where the second has the same fields with the same values, else the second. */
export function keepUnchanged<Value extends object>(given: Value, made: Value): Value {
  const names = Object.keys(given) as (keyof Value)[];
  const isUnchanged =
    names.length === Object.keys(made).length && names.every((name) => Object.hasOwn(made, name) && made[name] === given[name]);
  return isUnchanged ? given : made;
}
