/** How series are told apart: each has a colour, a pattern of its bars, and a dash with a mark for its line. */
import type { ChartSeries } from './scale.ts';

/** Dashes of lines. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2 1 2'];

/** Lines within a tile of 8 by 8, for bars. The first series is filled. */
const PATTERNS = ['', 'M0 8L8 0M-2 2L2-2M6 10L10 6', 'M0 4H8', 'M0 0L8 8M-2 6L2 10M6-2L10 2', 'M2 0V8M6 0V8', 'M0 4H8M4 0V8'];

/** Class with the colour of a series. The rest is the last. */
export const seriesClass = ({ isRest }: ChartSeries, index: number): string => `series-${isRest === true ? 'rest' : index % DASHES.length}`;

/** Dash of a series. */
export const dashOf = (index: number): string => DASHES[index % DASHES.length] ?? '';

/** Fill of the bars of a series. @param id of the chart. */
export const fillOf = (id: string, index: number): string => (index === 0 ? 'currentColor' : `url(#${id}-${index})`);

/** The patterns of the bars of a chart. */
export function SeriesPatterns({ id, series }: { id: string; series: readonly ChartSeries[] }) {
  return (
    <defs>
      {series.map((one, index) => (
        <pattern key={index} id={`${id}-${index}`} width={8} height={8} patternUnits="userSpaceOnUse" class={seriesClass(one, index)}>
          <rect width={8} height={8} fill="currentColor" opacity={0.25} />
          <path d={PATTERNS[index % PATTERNS.length]} stroke="currentColor" stroke-width={2} />
        </pattern>
      ))}
    </defs>
  );
}

/** The names of the series with their looks. */
export function Legend({ id, series, isLines }: { id: string; series: readonly ChartSeries[]; isLines: boolean }) {
  return (
    <ul class="legend">
      {series.map((one, index) => (
        <li key={one.name}>
          <svg width={28} height={14} aria-hidden="true" class={seriesClass(one, index)}>
            {isLines ? (
              <line x1={0} x2={28} y1={7} y2={7} stroke="currentColor" stroke-width={2.5} stroke-dasharray={dashOf(index)} />
            ) : (
              <rect x={0.5} y={0.5} width={27} height={13} fill={fillOf(id, index)} stroke="currentColor" />
            )}
          </svg>{' '}
          {one.name}
        </li>
      ))}
    </ul>
  );
}
