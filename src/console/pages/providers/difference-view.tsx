/** The difference between two providers, parameter by parameter. */
import { cellText } from '../../parts/rule-text.ts';
import type { ParametersData } from '../../../http/parameters.ts';
import { Notice } from '../../parts/notice.tsx';
import { SelectField } from '../../parts/select.tsx';
import { Table } from '../../parts/table.tsx';
import type { RouteState } from '../../use-route.ts';
import { compareProviders, rowKey, rowTitle, selectMatrix, type Difference } from './matrix.ts';

const ALL = { search: '', parameter: '', state: '', withOwnFields: true } as const;

/** @param route `left`, `right`: keys of rows; `all=1`: with what is equal. */
export function DifferenceView({ data, route: { query, setQuery } }: { data: ParametersData; route: RouteState }) {
  const { rows, columns } = selectMatrix(data, ALL);
  const chosen = (name: 'left' | 'right', at: number) => rows.find(({ key }) => key === query.get(name)) ?? rows[at];
  const [left, right] = [chosen('left', 0), chosen('right', 1)];
  if (left === undefined || right === undefined) return <Notice>Two providers are needed, and this key may use fewer.</Notice>;
  const withEqual = query.get('all') === '1';
  const found = compareProviders(left.provider, right.provider, columns);
  const differing = found.filter(({ isEqual }) => !isEqual);
  const titles = Object.fromEntries(rows.map(({ key, provider }) => [key, rowTitle(provider)]));
  const choose = (name: 'left' | 'right', label: string, value: string) => (
    <SelectField label={label} options={titles} value={value} onChoose={(key) => setQuery({ [name]: key })} />
  );
  return (
    <div class="stack">
      <div class="row">
        {choose('left', 'Provider', left.key)}
        {choose('right', 'Compared with', right.key)}
        <label>
          <input type="checkbox" checked={withEqual} onChange={() => setQuery({ all: withEqual ? null : '1' })} /> Show what is equal
        </label>
      </div>
      <Table<Difference>
        caption={`${differing.length} of ${found.length} parameters differ between ${rowTitle(left.provider)} and ${rowTitle(right.provider)}`}
        rows={withEqual ? found : differing}
        keyOf={({ parameter }) => parameter}
        columns={[
          { title: 'Parameter', cell: ({ parameter }) => <code>{parameter}</code>, sortBy: ({ parameter }) => parameter },
          {
            title: titleIn(left.provider.name, rowKey(left.provider), 1),
            cell: ({ left: rule, isEqual }) => said(cellText(rule), isEqual),
          },
          {
            title: titleIn(right.provider.name, rowKey(right.provider), 2),
            cell: ({ right: rule, isEqual }) => said(cellText(rule), isEqual),
          },
        ]}
      />
    </div>
  );
}

/** Titles are there once, also where a provider is compared with itself. */
const titleIn = (name: string, key: string, place: number) => (key.trim() === '' ? String(place) : `${place}. ${name}`);

const said = (text: string, isEqual: boolean) => (isEqual ? text : <mark>{text}</mark>);
