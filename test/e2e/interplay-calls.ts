/** Cases of `interplay.test.ts`: which features are used together, and what its clients send. */
import { pairwise, type Combination } from '../support/pairwise.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { post, until } from './harness.ts';
import type { Order } from './interplay-upstream.ts';
import { bearer } from './manage-keys.ts';

/** An id without its prefix. */
export const bare = (id: string): string => id.replace(/^[a-z]+[-_]/, '');

/** The features, with the ways in which each is used. */
const AXES = {
  door: ['chat', 'messages', 'responses'],
  kind: ['stream', 'body'],
  budget: ['slices', 'leases', 'one', 'spent'],
  cache: ['off', 'twice', 'together'],
  detached: ['no', 'resumable', 'background'],
  store: ['no', 'continued'],
  guard: ['none', 'allows', 'denies request', 'denies answer'],
  route: ['one', 'failover', 'hedge', 'n', 'all'],
  client: ['stays', 'leaves', 'drains', 'hangs up', 'hangs up, drains'],
  keys: ['operator', 'caller'],
} as const;

/** One way of each feature. */
export type Case = Combination<typeof AXES>;

/** Answers in the background and kept ones are of Responses only; several choices are not; who leaves reads a stream. */
function fit(one: Case): Case {
  const isResponses = one.door === 'responses';
  return {
    ...one,
    detached: one.detached === 'background' && !isResponses ? 'resumable' : one.detached,
    store: isResponses ? one.store : 'no',
    route: (one.route === 'n' || one.route === 'all') && one.door !== 'chat' ? 'failover' : one.route,
    kind: one.client === 'leaves' || one.client === 'drains' ? 'stream' : one.kind,
  };
}

/** Many features turn the cache off, and what it does depends on the budget and on the client. */
const more = ({ cache, detached, keys, budget, client }: Case): string[] =>
  detached === 'no' && keys === 'operator' ? [`${cache} ${budget}`, `${cache} ${client}`].map((text) => `used ${text}`) : [];

/** Every pair of ways is in one of them. */
export const CASES = pairwise(AXES, fit, { random: seededRandom(17), more });

const MODELS = ['@groq/llama-3.1-8b-instant', '@novita/meta-llama/llama-3.1-8b-instruct'];
const PATHS = { chat: '/chat/completions', messages: '/messages', responses: '/responses' };

function bodyFor(tested: Case, name: string): Record<string, unknown> {
  const { door, kind, route, client, store, detached, guard } = tested;
  const order: Order = {
    name,
    ...(route === 'failover' ? { fails: 'groq' } : {}),
    ...(client === 'stays' && route !== 'hedge' ? {} : { slowMs: 25 }),
    ...(guard === 'denies answer' ? { isDenied: true } : {}),
  };
  const text = JSON.stringify({ ...order, ...(guard === 'denies request' ? { say: 'deny this' } : {}) });
  const provider = {
    ...(route === 'hedge' ? { hedge_after_ms: 1 } : {}),
    ...(client.endsWith('drains') ? { on_disconnect: 'drain' } : {}),
  };
  return {
    ...(route === 'one' || route === 'n' ? { model: MODELS[0] } : { models: MODELS }),
    ...(door === 'responses' ? { input: text, max_output_tokens: 20 } : { messages: [{ role: 'user', content: text }], max_tokens: 20 }),
    ...(route === 'n' ? { n: 3 } : {}),
    ...(route === 'all' ? { route: 'all' } : {}),
    ...(Object.keys(provider).length === 0 ? {} : { provider }),
    ...(store === 'continued' ? { store: true } : {}),
    ...(detached === 'background' ? { background: true } : {}),
    stream: kind === 'stream',
  };
}

/** What a client saw. `status`: 0 = it hung up. */
export type Seen = { status: number; id: string | null; cache: string | null; body: string };

/** How many clients have hung up: each after another time. */
let hangUps = 0;

const NOT_SEEN: Seen = { status: 0, id: null, cache: null, body: '' };

type Sent = { body: object; headers: Record<string, string> };

async function send(url: string, tested: Case, { body, headers }: Sent): Promise<Seen> {
  if (tested.client.startsWith('hangs up')) {
    const signal = AbortSignal.timeout(hangUps++ % 30);
    const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body), signal };
    await fetch(`${url}/v1${PATHS[tested.door]}`, init)
      .then(
        (response) => response.text(),
        () => '',
      )
      .catch(() => '');
    return NOT_SEEN;
  }
  const response = await post(`${url}/v1${PATHS[tested.door]}`, body, headers);
  const seen = { status: response.status, id: response.headers.get('x-generation-id'), cache: response.headers.get('x-tributary-cache') };
  if (tested.client === 'stays' || response.status !== 200) return { ...seen, body: await response.text() };
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  return { ...seen, body: '' };
}

/** Sends the requests of a case. */
export async function run(url: string, tested: Case, { name, key }: { name: string; key: string }): Promise<Seen[]> {
  const headers = {
    ...bearer(key),
    ...(tested.cache === 'off' ? {} : { 'x-openrouter-cache': 'true' }),
    ...(tested.detached === 'resumable' ? { 'x-tributary-resume': 'true' } : {}),
    ...(tested.keys === 'caller' ? { 'x-provider-api-keys': JSON.stringify({ groq: 'of-the-caller', novita: 'of-the-caller' }) } : {}),
  };
  const body = bodyFor(tested, name);
  const ask = (fields: object = {}) => send(url, tested, { body: { ...body, ...fields }, headers });
  if (tested.cache === 'together') return Promise.all([ask(), ask(), ask()]);
  const first = await ask();
  const id = first.id === null ? '' : `resp_${bare(first.id)}`;
  if (tested.detached === 'background' && first.status === 200) await ended(url, id, headers);
  const second = await ask(tested.store === 'continued' ? { previous_response_id: id } : {});
  return [first, second];
}

/** Waits for an answer in the background. */
const ended = (url: string, id: string, headers: Record<string, string>) =>
  until('the answer in the background', async () => {
    const response = await fetch(`${url}/v1/responses/${id}`, { headers });
    const { status } = (await response.json()) as { status?: string };
    return response.status !== 200 || ['queued', 'in_progress'].includes(status ?? '') ? undefined : status;
  });

/** Whether the first answer of a case may have this HTTP status. A guard that denies an answer ends a stream that has begun. */
export function isExpected({ guard, budget, keys, door, kind, detached, client }: Case, status: number): boolean {
  if (client.startsWith('hangs up')) return status === 0;
  if (detached === 'background' && (guard === 'denies request' || budget === 'spent')) return true;
  if (guard === 'denies request') return status === DENIALS[door];
  if (budget === 'spent' && keys === 'operator') return status === (door === 'responses' ? 429 : 402);
  if (guard === 'denies answer') return kind === 'stream' || detached === 'background' || status === DENIALS[door];
  return budget === 'one' || status === 200;
}

const DENIALS = { chat: 403, messages: 400, responses: 403 } as const;
