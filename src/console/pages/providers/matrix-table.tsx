/** The matrix as a grid: a button for each cell, which opens the reason behind it in a dialog. */
import { useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import type { UnifiedParameter } from '../../../http/unified-parameters.ts';
import { routeHref } from '../../route.ts';
import { CellDialog } from './cell-dialog.tsx';
import { cellState, markedCellText, rowTitle, ruleFor, unifiedOf, type Matrix, type MatrixRow } from './matrix.ts';
import { useGridKeys } from './use-grid-keys.ts';

/** @param title name of the region: there once on a page. */
export function MatrixTable({
  title,
  matrix: { rows, columns },
  unified,
}: {
  title: string;
  matrix: Matrix;
  unified: readonly UnifiedParameter[];
}) {
  const [opened, setOpened] = useState<{ row: MatrixRow; parameter: string } | null>(null);
  const grid = useRef<HTMLTableElement>(null);
  const keys = useGridKeys(grid, { rows: rows.length, columns: columns.length });
  return (
    <>
      <section class="scroll matrix" aria-label={title} tabIndex={0}>
        <table ref={grid} role="grid" aria-rowcount={rows.length + 1} aria-colcount={columns.length + 1} onKeyDown={keys.onKeyDown}>
          <caption>
            {rows.length} rows, {columns.length} parameters. Arrow keys move between cells; Enter opens the reason. An asterisk: some models
            of the provider have another rule.
          </caption>
          <thead>
            <tr>
              <th scope="col">Provider</th>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={row.key}>
                <th scope="row">
                  <a href={routeHref('providers', { provider: row.provider.slug })} tabIndex={-1}>
                    {rowTitle(row.provider)}
                  </a>
                </th>
                {columns.map((name, across) => {
                  const rule = ruleFor(row.provider.rules, name);
                  return (
                    <td key={name} class={cellState(rule, unifiedOf(unified, name))}>
                      <Button class="cell" {...keys.cell(at, across)} onClick={() => setOpened({ row, parameter: name })}>
                        {markedCellText(row.provider, name)}
                      </Button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {opened === null ? null : <CellDialog {...opened} unified={unifiedOf(unified, opened.parameter)} onClose={() => setOpened(null)} />}
    </>
  );
}
