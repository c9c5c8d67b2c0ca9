/** A chart over ordered points, such as hours: stacked bars of what can be added, lines of what cannot. */
import { useId } from 'preact/hooks';
import { ChartFrame, type Drawing } from './chart-frame.tsx';
import { labelEvery, pointAt, roundTicks, stack, sumPoints, type ChartSeries } from './scale.ts';
import { describeLines, describePoint, describeStack, type ChartFacts } from './sentences.ts';
import { dashOf, fillOf, Legend, SeriesPatterns, seriesClass } from './series-look.tsx';

const HEIGHT = 220;
const TOP = 10;
const BOTTOM = 24;
const PLOT = HEIGHT - TOP - BOTTOM;

/** Width of a character of a number on the axis, in pixels. */
const CHARACTER = 7;

/** Width of a label on the axis, in pixels. */
const LABEL = 64;

/** Lines of at most so many points have a mark at each. */
const MOST_MARKS = 60;

/** What is drawn. */
export type PointChartProps = ChartFacts & {
  readonly title: string;
  readonly note?: string;
  readonly kind: 'bars' | 'lines';
  /** Short labels for the axis. */
  readonly ticks: readonly string[];
  /** What the points are: `Hour`. */
  readonly pointName: string;
  /** Numbers of the axis, where they are shorter than those of the points. */
  readonly formatTick?: (value: number) => string;
  /** In place of the sentence that is made of the numbers. */
  readonly sentence?: string;
};

/** The chart. */
export function PointChart({ title, note, kind, ticks, pointName, formatTick, sentence, ...facts }: PointChartProps) {
  const id = useId();
  const { labels, series, format } = facts;
  const isLines = kind === 'lines';
  return (
    <ChartFrame
      title={title}
      {...(note === undefined ? {} : { note })}
      sentence={sentence ?? (isLines ? describeLines(facts) : describeStack(facts))}
      height={HEIGHT}
      points={labels.length}
      describe={(point) => describePoint(point, facts)}
      table={{
        columns: [pointName, ...series.map(({ name }) => name)],
        rows: labels.map((label, point) => [label, ...series.map(({ values }) => format(values[point] ?? null))]),
      }}
      legend={series.length > 1 ? <Legend id={id} series={series} isLines={isLines} /> : null}
      draw={(drawing) => <Plot id={id} drawing={drawing} isLines={isLines} ticks={ticks} facts={facts} formatTick={formatTick ?? format} />}
    />
  );
}

type PlotProps = {
  id: string;
  drawing: Drawing;
  isLines: boolean;
  ticks: readonly string[];
  facts: ChartFacts;
  formatTick: (value: number) => string;
};

function Plot({ id, drawing: { width, chosen, choose }, isLines, ticks, facts: { series, labels }, formatTick }: PlotProps) {
  const points = labels.length;
  const tops = isLines ? series.flatMap(({ values }) => [...values]) : sumPoints(series, points);
  const heights = tops.map((value) => value ?? 0);
  const least = heights.every(Number.isInteger) ? 1 : 0; // there is no half request
  const levels = roundTicks(Math.max(0, ...heights), least).map((level) => ({ level, text: formatTick(level) }));
  const left = 10 + CHARACTER * Math.max(...levels.map(({ text }) => text.length));
  const plot: PlotSize = { left, width: width - left, points, max: levels.at(-1)?.level ?? 1 };
  const every = labelEvery(points, plot.width, LABEL);
  const band = plot.width / Math.max(1, points);
  return (
    <g onPointerMove={(event) => choose(pointAt(event.offsetX - left, plot.width, points))}>
      <rect width={width} height={HEIGHT} fill="transparent" />
      {levels.map(({ level, text }) => (
        <g key={level}>
          <line class="chart-line" x1={left} x2={width} y1={yOf(level, plot)} y2={yOf(level, plot)} />
          <text x={left - 6} y={yOf(level, plot) + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {ticks.map((tick, point) =>
        point % every === 0 ? (
          <text key={point} {...placeLabel(left + band * (point + 0.5), width)} y={HEIGHT - 6}>
            {tick}
          </text>
        ) : null,
      )}
      {chosen === null ? null : (
        <rect class="chart-chosen" x={left + band * chosen} y={TOP} width={band} height={PLOT} fill="none" stroke="currentColor" />
      )}
      {isLines ? <Lines series={series} plot={plot} /> : <Bars id={id} series={series} plot={plot} />}
    </g>
  );
}

/** A label at the edge ends there. */
const placeLabel = (x: number, width: number) =>
  x + LABEL / 2 > width ? ({ x: width, 'text-anchor': 'end' } as const) : ({ x, 'text-anchor': 'middle' } as const);

type PlotSize = { left: number; width: number; points: number; max: number };

const yOf = (value: number, { max }: PlotSize): number => TOP + PLOT * (1 - value / max);

function Bars({ id, series, plot }: { id: string; series: readonly ChartSeries[]; plot: PlotSize }) {
  const band = plot.width / Math.max(1, plot.points);
  const width = Math.max(1, band * 0.8);
  return (
    <>
      <SeriesPatterns id={id} series={series} />
      {stack(series).map((pieces, index) => {
        const one = series[index];
        return one === undefined ? null : (
          <g key={index} class={seriesClass(one, index)} fill={fillOf(id, index)} stroke="currentColor">
            {pieces.map(({ from, to }, point) =>
              to <= from ? null : (
                <rect
                  key={point}
                  x={plot.left + band * point + (band - width) / 2}
                  y={yOf(to, plot)}
                  width={width}
                  height={Math.max(0.5, yOf(from, plot) - yOf(to, plot))}
                />
              ),
            )}
          </g>
        );
      })}
    </>
  );
}

function Lines({ series, plot }: { series: readonly ChartSeries[]; plot: PlotSize }) {
  const band = plot.width / Math.max(1, plot.points);
  const xOf = (point: number) => plot.left + band * (point + 0.5);
  return (
    <>
      {series.map((one, index) => {
        let isPen = false; // down after a value that is known
        const path = one.values.map((value, point) => {
          const command = value === null ? '' : `${isPen ? 'L' : 'M'}${xOf(point).toFixed(1)} ${yOf(value, plot).toFixed(1)}`;
          isPen = value !== null;
          return command;
        });
        return (
          <g key={index} class={seriesClass(one, index)} stroke="currentColor" fill="currentColor">
            <path d={path.join('')} fill="none" stroke-width={2} stroke-dasharray={dashOf(index)} />
            {plot.points > MOST_MARKS
              ? null
              : one.values.map((value, point) =>
                  value === null ? null : <circle key={point} cx={xOf(point)} cy={yOf(value, plot)} r={2.5} />,
                )}
          </g>
        );
      })}
    </>
  );
}
