/** Sorts rows of tables. */

/** What a row is sorted by. Null = not known: such rows are last in either order. */
export type SortKey = string | number | null;

/** The column that a table is sorted by, counted from 0. */
export type Sorting = { readonly column: number; readonly isDescending: boolean };

/** A sorted copy. Rows with equal keys keep their order. */
export function sortRows<Row>(rows: readonly Row[], keyOf: (row: Row) => SortKey, isDescending: boolean): Row[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [left, right] = [keyOf(one), keyOf(other)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), 'en', { numeric: true });
  });
}
