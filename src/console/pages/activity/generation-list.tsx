/** The last generations, a page at a time. The first page follows new ones while the tab is seen. */
import { useEffect, useState } from 'preact/hooks';
import { callJson } from '../../api.ts';
import { formatCount, formatMs, formatTime, formatUsd, UNKNOWN } from '../../format.ts';
import { Load, Notice } from '../../parts/notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
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
          <button type="button" onClick={() => setLive(!isLive)}>
            {isLive ? 'Stop following' : 'Follow new answers'}
          </button>{' '}
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
              {cursor === '' ? null : (
                <button type="button" onClick={() => route.setQuery({ cursor: null })}>
                  Newest
                </button>
              )}
              {next === null ? null : (
                <button type="button" onClick={() => route.setQuery({ cursor: next })}>
                  Older
                </button>
              )}
            </p>
          </>
        )}
      </Load>
    </>
  );
}

/** The columns. @param mayList the keys are shown, too. */
function columnsOf(mayList: boolean, names: KeyNames): Column<LedgerRow>[] {
  return [
    { title: 'Time', cell: (row) => <GenerationLink row={row} mayList={mayList} />, sortBy: (row) => row.created_at },
    { title: 'Model', cell: (row) => row.model || row.model_asked, sortBy: (row) => row.model },
    { title: 'Provider', cell: (row) => row.provider_name || UNKNOWN, sortBy: (row) => row.provider_name },
    ...(mayList ? [{ title: 'Key', cell: (row: LedgerRow) => nameKey(row.key, names), sortBy: (row: LedgerRow) => row.key }] : []),
    {
      title: 'Outcome',
      cell: (row) => <span class={row.error !== null && !row.cancelled ? 'bad' : ''}>{outcomeOf(row)}</span>,
      sortBy: outcomeOf,
    },
    { title: 'Prompt', cell: (row) => formatCount(row.prompt_tokens), sortBy: (row) => row.prompt_tokens, isNumber: true },
    { title: 'Answer', cell: (row) => formatCount(row.completion_tokens), sortBy: (row) => row.completion_tokens, isNumber: true },
    {
      title: 'Cost',
      cell: (row) => `${row.estimated.length > 0 && row.cost !== null ? '≈ ' : ''}${formatUsd(row.cost)}`,
      sortBy: (row) => row.cost,
      isNumber: true,
    },
    { title: 'Duration', cell: (row) => formatMs(row.duration_ms), sortBy: (row) => row.duration_ms, isNumber: true },
    { title: 'First content', cell: (row) => formatMs(row.first_content_ms), sortBy: (row) => row.first_content_ms, isNumber: true },
    { title: 'Attempts', cell: (row) => formatCount(row.attempts), sortBy: (row) => row.attempts, isNumber: true },
    { title: 'Changes', cell: (row) => formatCount(row.adjustments), sortBy: (row) => row.adjustments, isNumber: true },
    { title: 'Cache', cell: (row) => row.cache ?? UNKNOWN, sortBy: (row) => row.cache },
    { title: 'User', cell: (row) => (row.user === null ? UNKNOWN : nameValue('user', row.user, names)), sortBy: (row) => row.user },
    { title: 'Session', cell: (row) => row.session ?? UNKNOWN, sortBy: (row) => row.session },
  ];
}

const GenerationLink = ({ row, mayList }: { row: LedgerRow; mayList: boolean }) => (
  <a href={routeHref('generation', { id: row.id, ...(mayList ? { key: row.key } : {}) })}>{formatTime(row.created_at)}</a>
);
