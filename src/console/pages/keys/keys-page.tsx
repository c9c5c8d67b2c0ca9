/** The page "Keys". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function KeysPage({ route }: { route: RouteState }) {
  return <h1>Keys {route.query.get('id')}</h1>;
}
