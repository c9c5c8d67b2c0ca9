/** Keeps which handlers answer the paths of routes: Hono's small router tries the pattern of every route for each request. */
import type { Result, Router } from 'hono/router';

/** A router that matches each path without parameters once. Other paths are the clients' to invent, so nothing is kept of them. */
export class KnownPaths<Handler> implements Router<Handler> {
  readonly name = 'KnownPaths';
  readonly #router: Router<Handler>;
  /** By method and path, of routes without parameters. Null = not matched yet. */
  readonly #results = new Map<string, Result<Handler> | null>();

  /** @param router has no routes yet. */
  constructor(router: Router<Handler>) {
    this.#router = router;
  }

  add(method: string, path: string, handler: Handler): void {
    this.#router.add(method, path, handler);
    for (const key of this.#results.keys()) this.#results.set(key, null);
    if (!/[:*{?]/.test(path)) this.#results.set(`${method} ${path}`, null);
  }

  match(method: string, path: string): Result<Handler> {
    const key = `${method} ${path}`;
    const known = this.#results.get(key);
    if (known != null) return known;
    const result = this.#router.match(method, path);
    if (known === null) this.#results.set(key, result);
    return result;
  }
}
