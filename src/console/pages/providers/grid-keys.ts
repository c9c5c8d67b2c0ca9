/** Where a key of the keyboard leads in a grid. Pure. */

/** Rows and columns of a grid. */
export type GridSize = { readonly rows: number; readonly columns: number };

/** A place in it, counted from 0. */
export type GridPlace = { readonly row: number; readonly column: number };

/** Rows that a page key passes. */
const PAGE_ROWS = 10;

/** The place that a key leads to, within the grid; null = the key does nothing here. */
export function moveInGrid({ row, column }: GridPlace, key: string, { rows, columns }: GridSize): GridPlace | null {
  const to = (nextRow: number, nextColumn: number): GridPlace => ({
    row: Math.min(Math.max(nextRow, 0), rows - 1),
    column: Math.min(Math.max(nextColumn, 0), columns - 1),
  });
  switch (key) {
    case 'ArrowUp':
      return to(row - 1, column);
    case 'ArrowDown':
      return to(row + 1, column);
    case 'ArrowLeft':
      return to(row, column - 1);
    case 'ArrowRight':
      return to(row, column + 1);
    case 'PageUp':
      return to(row - PAGE_ROWS, column);
    case 'PageDown':
      return to(row + PAGE_ROWS, column);
    case 'Home':
      return to(row, 0);
    case 'End':
      return to(row, columns - 1);
    default:
      return null;
  }
}
