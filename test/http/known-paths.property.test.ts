/** The router that keeps results against Hono's own, which it wraps: the same handlers and parameters for any path, asked any number of times. */
import * as fc from 'fast-check';
import { PatternRouter } from 'hono/router/pattern-router';
import { expect, it } from 'vitest';
import { KnownPaths } from '../../src/http/known-paths.ts';

const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['ALL', '*'],
  ['OPTIONS', '*'],
  ['GET', '/'],
  ['ALL', '/v1/*'],
  ['POST', '/v1/chat/completions'],
  ['POST', '/v1/responses'],
  ['GET', '/v1/responses/:id'],
  ['GET', '/v1/models/:author/:slug{.+}/endpoints'],
  ['GET', '/v1/models/:id{.+}'],
  ['GET', '/v1/models'],
  ['ALL', '/v1/keys'],
  ['POST', '/v1/keys'],
];

const added = <Router extends { add(method: string, path: string, handler: number): void }>(router: Router): Router => {
  ROUTES.forEach(([method, path], place) => router.add(method, path, place));
  return router;
};

const segment = fc.constantFrom('v1', 'chat', 'completions', 'responses', 'models', 'keys', 'a', 'endpoints', ':id', '*', '');
const path = fc.oneof(
  fc.constantFrom(...ROUTES.map(([, one]) => one)),
  fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
);

it('KnownPaths returns what the router returns that it wraps', () => {
  const [plain, keeping] = [added(new PatternRouter<number>()), added(new KnownPaths(new PatternRouter<number>()))];
  const asked = fc.array(fc.tuple(fc.constantFrom('GET', 'POST', 'HEAD', 'ALL'), path), { maxLength: 20 });
  fc.assert(
    fc.property(asked, (requests) => {
      for (const [method, one] of requests) expect(keeping.match(method, one)).toEqual(plain.match(method, one));
    }),
  );
});

it('KnownPaths keeps nothing from before a route was added', () => {
  const router = added(new KnownPaths(new PatternRouter<number>()));
  const count = () => router.match('POST', '/v1/chat/completions')[0].length;
  const before = count();
  router.add('ALL', '/v1/chat/*', 99);
  expect(count()).toBe(before + 1);
});
