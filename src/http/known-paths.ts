/** Keeps which handlers answer the paths of routes: Hono's small router tries the pattern of every route for each request. */
import type { Result, Router } from 'hono/router';

/** A router that matches each path without parameters once. Other paths are the clients' to invent, so nothing is kept of them. */
export class KnownPaths<Handler> implements Router<Handler> {
  readonly name = 'KnownPaths';
  readonly #router: Router<Handler>;
  /** Methods and paths of routes without parameters. */
  readonly #literal = new Set<string>();
  /** The results of those that were matched. */
  readonly #results = new Map<string, Result<Handler>>();

  /** @param router has no routes yet. */
  constructor(router: Router<Handler>) {
    this.#router = router;
  }

  add(method: string, path: string, handler: Handler): void {
    this.#router.add(method, path, handler);
    this.#results.clear();
    if (!/[:*{?]/.test(path)) this.#literal.add(`${method} ${path}`);
  }

  match(method: string, path: string): Result<Handler> {
    const key = `${method} ${path}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const result = this.#router.match(method, path);
    if (this.#literal.has(key)) this.#results.set(key, result);
    return result;
  }
}
