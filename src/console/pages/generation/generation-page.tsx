/** The page of one answer. */
import { callJson } from '../../api.ts';
import { Load, Notice } from '../../parts/notice.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { useKeyNames } from '../activity/use-key-names.ts';
import type { Generation } from './generation.ts';
import { GenerationView } from './generation-view.tsx';

/** @param route `id` of the answer; for the operator also `key`, the hash of the key. */
export function GenerationPage({ route: { query } }: { route: RouteState }) {
  const id = query.get('id') ?? '';
  const key = query.get('key') ?? '';
  return (
    <>
      <h1>{id === '' ? 'One answer' : <>Answer {id}</>}</h1>
      <p>
        <a href={routeHref('activity', key === '' ? {} : { key })}>All answers</a>
      </p>
      {id === '' ? (
        <Notice>Open an answer from the list of all answers, or put its id into this address: #/generation?id=gen-…</Notice>
      ) : (
        <Found id={id} account={key} />
      )}
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
