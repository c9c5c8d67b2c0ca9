/** The page "Playground". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function PlaygroundPage({ route }: { route: RouteState }) {
  return <h1>Playground {route.query.get('id')}</h1>;
}
