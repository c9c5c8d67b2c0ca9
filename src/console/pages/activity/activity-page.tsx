/** The page "Activity". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function ActivityPage({ route }: { route: RouteState }) {
  return <h1>Activity {route.query.get('id')}</h1>;
}
