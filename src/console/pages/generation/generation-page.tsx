/** The page "Generation". */
import type { RouteState } from '../../use-route.ts';

/** @param route its state is in the address. */
export function GenerationPage({ route }: { route: RouteState }) {
  return <h1>Generation {route.query.get('id')}</h1>;
}
