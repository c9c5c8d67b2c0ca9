/**
 * Ids of one caller in the hands of others (OWASP API1:2023, broken object level authorization): every path that takes an id answers a stranger
 * as it answers for an id that does not exist. The paths are those of `/openapi.json`, so one that is new needs a case here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { OBJECTS, serveRouter, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post, until } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, type Created } from './manage-keys.ts';

const STATIC_KEY = 'static-key-0123456789';
const BINDINGS = { objects: OBJECTS, kv: ['CACHE'], d1: ['LEDGER'] };

type Headers = Readonly<Record<string, string>>;

/** What the owner has made. */
type Owned = { generation: string; stream: string; response: string; item: string; hash: string };

/** A router, its callers, and what belongs to one of them. */
type Scene = { url: string; owner: Created; strangers: Readonly<Record<string, Headers>>; owned: Owned };

/** A request with an id. `id`: one that the owner has; `unknown`: one of the same form. `refused`: what a stranger gets. */
type Case = {
  id: keyof Owned;
  send: (scene: Pick<Scene, 'url' | 'owned'>, id: string, headers: Headers) => Promise<Response>;
  refused: number;
  /** The owner is refused, too: only the operator may send it. */
  isOperators?: true;
};

const UNKNOWN: Owned = {
  generation: 'gen-AAAAAAAAAAAAAAAAAAAA',
  stream: 'gen-AAAAAAAAAAAAAAAAAAAA',
  response: 'resp_AAAAAAAAAAAAAAAAAAAA',
  item: 'msg_AAAAAAAAAAAAAAAAAAAA',
  hash: 'a'.repeat(64),
};

const MODEL = '@novita/any-model';
const at =
  (method: string, path: string): Case['send'] =>
  ({ url, owned }, id, headers) =>
    fetch(`${url}/v1${path.replace('{}', id).replace('{generation}', owned.generation)}`, { method, headers });
const continued =
  (fields: (id: string) => JsonObject): Case['send'] =>
  ({ url }, id, headers) =>
    post(`${url}/v1/responses`, { model: MODEL, ...fields(id) }, headers);

const ofOperator = { id: 'hash', refused: 403, isOperators: true } as const;

/** Every path with an id, in the order in which the owner may send them: those that delete come last. */
const CASES: Readonly<Record<string, Case>> = {
  'GET /generation?id': { id: 'generation', send: at('GET', '/generation?id={}'), refused: 404 },
  'GET /generation?key': { id: 'hash', send: at('GET', '/generation?id={generation}&key={}'), refused: 404 },
  'GET /activity?key': { id: 'hash', send: at('GET', '/activity?key={}'), refused: 404 },
  'GET /activity/generations?key': { id: 'hash', send: at('GET', '/activity/generations?key={}&format=csv'), refused: 404 },
  'GET /responses/{id}': { id: 'response', send: at('GET', '/responses/{}'), refused: 404 },
  'GET /responses/{id}?stream': { id: 'response', send: at('GET', '/responses/{}?stream=true'), refused: 404 },
  'GET /responses/{id}/input_items': { id: 'response', send: at('GET', '/responses/{}/input_items'), refused: 404 },
  'POST /responses previous_response_id': {
    id: 'response',
    send: continued((id) => ({ input: 'x', previous_response_id: id })),
    refused: 400,
  },
  'POST /responses item_reference': {
    id: 'item',
    send: continued((id) => ({
      input: [
        { type: 'item_reference', id },
        { role: 'user', content: 'x' },
      ],
    })),
    refused: 400,
  },
  'GET /streams/{id}': { id: 'stream', send: at('GET', '/streams/{}'), refused: 404 },
  'GET /streams/{id}?starting_after': { id: 'stream', send: at('GET', '/streams/{}?starting_after=1'), refused: 404 },
  'DELETE /streams/{id}': { id: 'stream', send: at('DELETE', '/streams/{}'), refused: 404 },
  'POST /responses/{id}/cancel': { id: 'response', send: at('POST', '/responses/{}/cancel'), refused: 404 },
  'DELETE /responses/{id}': { id: 'response', send: at('DELETE', '/responses/{}'), refused: 404 },
  'GET /keys/{hash}': { ...ofOperator, send: at('GET', '/keys/{}') },
  'PATCH /keys/{hash}': { ...ofOperator, send: at('PATCH', '/keys/{}') },
  'DELETE /keys/{hash}': { ...ofOperator, send: at('DELETE', '/keys/{}?hard=true') },
};

/** Paths whose parameter names something that is the same for every caller. */
const PUBLIC_NAMES = new Set(['/models/{id}', '/models/{author}/{slug}/endpoints', '/providers/{slug}', '/providers/{slug}/source']);

/** Parameters of a query that name something that is the same for every caller, or nothing at all. A cursor is a place in the caller's own rows, `after` one in the answer that the path names. */
const NO_IDS = new Set(
  'group_by from to since date model provider operation user session status tag format limit cursor offset after_id starting_after include_disabled hard include order after'.split(
    ' ',
  ),
);

let simulator: ServingOperation;
const routers: ServingOperation[] = [];
beforeAll(async () => {
  simulator = await serveSimulator(0);
});
afterAll(async () => {
  for (const router of routers) await router.stop();
  await simulator?.stop();
});

