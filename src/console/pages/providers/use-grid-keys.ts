/** Arrow keys in a grid of buttons: one of them is reached with Tab, the others from there (WAI-ARIA grid pattern). */
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { moveInGrid, type GridSize } from './grid-keys.ts';

/** What the grid and its buttons need. */
export type GridKeys = {
  onKeyDown: (event: KeyboardEvent) => void;
  /** Properties of the button in a row and a column, both counted from 0. */
  cell: (row: number, column: number) => { tabIndex: number; 'data-cell': string; onFocus: () => void };
};

/** @param grid the element with all buttons. @param size how many there are. */
export function useGridKeys(grid: RefObject<HTMLElement | null>, size: GridSize): GridKeys {
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const [row, column] = [Math.min(place.row, size.rows - 1), Math.min(place.column, size.columns - 1)];
  return {
    onKeyDown: (event) => {
      const next = moveInGrid({ row, column }, event.key, size);
      if (next === null) return;
      event.preventDefault();
      grid.current?.querySelector<HTMLElement>(`[data-cell="${next.row}-${next.column}"]`)?.focus();
    },
    cell: (at, across) => ({
      tabIndex: at === row && across === column ? 0 : -1,
      'data-cell': `${at}-${across}`,
      onFocus: () => setPlace({ row: at, column: across }),
    }),
  };
}
