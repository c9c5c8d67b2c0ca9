/** Maps a list. Returns the list itself where every entry is mapped to itself, so that what did not change is not copied. */
export function mapChanged<Entry>(list: readonly Entry[], map: (entry: Entry) => Entry): readonly Entry[] {
  const mapped = list.map((entry) => map(entry));
  return mapped.some((entry, index) => entry !== list[index]) ? mapped : list;
}
