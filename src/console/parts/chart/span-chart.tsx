/** Spans on one time line, one below the other: the wait for the first content is hatched, the rest is filled. */
import { useId } from 'preact/hooks';
import { formatMs } from '../../format.ts';
import { ChartFrame } from './chart-frame.tsx';
import { labelEvery, roundTicks, type Span } from './scale.ts';

const ROW = 44;
const BAR = 14;
const AXIS = 22;

/** Width of a label on the axis, in pixels. */
const LABEL = 64;

/** Width of a character, in pixels, at most. */
const CHARACTER = 7.4;

type SpanChartProps = { title: string; note: string; spans: readonly Span[]; totalMs: number };

/** The chart. A table of the spans belongs below it. @param totalMs the time line is at least so long. */
export function SpanChart({ title, note, spans, totalMs }: SpanChartProps) {
  const id = useId();
  const ticks = roundTicks(Math.max(totalMs, ...spans.map(({ to }) => to)));
  const end = ticks.at(-1) ?? 1;
  return (
    <ChartFrame
      title={title}
      note={note}
      sentence={spans.length === 0 ? 'None.' : `${spans.map(describeSpan).join('; ')}.`}
      height={spans.length * ROW + AXIS}
      points={spans.length}
      describe={(point) => {
        const span = spans[point];
        return span === undefined ? '' : describeSpan(span);
      }}
      table={null}
      draw={({ width, chosen, choose }) => (
        <>
          <defs>
            <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" class="series-0">
              <path d="M0 6L6 0" stroke="currentColor" stroke-width={1.5} />
            </pattern>
          </defs>
          {ticks.map((tick, index) =>
            index % labelEvery(ticks.length, width, LABEL) === 0 ? (
              <g key={tick}>
                <line class="chart-line" x1={(width * tick) / end} x2={(width * tick) / end} y1={0} y2={spans.length * ROW} />
                <text
                  x={(width * tick) / end}
                  y={spans.length * ROW + 16}
                  text-anchor={index === 0 ? 'start' : tick === end ? 'end' : 'middle'}
                >
                  {formatMs(tick)}
                </text>
              </g>
            ) : null,
          )}
          {spans.map((span, index) => (
            <g key={index} transform={`translate(0 ${index * ROW})`} onPointerMove={() => choose(index)}>
              <SpanBar span={span} scale={width / end} width={width} fill={`url(#${id})`} isChosen={chosen === index} />
            </g>
          ))}
        </>
      )}
    />
  );
}

type SpanBarProps = { span: Span; scale: number; width: number; fill: string; isChosen: boolean };

function SpanBar({ span: { name, outcome, isGood, from, content, to, isExact }, scale, width, fill, isChosen }: SpanBarProps) {
  const text = `${isGood ? '✓' : '✕'} ${name}: ${outcome}`;
  const room = Math.floor(width / CHARACTER);
  const bar = { y: 20, height: BAR };
  const waited = content ?? to;
  return (
    <>
      <rect width={width} height={ROW} fill="transparent" />
      <text y={14}>{text.length > room ? `${text.slice(0, room - 1)}…` : text}</text>
      <g class={isGood ? 'series-0' : 'series-1'} stroke="currentColor">
        <rect {...bar} x={from * scale} width={Math.max(1, (waited - from) * scale)} fill={fill} />
        {content === null ? null : <rect {...bar} x={content * scale} width={Math.max(1, (to - content) * scale)} fill="currentColor" />}
        <rect
          {...bar}
          class={isChosen ? 'chart-chosen' : ''}
          x={from * scale}
          width={Math.max(1, (to - from) * scale)}
          fill="none"
          stroke-dasharray={isExact ? '' : '4 3'}
        />
      </g>
    </>
  );
}

function describeSpan({ name, from, content, to, isExact, outcome }: Span): string {
  const end = isExact ? formatMs(to) : `not known, at most ${formatMs(to)}`;
  return `${name}: start ${formatMs(from)}, first content ${formatMs(content)}, end ${end}, ${outcome}`;
}