async function begin(variables: Readonly<Record<string, string>>, others: Readonly<Record<string, Headers>>): Promise<Scene> {
  const shared = { SIMULATOR_URL: simulator.url, ADMIN_API_KEY: ADMIN_KEY, LEDGER_FOR: 'all' };
  const router = await serveRouter({ ...shared, ...variables }, BINDINGS);
  routers.push(router);
  const { url } = router;
  const owner = await createKey(url);
  const second = await createKey(url, { limits: [{ resource: 'requests', window: 'day', amount: 1000 }] });
  const headers = bearer(owner.key);
  const stream = await post(`${url}/v1/chat/completions`, hello({ stream: true }), { ...headers, 'x-tributary-resume': 'true' });
  await stream.text();
  const answer = (await (await post(`${url}/v1/responses`, { model: MODEL, input: 'mine', store: true }, headers)).json()) as {
    id: string;
    output: { id: string }[];
  };
  const id = stream.headers.get('x-generation-id') ?? '';
  const owned = { generation: id, stream: id, response: answer.id, item: answer.output[0]?.id ?? '', hash: owner.data.hash };
  await until('the row of the answer', async () =>
    (await at('GET', '/generation?id={}')({ url, owned }, id, headers)).ok ? true : undefined,
  );
  return { url, owner, owned, strangers: { 'another created key': bearer(second.key), ...others } };
}

/** What is told of an answer: status, names of headers, and the text, without the id that was asked for. */
async function told(response: Response, ids: readonly string[]): Promise<JsonObject> {
  const text = (await response.text()).replaceAll(/"(?:request_id|generation_id)":"[^"]*"/g, '');
  return {
    status: response.status,
    headers: [...response.headers.keys()].toSorted(),
    text: ids.reduce((rest, id) => rest.replaceAll(id, 'ID'), text),
  };
}

const SCENES: readonly [string, () => Promise<Scene>][] = [
  [
    'with caller keys',
    () => begin({ ROUTER_API_KEYS: STATIC_KEY }, { 'a static key': bearer(STATIC_KEY), 'the admin key': bearer(ADMIN_KEY) }),
  ],
  ['for anonymous callers', () => begin({ ALLOW_ANONYMOUS: 'true' }, { 'no key': {}, 'a key that is none': bearer('sk-anything') })],
];

describe.each(SCENES)('a router %s', (_, createScene) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await createScene();
  });

  it('has a case for every path that takes an id', async () => {
    const { paths } = (await (await fetch(`${scene.url}/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };
    const expected = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { parameters = [] }]) => {
        const route = `${method.toUpperCase()} ${path}`;
        const query = parameters.filter((one) => one.in === 'query' && !NO_IDS.has(one.name)).map((one) => `${route}?${one.name}`);
        return [...(path.includes('{') && !PUBLIC_NAMES.has(path) ? [route] : []), ...(path.startsWith('/models') ? [] : query)];
      }),
    );
    expect(expected.length).toBeGreaterThan(12);
    expect(expected.filter((route) => CASES[route] === undefined)).toEqual([]);
  });

  it.each(Object.entries(CASES))('%s shows a stranger nothing', async (route, { id, send, refused, isOperators = false }) => {
    const { owned, strangers, owner } = scene;
    for (const [stranger, headers] of Object.entries(strangers)) {
      if (stranger === 'the admin key' && id === 'hash') continue; // the operator reads and manages all keys
      const ids = [owned[id], UNKNOWN[id]];
      const [theirs, none] = await Promise.all([send(scene, owned[id], headers), send(scene, UNKNOWN[id], headers)]);
      const answers = [await told(theirs, ids), await told(none, ids)];
      expect([stranger, answers[0]]).toEqual([stranger, answers[1]]);
      expect([stranger, answers[0]?.['status']]).toEqual([stranger, refused]);
    }
    const mine = await send(scene, owned[id], bearer(owner.key));
    await mine.text();
    expect(mine.ok || route === 'GET /responses/{id}?stream').toBe(!isOperators); // it has kept no events, and says so
  });

  it('answers no stranger from the response cache, whatever the owner has stored', async () => {
    const ask = async (headers: Headers) => {
      const response = await post(`${scene.url}/v1/chat/completions`, hello(), { ...headers, 'x-openrouter-cache': 'true' });
      await response.text();
      return response.headers.get('x-tributary-cache');
    };
    const owner = bearer(scene.owner.key);
    await until('a hit', async () => ((await ask(owner)) === 'hit' ? true : undefined));
    for (const headers of Object.values(scene.strangers).slice(0, 2)) expect(await ask(headers)).toBe('miss');
  });

  it('joins no stranger to the stream of an idempotency key that the owner has used', async () => {
    const ask = async (headers: Headers) => {
      const asked = { ...headers, 'x-tributary-resume': 'true', 'idempotency-key': 'one' };
      const response = await post(`${scene.url}/v1/chat/completions`, hello({ stream: true }), asked);
      await response.text();
      return response.headers.get('x-generation-id');
    };
    const owner = bearer(scene.owner.key);
    const id = await ask(owner);
    expect(await ask(owner)).toBe(id);
    for (const headers of Object.values(scene.strangers)) expect((await ask(headers))?.slice(0, 18)).not.toBe(id?.slice(0, 18));
  });

  it('lists no row of another account', async () => {
    for (const [stranger, headers] of Object.entries(scene.strangers)) {
      if (stranger === 'the admin key') continue;
      const listed = (await (await fetch(`${scene.url}/v1/activity/generations`, { headers })).json()) as { data: { key: string }[] };
      const sums = await (await fetch(`${scene.url}/v1/activity?group_by=key`, { headers })).text();
      expect(listed.data.filter(({ key }) => key === scene.owned.hash)).toEqual([]);
      expect(sums).not.toContain(scene.owned.hash);
    }
  });
});
