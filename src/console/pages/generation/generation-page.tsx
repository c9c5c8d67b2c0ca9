/** The page of one answer. */
import { useState } from 'preact/hooks';
import { callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Load } from '../../parts/notice.tsx';
import { SelectField } from '../../parts/select.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { isAdmin, useSession } from '../../use-session.ts';
import { useKeyNames } from '../activity/use-key-names.ts';
import type { Generation } from './generation.ts';
import { GenerationView } from './generation-view.tsx';

/** @param route `id` of the answer; for the operator also `key`, the hash of the key. */
export function GenerationPage({ route: { query, setQuery } }: { route: RouteState }) {
  const id = query.get('id') ?? '';
  const key = query.get('key') ?? '';
  return (
    <>
      <h1>{id === '' ? 'One answer' : <>Answer {id}</>}</h1>
      <p>
        <a href={routeHref('activity', key === '' ? {} : { key })}>All answers</a>
      </p>
      {id === '' ? <FindGeneration onFind={(changes) => setQuery(changes)} /> : <Found id={id} account={key} />}
    </>
  );
}

function Found({ id, account }: { id: string; account: string }) {
  const names = useKeyNames();
  const parameters = new URLSearchParams({ id, ...(account === '' ? {} : { key: account }) });
  const loaded = useLoad(
    async (signal) => (await callJson<{ data: Generation }>(`/generation?${parameters}`, { signal })).data,
    [id, account],
  );
  return <Load of={loaded}>{(generation) => <GenerationView generation={generation} names={names} />}</Load>;
}

/** Takes the id of an answer. */
function FindGeneration({ onFind }: { onFind: (query: Record<string, string>) => void }) {
  const mayName = isAdmin(useSession());
  const names = useKeyNames();
  const [id, setId] = useState('');
  const [key, setKey] = useState('');
  return (
    <form
      class="row"
      onSubmit={(event) => {
        event.preventDefault();
        onFind({ id: id.trim(), key });
      }}
    >
      <Field label="Id of an answer" hint="In any client format, such as gen-…, chatcmpl-…, msg_…, resp_…">
        {(props) => <input {...props} required spellcheck={false} value={id} onInput={(event) => setId(event.currentTarget.value)} />}
      </Field>
      {mayName ? (
        <SelectField
          label="Key"
          options={{ '': 'your own key', anonymous: 'no key', ...Object.fromEntries(names) }}
          value={key}
          onChoose={setKey}
        />
      ) : null}
      <button type="submit" class="main">
        Find
      </button>
    </form>
  );
}
