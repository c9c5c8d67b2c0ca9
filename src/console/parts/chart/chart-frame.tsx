/**
 * What every chart has around it: a caption, an image with a sentence that states its facts, a slider that steps through its points with the arrow
 * keys, and the same numbers as a table.
 */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Table } from '../table.tsx';
import { useWidth } from './use-width.ts';

/** What a chart draws with. */
export type Drawing = {
  /** Width in CSS pixels. */
  readonly width: number;
  /** The point that is chosen. */
  readonly chosen: number | null;
  /** Chooses a point: where the pointer is. */
  choose: (point: number) => void;
};

/** The numbers of a chart: the first column has the names of the rows. */
type ChartTable = { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What a chart is. */
export type ChartFrameProps = {
  readonly title: string;
  /** What was left out or summed, and other conditions. */
  readonly note?: ComponentChildren;
  /** States the facts, for those who do not see the image. */
  readonly sentence: string;
  readonly height: number;
  readonly points: number;
  /** One point, in words. */
  readonly describe: (point: number) => string;
  /** Null = the same numbers are in a table below the chart. */
  readonly table: ChartTable | null;
  readonly legend?: ComponentChildren;
  readonly draw: (drawing: Drawing) => ComponentChildren;
};

/** A chart. */
export function ChartFrame({ title, note, sentence, height, points, describe, table, legend, draw }: ChartFrameProps) {
  const [chosen, choose] = useState<number | null>(null);
  const [frame, width] = useWidth<HTMLDivElement>();
  const point = chosen === null ? null : Math.min(chosen, points - 1);
  return (
    <figure class="chart panel">
      <figcaption>
        <b>{title}</b>
        {note === undefined ? null : <span class="soft"> {note}</span>}
      </figcaption>
      <div ref={frame}>
        <svg role="img" aria-label={`${title}. ${sentence}`} viewBox={`0 0 ${width} ${height}`} width="100%" height={height}>
          {draw({ width, chosen: point, choose })}
        </svg>
      </div>
      {legend}
      {points < 1 ? null : (
        <input
          class="chart-points no-print"
          type="range"
          aria-label={`Points of the chart: ${title}`}
          min={0}
          max={points - 1}
          value={point ?? points - 1}
          aria-valuetext={describe(point ?? points - 1)}
          onInput={(event) => choose(Number(event.currentTarget.value))}
          onFocus={() => choose(point ?? points - 1)}
        />
      )}
      <p class="chart-point">{point === null || point < 0 ? sentence : describe(point)}</p>
      {table === null ? null : <Numbers title={title} table={table} />}
    </figure>
  );
}

function Numbers({ title, table: { columns, rows } }: { title: string; table: ChartTable }) {
  return (
    <details>
      <summary>Numbers of the chart</summary>
      <Table
        caption={`Numbers: ${title}`}
        columns={columns.map((name, column) => ({ title: name, cell: (row: readonly string[]) => row[column], isNumber: column > 0 }))}
        rows={rows}
        keyOf={([name = '']) => name}
      />
    </details>
  );
}
