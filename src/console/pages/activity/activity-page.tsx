/** The page "Activity": what was spent, in sums, charts and rows. */
import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { ApiError, callJson } from '../../api.ts';
import { formatTime } from '../../format.ts';
import { DownloadButton } from '../../parts/download-button.tsx';
import { Load, Notice } from '../../parts/notice.tsx';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { ActivityCharts } from './activity-charts.tsx';
import { ActivityFilters } from './activity-filters.tsx';
import { ActivityTiles } from './activity-tiles.tsx';
import { readState, rowsPath, sumsPath } from './activity-query.ts';
import { caveatsOf } from './caveats.ts';
import { GenerationList } from './generation-list.tsx';
import type { LedgerRow } from './rows.ts';
import type { ActivitySums } from './sums.ts';
import { useKeyNames } from './use-key-names.ts';

/** Sums are loaded again for new rows at most once in this time, in milliseconds. */
const REFRESH_MS = 15_000;

/** @param route its state is in the address. */
export function ActivityPage({ route }: { route: RouteState }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const [rows, setRows] = useState<readonly LedgerRow[]>([]);
  const names = useKeyNames();
  const state = readState(route.query, nowMs);
  const totals = useLoad((signal) => callJson<ActivitySums>(sumsPath(state), { signal }), [sumsPath(state)]);
  const groups = useLoad((signal) => callJson<ActivitySums>(sumsPath(state, [state.group]), { signal }), [sumsPath(state, [state.group])]);
  // A filter that the router refuses is refused for all parts of the page: it is said once.
  const isRefused = totals.error instanceof ApiError && totals.error.status === 400;
  const refresh = () => setNowMs((before) => (Date.now() - before > REFRESH_MS ? Date.now() : before));
  return (
    <>
      <h1>Activity</h1>
      <ActivityFilters route={route} state={state} rows={rows} names={names} />
      <Load of={totals}>
        {(sums) => (
          <>
            <p class="soft">
              {formatTime(sums.from)} to {formatTime(sums.to)}{' '}
              <Button class="plain" onClick={() => setNowMs(Date.now())}>
                Refresh
              </Button>
            </p>
            {[...new Set([sums, ...(groups.value === null ? [] : [groups.value])].flatMap(caveatsOf))].map((caveat) => (
              <Notice key={caveat} kind="warn">
                {caveat}
              </Notice>
            ))}
            <ActivityTiles sums={sums} />
          </>
        )}
      </Load>
      {isRefused ? null : (
        <>
          <Load of={groups}>{(sums) => <ActivityCharts route={route} state={state} sums={sums} rows={rows} names={names} />}</Load>
          <GenerationList route={route} state={state} names={names} onRows={setRows} onNew={refresh} />
          <p class="row no-print">
            <DownloadButton path={rowsPath(state, { format: 'csv' })} file="generations.csv" label="Save answers as CSV" />
            <DownloadButton
              path={`${sumsPath(state, ['model', 'provider', 'key', 'user'])}&format=csv`}
              file="activity.csv"
              label="Save sums as CSV"
            />
          </p>
        </>
      )}
    </>
  );
}
