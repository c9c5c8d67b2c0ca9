/** The page "Providers". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function ProvidersPage({ route }: { route: RouteState }) {
  return <h1>Providers {route.query.get('id')}</h1>;
}
