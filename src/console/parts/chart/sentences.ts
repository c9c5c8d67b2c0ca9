/** Sentences that state the facts of a chart, for those who do not see it. Pure. */
import { formatShare } from '../../format.ts';
import { sumKnown, sumPoints, type ChartSeries } from './scale.ts';

/** What a chart is about. */
export type ChartFacts = {
  /** `requests`. */
  readonly unit: string;
  readonly labels: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number | null) => string;
};

/** States the facts of a stacked chart: the sum, the highest point, and each series with its share. */
export function describeStack({ unit, labels, series, format }: ChartFacts): string {
  const sums = sumPoints(series, labels.length);
  const total = sumKnown(sums);
  if (total === null || total === 0) return `No ${unit}.`;
  const highest = sums.reduce<number>((best, value, point) => ((value ?? 0) > (sums[best] ?? 0) ? point : best), 0);
  const parts = series.map(({ name, values }) => {
    const sum = sumKnown(values);
    return `${name} ${format(sum)} (${formatShare(sum ?? 0, total)})`;
  });
  const most = labels.length > 1 ? ` Most: ${format(sums[highest] ?? null)} at ${labels[highest]}.` : '';
  return `${format(total)} ${unit} in all.${most} ${parts.join('; ')}.`;
}

/** States the facts of lines: of each series its lowest, highest and last known value. */
export function describeLines({ unit, labels, series, format }: ChartFacts): string {
  const parts = series.map(({ name, values }) => {
    const known = values.flatMap((value, point) => (value === null ? [] : [{ value, label: labels[point] ?? '' }]));
    const last = known.at(-1);
    if (last === undefined) return `${name}: not known`;
    const all = known.map(({ value }) => value);
    return `${name}: ${format(Math.min(...all))} to ${format(Math.max(...all))}, last ${format(last.value)} at ${last.label}`;
  });
  return parts.length === 0 ? `No ${unit}.` : `${unit}. ${parts.join('; ')}.`;
}

/** One point of a chart, in words. */
export function describePoint(point: number, { labels, series, format }: ChartFacts): string {
  const values = series.map(({ name, values: all }) => `${name} ${format(all[point] ?? null)}`);
  return `${labels[point] ?? ''}: ${values.length === 0 ? 'nothing' : values.join(', ')}`;
}
