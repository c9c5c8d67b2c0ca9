/** The last generations, a page at a time. The first page follows new ones while the tab is seen. */
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { callJson } from '../../api.ts';
import { formatCount, formatMs, formatTime, formatUsd } from '../../format.ts';
import { Load, Notice } from '../../parts/notice.tsx';
import { numberColumn, Table, textColumn, type Column } from '../../parts/table.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { isAdmin, useSession } from '../../use-session.ts';
import { rowsPath, tailPath, type ActivityState } from './activity-query.ts';
import { nameKey, nameValue, type KeyNames } from './labels.ts';
import { countNew, MAX_SHOWN, mergeRows, outcomeOf, type LedgerRow, type RowsPage } from './rows.ts';
import { useTail } from './use-tail.ts';

const PAGE_ROWS = '50';

type ListProps = {
  route: RouteState;
  state: ActivityState;
  names: KeyNames;
  /** Gets the rows that are shown. */
  onRows: (rows: readonly LedgerRow[]) => void;
  /** New rows have come. */
  onNew: () => void;
};

/** @param state its end is that of the first load: later refreshes of the sums do not load the list again. */
export function GenerationList({ route, state, names, onRows, onNew }: ListProps) {
  const mayList = isAdmin(useSession());
  const cursor = route.query.get('cursor') ?? '';
  const isFollowed = state.range !== 'own' && cursor === '';
  const [isLive, setLive] = useState(true);
  const [come, setCome] = useState<{ rows: readonly LedgerRow[]; count: number }>({ rows: [], count: 0 });
  const path = rowsPath(state, { limit: PAGE_ROWS, ...(cursor === '' ? {} : { cursor }) });
  // A span that ends now moves on; what follows it is asked for by the tail.
  const identity = JSON.stringify([state.range, state.range === 'own' ? [state.fromMs, state.toMs] : [], state.filters, cursor]);
  const page = useLoad((signal) => callJson<RowsPage>(path, { signal }), [identity]);
  useEffect(() => setCome({ rows: [], count: 0 }), [page.value]);
  const rows = mergeRows(page.value?.data ?? [], come.rows);
  useEffect(() => onRows(rows), [page.value, come]);
  const error = useTail({
    isOn: isLive && isFollowed,
    since: page.value?.next_since ?? null,
    path: (since) => tailPath(state, since),
    onRows: ({ data }) => {
      const count = countNew(rows, data);
      if (count === 0) return;
      setCome((before) => ({ rows: mergeRows(before.rows, data), count: before.count + count }));
      onNew();
    },
  });
  return (
    <>
      <h2>Answers</h2>
      {isFollowed ? (
        <p class="no-print">
          <Button onClick={() => setLive(!isLive)}>{isLive ? 'Stop following' : 'Follow new answers'}</Button>{' '}
          <span class="soft">
            {isLive ? 'New answers appear on top within seconds.' : 'New answers are not shown.'}
            {come.count === 0 ? '' : ` ${formatCount(come.count)} new.`}
            {rows.length >= MAX_SHOWN ? ` The first ${MAX_SHOWN} are shown.` : ''}
          </span>
        </p>
      ) : null}
      {error === null ? null : <Notice kind="warn">New answers cannot be read: {error.message} The next try follows.</Notice>}
      <Load of={page}>
        {({ next_cursor: next }) => (
          <>
            {rows.length === 0 ? (
              <Notice>
                No answers in this time with these filters. Send a request in the <a href={routeHref('playground')}>playground</a>, or
                choose a longer time.
              </Notice>
            ) : (
              <div class="dense">
                <Table caption="Answers, the newest first" columns={columnsOf(mayList, names)} rows={rows} keyOf={({ id }) => id} />
              </div>
            )}
            <p class="row no-print">
              {cursor === '' ? null : <Button onClick={() => route.setQuery({ cursor: null })}>Newest</Button>}
              {next === null ? null : <Button onClick={() => route.setQuery({ cursor: next })}>Older</Button>}
            </p>
          </>
        )}
      </Load>
    </>
  );
}

/** The columns. @param mayList the keys are shown, too. */
const columnsOf = (mayList: boolean, names: KeyNames): Column<LedgerRow>[] => [
  { title: 'Time', cell: (row) => <GenerationLink row={row} mayList={mayList} />, sortBy: (row) => row.created_at },
  textColumn('Model', (row) => row.model || row.model_asked),
  textColumn('Provider', (row) => row.provider_name),
  ...(mayList ? [textColumn('Key', (row: LedgerRow) => nameKey(row.key, names))] : []),
  {
    title: 'Outcome',
    cell: (row) => <span class={row.error !== null && !row.cancelled ? 'bad' : ''}>{outcomeOf(row)}</span>,
    sortBy: outcomeOf,
  },
  numberColumn('Prompt', (row) => row.prompt_tokens),
  numberColumn('Answer', (row) => row.completion_tokens),
  {
    title: 'Cost',
    cell: (row) => `${row.estimated.length > 0 && row.cost !== null ? '≈ ' : ''}${formatUsd(row.cost)}`,
    sortBy: (row) => row.cost,
    isNumber: true,
  },
  numberColumn('Duration', (row) => row.duration_ms, formatMs),
  numberColumn('First content', (row) => row.first_content_ms, formatMs),
  numberColumn('Attempts', (row) => row.attempts),
  numberColumn('Changes', (row) => row.adjustments),
  textColumn('Cache', (row) => row.cache),
  textColumn('User', (row) => row.user && nameValue('user', row.user, names)),
  textColumn('Session', (row) => row.session),
];

const GenerationLink = ({ row, mayList }: { row: LedgerRow; mayList: boolean }) => (
  <a href={routeHref('generation', { id: row.id, ...(mayList ? { key: row.key } : {}) })}>{formatTime(row.created_at)}</a>
);
