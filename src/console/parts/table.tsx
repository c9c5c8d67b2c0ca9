/** A table that scrolls within itself, with columns that can be sorted by buttons. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { formatCount, UNKNOWN } from '../format.ts';
import { sortRows, type SortKey, type Sorting } from './sort-rows.ts';

/** A column. */
export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Absent = the column cannot be sorted. */
  readonly sortBy?: (row: Row) => SortKey;
  readonly isNumber?: boolean;
};

/** A column of numbers. Null = not known: such rows are last. */
export const numberColumn = <Row,>(
  title: string,
  valueOf: (row: Row) => number | null,
  format: (value: number | null) => string = formatCount,
): Column<Row> => ({ title, cell: (row) => format(valueOf(row)), sortBy: valueOf, isNumber: true });

/** A column of texts. Null or an empty text = not known. */
export const textColumn = <Row,>(title: string, valueOf: (row: Row) => string | null): Column<Row> => ({
  title,
  cell: (row) => valueOf(row) || UNKNOWN,
  sortBy: valueOf,
});

/** @param caption says what the rows are. @param keyOf a name of each row that is there once. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  initial = null,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  initial?: Sorting | null;
}) {
  const [sorting, setSorting] = useState<Sorting | null>(initial);
  const sortBy = sorting === null ? undefined : columns[sorting.column]?.sortBy;
  const shown = sorting === null || sortBy === undefined ? rows : sortRows(rows, sortBy, sorting.isDescending);
  const change = (column: number) =>
    setSorting({ column, isDescending: sorting?.column === column ? !sorting.isDescending : columns[column]?.isNumber === true });
  return (
    // Focusable, so that the keyboard can scroll it.
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, sortBy: canSort, isNumber }, column) => (
              <th
                key={title}
                scope="col"
                class={isNumber === true ? 'number' : ''}
                {...(canSort === undefined
                  ? {}
                  : { 'aria-sort': sorting?.column !== column ? 'none' : sorting.isDescending ? 'descending' : 'ascending' })}
              >
                {canSort === undefined ? (
                  title
                ) : (
                  <Button onClick={() => change(column)}>
                    {title}
                    <span aria-hidden="true">{sorting?.column !== column ? ' ↕' : sorting.isDescending ? ' ↓' : ' ↑'}</span>
                  </Button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isNumber }) => (
                <td key={title} class={isNumber === true ? 'number' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
