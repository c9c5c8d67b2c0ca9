/** Horizontal bars, one for each name, in the order that is given. */
import { formatShare } from '../../format.ts';
import { ChartFrame } from './chart-frame.tsx';

/** A bar. Null = not known: it has no length. */
export type Bar = { readonly name: string; readonly value: number | null };

const ROW = 38;

/** Width of a character of the names, in pixels, at most. */
const CHARACTER = 7.4;

/** The chart. @param unit what is counted: `requests`. */
export function BarList({
  title,
  note,
  unit,
  bars,
  format,
}: {
  title: string;
  note?: string;
  unit: string;
  bars: readonly Bar[];
  format: (value: number | null) => string;
}) {
  const total = bars.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const max = Math.max(0, ...bars.map(({ value }) => value ?? 0));
  const inWords = ({ name, value }: Bar) => `${name} ${format(value)} (${formatShare(value ?? 0, total)})`;
  return (
    <ChartFrame
      title={title}
      {...(note === undefined ? {} : { note })}
      sentence={total === 0 ? `No ${unit}.` : `${format(total)} ${unit}: ${bars.map(inWords).join('; ')}.`}
      height={Math.max(1, bars.length) * ROW}
      points={bars.length}
      describe={(point) => {
        const bar = bars[point];
        return bar === undefined ? '' : inWords(bar);
      }}
      table={{
        columns: ['Name', unit, 'Share'],
        rows: bars.map(({ name, value }) => [name, format(value), formatShare(value ?? 0, total)]),
      }}
      draw={({ width, chosen, choose }) =>
        bars.map(({ name, value }, index) => {
          const text = format(value);
          const room = Math.floor(width / CHARACTER) - text.length - 2;
          return (
            <g key={name} class="series-0" onPointerMove={() => choose(index)}>
              <rect y={index * ROW} width={width} height={ROW} fill="transparent" />
              <text y={index * ROW + 14}>{name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name}</text>
              <text x={width} y={index * ROW + 14} text-anchor="end">
                {text}
              </text>
              <rect
                class={chosen === index ? 'chart-chosen' : ''}
                y={index * ROW + 19}
                height={12}
                width={max === 0 ? 0 : (width * (value ?? 0)) / max}
                fill="currentColor"
              />
            </g>
          );
        })
      }
    />
  );
}
