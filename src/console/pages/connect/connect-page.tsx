/** The page "Connect". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function ConnectPage({ route }: { route: RouteState }) {
  return <h1>Connect {route.query.get('id')}</h1>;
}
