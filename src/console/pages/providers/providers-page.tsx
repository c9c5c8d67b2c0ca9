/** The page "Providers": the matrix, the difference between two providers, and a page for each of them. */
import { Button } from '../../parts/button.tsx';
import type { ParametersData } from '../../../http/parameters.ts';
import { callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Load } from '../../parts/notice.tsx';
import { optionsOf, SelectField } from '../../parts/select.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { DifferenceView } from './difference-view.tsx';
import { selectMatrix, type CellState } from './matrix.ts';
import { MatrixTable } from './matrix-table.tsx';
import { ProviderView } from './provider-view.tsx';

/** What `GET /parameters` returns. */
type Parameters = { data: ParametersData; catalog: { version: string; checked: string; source: string } };

const OPERATIONS = ['chat', 'completions', 'embeddings'];

/** @param route `operation`; `provider`: the page of one; `compare=1`: the difference; else the filters of the matrix. */
export function ProvidersPage({ route }: { route: RouteState }) {
  const slug = route.query.get('provider');
  return slug === null ? <ParametersView route={route} /> : <ProviderView slug={slug} />;
}

/** What all providers accept, or two of them beside each other. */
function ParametersView({ route }: { route: RouteState }) {
  const { query, setQuery } = route;
  const operation = OPERATIONS.find((name) => name === query.get('operation')) ?? 'chat';
  const loaded = useLoad((signal) => callJson<Parameters>(`/parameters?operation=${operation}`, { signal }), [operation]);
  const isComparing = query.get('compare') === '1';
  return (
    <>
      <h1>Providers</h1>
      <p class="row">
        <a href={routeHref('providers', { operation })} {...(isComparing ? {} : { 'aria-current': 'true' })}>
          All parameters
        </a>
        <a href={routeHref('providers', { operation, compare: '1' })} {...(isComparing ? { 'aria-current': 'true' } : {})}>
          Difference between two
        </a>
        <SelectField
          label="Operation"
          options={optionsOf(OPERATIONS)}
          value={operation}
          onChoose={(name) => setQuery({ operation: name })}
        />
      </p>
      <Load of={loaded}>
        {({ data, catalog }) => (
          <>
            {isComparing ? <DifferenceView data={data} route={route} /> : <MatrixView data={data} route={route} />}
            <p class="soft">
              Catalogue {catalog.version} ({catalog.source === 'kv' ? 'pushed' : catalog.source}), newest facts of {catalog.checked}.
            </p>
          </>
        )}
      </Load>
    </>
  );
}

/** The matrix with its filters. */
function MatrixView({ data, route: { query, setQuery } }: { data: ParametersData; route: RouteState }) {
  const state = query.get('state') ?? '';
  const filter = {
    search: query.get('search') ?? '',
    parameter: query.get('parameter') ?? '',
    state: isState(state) ? state : '',
    withOwnFields: query.get('fields') === '1',
  };
  const matrix = selectMatrix(data, filter);
  const text = (name: 'search' | 'parameter', label: string, hint: string) => (
    <Field label={label} hint={hint}>
      {(props) => (
        <input {...props} type="search" value={filter[name]} onInput={(event) => setQuery({ [name]: event.currentTarget.value }, true)} />
      )}
    </Field>
  );
  return (
    <div class="stack">
      <div class="row">
        {text('search', 'Provider', 'name, format or model')}
        {text('parameter', 'Parameter', 'name here or at a provider')}
        <SelectField
          label="Only providers that"
          hint="of the parameters shown"
          options={STATES}
          value={state}
          onChoose={(next) => setQuery({ state: next })}
        />
        <label>
          <input type="checkbox" checked={filter.withOwnFields} onChange={() => setQuery({ fields: filter.withOwnFields ? null : '1' })} />{' '}
          Fields that only providers have
        </label>
      </div>
      {matrix.rows.length === 0 || matrix.columns.length === 0 ? (
        <p>
          Nothing passes these filters.{' '}
          <Button onClick={() => setQuery({ search: null, parameter: null, state: null })}>Remove the filters</Button>
        </p>
      ) : (
        <MatrixTable title="Providers by parameters" matrix={matrix} unified={data.unified} />
      )}
    </div>
  );
}

const STATES: Readonly<Record<CellState | '', string>> = {
  '': 'are listed',
  yes: 'accept one as it is',
  limited: 'limit or rename one',
  no: 'do not accept one',
};

const isState = (text: string): text is CellState | '' => Object.hasOwn(STATES, text);
