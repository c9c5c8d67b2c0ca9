/** The current route, as a hook. */
import { useEffect, useState } from 'preact/hooks';
import { changedQuery, readRoute, routeHref, type QueryChanges, type Route } from './route.ts';

/** The route, and a function that changes its state. */
export type RouteState = Route & {
  /** @param replace no entry in the history is added: for texts while they are typed. */
  setQuery: (changes: QueryChanges, replace?: boolean) => void;
};

/** Follows the fragment of the address. */
export function useRoute(): RouteState {
  const [fragment, setFragment] = useState(location.hash);
  useEffect(() => {
    const follow = () => setFragment(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const route = readRoute(fragment);
  const setQuery = (changes: QueryChanges, replace = false) => {
    const now = readRoute(location.hash);
    const href = routeHref(now.page, changedQuery(now.query, changes));
    if (replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    setFragment(location.hash);
  };
  return { ...route, setQuery };
}
