/** The page "Keys": those of all callers for the operator, the own one for a caller. */
import { Button } from '../../parts/button.tsx';
import { callJson } from '../../api.ts';
import { Load } from '../../parts/notice.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { isAdmin, useSession } from '../../use-session.ts';
import type { KeyState } from './key.ts';
import { KeyLimits, KeyRules, KeySpent } from './key-facts.tsx';
import { KeyList } from './key-list.tsx';

/** @param route its state is in the address. */
export function KeysPage({ route }: { route: RouteState }) {
  const mayList = isAdmin(useSession());
  return (
    <>
      <h1>{mayList ? 'Keys' : 'Your key'}</h1>
      {mayList ? <KeyList route={route} /> : <OwnKey />}
    </>
  );
}

function OwnKey() {
  const loaded = useLoad(async (signal) => (await callJson<{ data: KeyState }>('/key', { signal })).data, []);
  return (
    <Load of={loaded}>
      {(state) => (
        <div class="stack">
          <p>
            {state.name ?? ''} <code>{state.label}</code>
          </p>
          <KeyLimits state={state} />
          <KeySpent state={state} />
          <KeyRules state={state} />
          <p>
            <a class="button" href={routeHref('activity')}>
              Activity
            </a>{' '}
            <Button onClick={loaded.reload}>Refresh</Button>
          </p>
        </div>
      )}
    </Load>
  );
}
