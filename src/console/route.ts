/**
 * The page and its state, in the fragment of the address: `#/providers?search=top_k`. Browsers send no fragment to a server, so prompts that are in it
 * are in no log.
 */

/** Names of the pages, in the order of the menu. `generation` is reached from others. */
export const PAGES = ['playground', 'providers', 'activity', 'generation', 'keys', 'connect'] as const;

/** Name of a page. */
export type PageName = (typeof PAGES)[number];

/** A page with its state. */
export type Route = { readonly page: PageName; readonly query: URLSearchParams };

/** State of a page to be changed: null or an empty text removes a parameter. */
export type QueryChanges = Readonly<Record<string, string | readonly string[] | null>>;

/** Reads a fragment, with or without `#`. An unknown page is the playground. */
export function readRoute(fragment: string): Route {
  const [path = '', ...rest] = fragment.replace(/^#?\/?/, '').split('?');
  const page = PAGES.find((name) => name === path) ?? 'playground';
  return { page, query: new URLSearchParams(rest.join('?')) };
}

/** The address of a page within the console. */
export function routeHref(page: PageName, query: URLSearchParams | QueryChanges = {}): string {
  const parameters = query instanceof URLSearchParams ? query : changedQuery(new URLSearchParams(), query);
  const text = parameters.toString();
  return `#/${page}${text === '' ? '' : `?${text}`}`;
}

/** A copy of the state with some parameters changed. */
export function changedQuery(query: URLSearchParams, changes: QueryChanges): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const each of value === null ? [] : [value].flat()) if (each !== '') next.append(name, each);
  }
  return next;
}
