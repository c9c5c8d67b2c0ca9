/** The charts of the page: over time, by name, and how long answers took. */
import { formatCount, formatMs, formatUsd } from '../../format.ts';
import { BarList } from '../../parts/chart/bar-list.tsx';
import { PointChart } from '../../parts/chart/point-chart.tsx';
import { binValues, quantile, sumKnown } from '../../parts/chart/scale.ts';
import type { RouteState } from '../../use-route.ts';
import { timesOf, type ActivityState } from './activity-query.ts';
import { labelTime, nameValue, type KeyNames } from './labels.ts';
import type { LedgerRow } from './rows.ts';
import { MEASURES, seriesOf, type ActivitySums, type MeasureName, type TopSeries } from './sums.ts';

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

const FORMATS: Readonly<Record<MeasureName, (value: number | null) => string>> = {
  requests: formatCount,
  tokens: formatCount,
  cost: formatUsd,
  failures: formatCount,
  cached: formatCount,
  duration: formatMs,
};

type ChartsProps = { route: RouteState; state: ActivityState; sums: ActivitySums; rows: readonly LedgerRow[]; names: KeyNames };

/** @param sums by time and group. @param rows of the list below, for the histogram. */
export function ActivityCharts({ route, state, sums, rows, names }: ChartsProps) {
  if (sums.data.length === 0) return null; // the list says what to do
  const measure = (Object.keys(MEASURES) as MeasureName[]).find((name) => name === route.query.get('measure')) ?? 'requests';
  const { group, step } = state;
  const times = timesOf(state);
  const completeFromMs = sums.complete_from === null ? null : Date.parse(sums.complete_from);
  const top = seriesOf(sums.data, { group, measure, times, completeFromMs });
  const series = top.series.map((one) => (one.isRest === true ? one : { ...one, name: nameValue(group, one.name, names) }));
  const { title, unit, kind } = MEASURES[measure];
  const format = FORMATS[measure];
  const isMoney = measure === 'cost' || measure === 'duration';
  return (
    <>
      <PointChart
        title={`${title} by ${step} and ${group}`}
        note={noteOf(top, state)}
        kind={kind}
        unit={unit}
        pointName={step === 'hour' ? 'Hour' : 'Day (UTC)'}
        labels={times.map((time) => labelTime(time, step))}
        ticks={times.map((time) => labelTime(time, step, true))}
        series={series}
        format={format}
        formatTick={isMoney ? format : (value) => compact.format(value)}
      />
      <div class="columns">
        {kind === 'bars' ? (
          <BarList
            title={`${title} by ${group}`}
            unit={unit}
            bars={series.map(({ name, values }) => ({ name, value: sumKnown(values) }))}
            format={format}
          />
        ) : null}
        <Durations rows={rows} />
      </div>
    </>
  );
}

function noteOf({ restCount, series: { length } }: TopSeries, { range, step, group }: ActivityState): string {
  const rest = restCount === 0 ? '' : `The ${length - 1} largest of ${length - 1 + restCount} ${group}s; the others are summed. `;
  return rest + (range === 'own' ? '' : `The ${step} that has begun is not over.`);
}

/** A histogram of the answers in the list. */
function Durations({ rows }: { rows: readonly LedgerRow[] }) {
  if (rows.length === 0) return null;
  const durations = rows.map(({ duration_ms: duration }) => duration);
  const bins = binValues(durations);
  const [median, most] = [quantile(durations, 0.5), quantile(durations, 0.95)];
  const labels = bins.map(({ from, to }) => `${formatMs(from)} to ${formatMs(to)}`);
  return (
    <PointChart
      title="Duration of the answers in the list"
      note={`${formatCount(durations.length)} answers`}
      kind="bars"
      unit="answers"
      pointName="Duration"
      labels={labels}
      ticks={bins.map(({ from }) => formatMs(from))}
      series={[{ name: 'answers', values: bins.map(({ count }) => count) }]}
      format={formatCount}
      sentence={`Half took at most ${formatMs(median)}, 95 % at most ${formatMs(most)}, all at most ${formatMs(Math.max(...durations))}.`}
    />
  );
}
