/** Rows as lines in columns; as blocks of `name: value` where the terminal is too narrow. No cell is cut. */
import stringWidth from 'string-width';
import { toPrintable } from '../lib/printable.ts';
import { bold, dim, plainText, type Text } from './styled.ts';

/** A column of a table. */
export type Column<Row> = {
  readonly title: string;
  /** What a row has in the column; '' = nothing. */
  readonly cell: (row: Row) => Text;
  /** Numbers are at the right. Absent = left. */
  readonly align?: 'right';
};

const GAP = '  ';

/** @param width columns of the terminal; null = not limited. */
export function writeTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number | null): Text[][] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ title }, at) => Math.max(stringWidth(title), ...cells.map((row) => cellWidth(row[at] ?? ''))));
  const total = widths.reduce((sum, one) => sum + one, 0) + GAP.length * (columns.length - 1);
  if (width !== null && total > width) return writeBlocks(columns, cells);
  const line = (texts: readonly Text[]) =>
    texts.flatMap((text, at) => padded(text, { width: widths[at] ?? 0, column: columns[at], isLast: at === columns.length - 1 }));
  return [line(columns.map(({ title }) => bold(title))), ...cells.map(line)];
}

/** Width of a cell as it is printed: control characters are escaped. */
const cellWidth = (text: Text) => stringWidth(toPrintable(plainText(text), Infinity));

function padded(
  text: Text,
  { width, column, isLast }: { width: number; column: Pick<Column<never>, 'align'> | undefined; isLast: boolean },
): Text[] {
  const padding = ' '.repeat(width - cellWidth(text));
  if (column?.align === 'right') return [padding, text, isLast ? '' : GAP];
  return [text, isLast ? '' : padding + GAP];
}

function writeBlocks<Row>(columns: readonly Column<Row>[], cells: readonly (readonly Text[])[]): Text[][] {
  return cells.flatMap((row, index) => [
    ...(index === 0 ? [] : [[]]),
    ...columns.flatMap(({ title }, at) => {
      const text = row[at] ?? '';
      return plainText(text) === '' ? [] : [[dim(`${title}: `), text]];
    }),
  ]);
}
