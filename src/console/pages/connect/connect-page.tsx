/** The page "Connect": settings of each client, with the address of this router. */
import type { ConnectAnswer } from '../../../http/connect.ts';
import { callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Load } from '../../parts/notice.tsx';
import { SelectField } from '../../parts/select.tsx';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { ClientPanel } from './client-panel.tsx';
import { canFill, chooseClients, KINDS } from './settings.ts';

/** @param route its state is in the address. */
export function ConnectPage({ route }: { route: RouteState }) {
  const answer = useLoad((signal) => callJson<ConnectAnswer>('/connect?format=json', { signal }), []);
  return (
    <>
      <h1>Connect</h1>
      <Load of={answer}>{({ data }) => <Settings data={data} route={route} />}</Load>
    </>
  );
}

function Settings({ data, route: { query, setQuery } }: { data: ConnectAnswer['data']; route: RouteState }) {
  const [search, model] = [query.get('search') ?? '', query.get('model') ?? ''];
  const choice = { search, kind: query.get('kind'), isTestedOnly: query.get('tested') === '1' };
  const clients = chooseClients(data.clients, choice);
  return (
    <>
      <p>
        {data.bases.map(({ clients: whose, url }, index) => (
          <span key={whose}>
            {index === 0 ? 'Clients of ' : ', of '}
            {whose} {index === 0 ? 'add their paths to ' : 'to '}
            <code>{url}</code>
          </span>
        ))}
        .
      </p>
      <p>
        <code>KEY</code> is {data.placeholders.KEY} <code>MODEL</code> is {data.placeholders.MODEL}
      </p>
      <search class="row" aria-label="Clients">
        <Field label="Search">
          {(props) => (
            <input {...props} type="search" value={search} onInput={(event) => setQuery({ search: event.currentTarget.value }, true)} />
          )}
        </Field>
        <SelectField label="Kind" options={{ '': 'all', ...KINDS }} value={choice.kind ?? ''} onChoose={(kind) => setQuery({ kind })} />
        <Field
          label="Model"
          error={model === '' || canFill(model) ? null : 'The id of a model has letters, digits and @ ~ . : / + - _ only. MODEL stays.'}
        >
          {(props) => (
            <input
              {...props}
              type="text"
              spellcheck={false}
              placeholder="MODEL"
              value={model}
              onInput={(event) => setQuery({ model: event.currentTarget.value }, true)}
            />
          )}
        </Field>
        <label>
          <input
            type="checkbox"
            checked={choice.isTestedOnly}
            onChange={(event) => setQuery({ tested: event.currentTarget.checked ? '1' : null })}
          />{' '}
          tested only
        </label>
      </search>
      <p>
        <output class="soft">
          {clients.length === 1 ? 'One client' : `${clients.length} clients`} of {data.clients.length}. The versions are those that this
          router is tested with.
        </output>
      </p>
      <div class="columns">
        {clients.map((client) => (
          <ClientPanel key={client.name} client={client} model={model} />
        ))}
      </div>
    </>
  );
}
