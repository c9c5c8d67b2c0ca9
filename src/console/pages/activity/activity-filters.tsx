/** Span of time, grouping and filters. All of them are in the address. */
import { useId } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { toLocalText } from '../../format.ts';
import { Field } from '../../parts/field.tsx';
import { SelectField } from '../../parts/select.tsx';
import type { RouteState } from '../../use-route.ts';
import { isAdmin, useSession } from '../../use-session.ts';
import { FILTERS, GROUPS, RANGES, type ActivityState, type FilterName } from './activity-query.ts';
import type { KeyNames } from './labels.ts';
import type { LedgerRow } from './rows.ts';
import { MEASURES, type MeasureName } from './sums.ts';

/** Labels and hints of the filters that are texts. */
const TEXTS: Readonly<Record<Exclude<FilterName, 'key'>, readonly [label: string, hint: string]>> = {
  model: ['Model', 'As in the list: author/model'],
  provider: ['Provider', 'Its slug: openai'],
  user: ['User', 'Hash (usr_...). With one key, also the name that was sent'],
  session: ['Session', 'The name that was sent'],
  status: ['Status', 'HTTP status, 100 to 599'],
  tag: ['Tag', 'name:value'],
};

type FiltersProps = { route: RouteState; state: ActivityState; rows: readonly LedgerRow[]; names: KeyNames };

/** @param rows their names are suggested. */
export function ActivityFilters({ route: { query, setQuery }, state, rows, names }: FiltersProps) {
  const mayList = isAdmin(useSession());
  const set = (name: string, value: string) => setQuery({ [name]: value.trim(), cursor: null });
  const count = Object.keys(state.filters).length;
  const filters = FILTERS.filter((name) => name !== 'key' || mayList);
  return (
    <div class="stack no-print">
      <div class="row">
        <SelectField label="Time" options={RANGES} value={state.range} onChoose={(range) => setQuery(rangeChanges(range, state))} />
        <SelectField
          label="Show"
          options={titles}
          value={query.get('measure') ?? 'requests'}
          onChoose={(measure) => set('measure', measure)}
        />
        <SelectField label="By" options={groupTitles(mayList)} value={state.group} onChoose={(group) => set('group', group)} />
        {state.range === 'own' ? <OwnTime state={state} set={set} /> : null}
      </div>
      <details open={count > 0}>
        <summary>Filters{count === 0 ? '' : ` (${count})`}</summary>
        <div class="row start">
          {filters.map((name) =>
            name === 'key' ? (
              <KeyFilter key={name} value={state.filters.key ?? ''} names={names} onChoose={(key) => set('key', key)} />
            ) : (
              <TextFilter key={name} name={name} value={state.filters[name] ?? ''} rows={rows} set={set} />
            ),
          )}
          {count === 0 ? null : (
            <Button onClick={() => setQuery({ ...Object.fromEntries(FILTERS.map((name) => [name, null])), cursor: null })}>
              Clear filters
            </Button>
          )}
        </div>
      </details>
    </div>
  );
}

const titles = Object.fromEntries(Object.entries(MEASURES).map(([name, { title }]) => [name, title])) as Record<MeasureName, string>;

const groupTitles = (mayList: boolean) =>
  Object.fromEntries(GROUPS.filter((name) => name !== 'key' || mayList).map((name) => [name, `${name[0]?.toUpperCase()}${name.slice(1)}`]));

/** An own time begins with the ends that are shown. */
const rangeChanges = (range: string, { fromMs, toMs }: ActivityState) => ({
  range,
  from: range === 'own' ? new Date(fromMs).toISOString() : null,
  to: range === 'own' ? new Date(toMs).toISOString() : null,
  cursor: null,
});

type SetParameter = (name: string, value: string) => void;

/** The ends of the time, in the visitor's zone. */
function OwnTime({ state, set }: { state: ActivityState; set: SetParameter }) {
  const ends = [
    ['from', 'From', state.fromMs],
    ['to', 'Until before', state.toMs],
  ] as const;
  return (
    <>
      {ends.map(([name, label, timeMs]) => (
        <Field key={name} label={label}>
          {(props) => (
            <input
              {...props}
              type="datetime-local"
              step={1}
              value={toLocalText(timeMs)}
              onChange={({ currentTarget: { value } }) => set(name, value === '' ? '' : new Date(value).toISOString())}
            />
          )}
        </Field>
      ))}
    </>
  );
}

type TextFilterProps = { name: Exclude<FilterName, 'key'>; value: string; rows: readonly LedgerRow[]; set: SetParameter };

function TextFilter({ name, value, rows, set }: TextFilterProps) {
  const list = useId();
  const [label, hint] = TEXTS[name];
  const known = name === 'tag' ? [] : [...new Set(rows.map((row) => String(row[name] ?? '')))].filter((one) => one !== '');
  return (
    <Field label={label} hint={hint}>
      {(props) => (
        <>
          <input {...props} list={list} value={value} spellcheck={false} onChange={(event) => set(name, event.currentTarget.value)} />
          <datalist id={list}>
            {known.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function KeyFilter({ value, names, onChoose }: { value: string; names: KeyNames; onChoose: (key: string) => void }) {
  const options = new Map([
    ['', 'All keys'],
    ['anonymous', 'No key'],
    ...names,
    ...(value === '' || names.has(value) ? [] : [[value, value.slice(0, 8)] as const]),
  ]);
  return <SelectField label="Key" options={Object.fromEntries(options)} value={value} onChoose={onChoose} />;
}
