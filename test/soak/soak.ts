/**
 * The soak test: many calls over many keys, of which some hang up, against the built Worker with its real storage. Afterwards three books must
 * agree to the last unit: the counters of the limits, the ledger, and what the upstream counted.
 */
import { Agent } from 'node:http';
import { until } from '../e2e/harness.ts';
import { send, type HangUp, type Seen, type SoakCall } from './client.ts';
import { PROMPT_TOKENS, type UpstreamCounts } from './upstream.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Size of a run. The seed makes it repeatable, up to the times of the machine. */
export type SoakOptions = { readonly calls: number; readonly keys: number; readonly parallel: number; readonly seed: number };

/** A row of `/activity/generations`, as far as it is compared. */
type Row = {
  id: string;
  attempts: number;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cost: number | null;
  estimated: string[];
  cancelled: boolean;
};
type Limit = { resource: string; amount: number; used: number; reserved: number };
type SoakKey = { readonly text: string; readonly isTight: boolean };

/** What differs between the books, in words; empty = they agree. */
export type SoakReport = { readonly differences: readonly string[]; readonly counts: Readonly<Record<string, number>> };

/** One in five keys has a budget for some of its calls only. */
const TIGHT_EVERY = 5;

const NANO = 1e9;

/** Runs it. @param router its address, with `admin` as its admin key. */
export async function runSoak(router: { url: string; admin: string }, upstream: UpstreamCounts, options: SoakOptions): Promise<SoakReport> {
  const random = seededRandom(options.seed);
  const keys = await Promise.all(Array.from({ length: options.keys }, (_, index) => createKey(router, index, options)));
  const agent = new Agent({ keepAlive: true, maxSockets: options.parallel });
  const calls = Array.from({ length: options.calls }, (_, call) => drawCall(keys, call, random));
  const seen = await inParallel(calls, options.parallel, (call) => send(router.url, agent, call));
  agent.destroy();
  const differences: string[] = [];
  const counts = { received: 0, rows: 0, refused: 0, hungUp: 0, nanoUsd: 0 };
  for (const [index, key] of keys.entries()) {
    const own = calls.flatMap((call, at) => (call.order.key === index ? [{ call, seen: seen[at] as Seen }] : []));
    const book = await readBook(router.url, key.text);
    const received = upstream.received.get(index) ?? 0;
    differences.push(...compare(own, book, received).map((text) => `key ${index}: ${text}`));
    counts.received += received;
    counts.rows += book.rows.length;
    counts.nanoUsd += book.rows.reduce((sum, { cost }) => sum + Math.round((cost ?? 0) * NANO), 0);
    counts.refused += own.filter((each) => each.seen.status === 402 || each.seen.status === 429).length;
    counts.hungUp += own.filter((each) => each.call.hangUp.kind !== 'never').length;
  }
  const twice = [...upstream.calls.values()].filter((times) => times > 1).length;
  if (twice > 0) differences.push(`${twice} calls reached the upstream more than once`);
  return { differences, counts };
}

/** A key with limits of money, requests and tokens. */
async function createKey({ url, admin }: { url: string; admin: string }, index: number, { calls, keys }: SoakOptions): Promise<SoakKey> {
  const isTight = index % TIGHT_EVERY === 0;
  const requests = isTight ? Math.ceil(calls / keys / 2) : calls;
  const limits = [
    { resource: 'usd', window: 'month', amount: isTight ? 0.0002 : 100 },
    { resource: 'requests', window: 'total', amount: requests },
    { resource: 'tokens', window: 'day', amount: 1_000_000_000 },
  ];
  const response = await fetch(`${url}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `soak ${index}`, limits }),
  });
  const { key } = (await response.json()) as { key?: string };
  if (key === undefined) throw new Error(`POST /keys answered ${response.status}`);
  return { text: key, isTight };
}

function drawCall(keys: readonly SoakKey[], call: number, random: () => number): SoakCall {
  const key = Math.floor(random() * keys.length);
  const tokens = 3 + Math.floor(random() * 12);
  const kind = random();
  const hangUp: HangUp =
    kind < 0.65
      ? { kind: 'never' }
      : kind < 0.92
        ? { kind: 'pieces', after: 1 + Math.floor(random() * 4) }
        : { kind: 'early', afterMs: Math.floor(random() * 30) };
  return { order: { key, call, tokens }, key: keys[key]?.text ?? '', isStream: hangUp.kind === 'pieces' || random() < 0.6, hangUp };
}

/** The limits and the ledger of a key, once nothing is reserved any more and both have stopped to change. */
async function readBook(url: string, key: string): Promise<{ limits: Limit[]; rows: Row[] }> {
  const headers = { authorization: `Bearer ${key}` };
  const read = async <Body>(path: string) => (await (await fetch(`${url}/v1${path}`, { headers })).json()) as Body;
  const limits = await until(
    'all reservations to end',
    async () => {
      const { data } = await read<{ data: { limits: Limit[] } }>('/key');
      return data.limits.every(({ reserved }) => reserved === 0) ? data.limits : undefined;
    },
    120_000,
  );
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { data: Row[]; next_cursor: string | null } = await read(
      `/activity/generations?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    rows.push(...page.data);
    cursor = page.next_cursor;
  }
  return { limits, rows };
}

type OwnCall = { call: SoakCall; seen: Seen };

/** What one key's books differ in. */
function compare(own: readonly OwnCall[], { limits, rows }: { limits: Limit[]; rows: Row[] }, received: number): string[] {
  const differences: string[] = [];
  const expect = (what: string, actual: number, wanted: number) => {
    if (actual !== wanted) differences.push(`${what}: ${actual}, expected ${wanted}`);
  };
  const used = (resource: string) => limits.find((limit) => limit.resource === resource)?.used ?? Number.NaN;
  const sum = (value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
  expect(
    'billionths of a USD, counter against ledger',
    Math.round(used('usd') * NANO),
    sum(({ cost }) => Math.round((cost ?? 0) * NANO)),
  );
  expect(
    'tokens, counter against ledger',
    used('tokens'),
    sum((row) => (row.prompt_tokens ?? 0) + (row.completion_tokens ?? 0)),
  );
  expect('requests, counter against ledger', used('requests'), rows.length);
  expect('rows that were sent, against the upstream', rows.filter(({ attempts }) => attempts > 0).length, received);
  expect('ids, against rows', new Set(rows.map(({ id }) => id)).size, rows.length);
  for (const { resource, amount, used: count, reserved } of limits)
    if (count > amount || count < 0 || reserved !== 0) differences.push(`${resource}: ${count} used of ${amount}, ${reserved} reserved`);
  const byId = new Map(rows.map((row) => [row.id.replace(/^gen-/, ''), row]));
  for (const { call, seen } of own) differences.push(...compareCall(call, seen, byId.get(seen.id ?? '')));
  return differences;
}

/** A call that the client has seen to its end is in the ledger as the upstream has counted it; a refused one is not there. */
function compareCall({ order }: SoakCall, { status, id, isWhole }: Seen, row: Row | undefined): string[] {
  if (id === null) return [];
  const name = `call ${order.call}`;
  if (status !== 200) return row === undefined ? [] : [`${name} was refused with ${status}, and is in the ledger`];
  if (row === undefined) return [`${name} was answered, and is not in the ledger`];
  if (!isWhole) return [];
  const isExact = row.prompt_tokens === PROMPT_TOKENS && row.completion_tokens === order.tokens && row.estimated.length === 0;
  return isExact ? [] : [`${name}: ${row.prompt_tokens} + ${row.completion_tokens} tokens, expected ${PROMPT_TOKENS} + ${order.tokens}`];
}

/** Runs at most so many at a time, and keeps the order of results. */
async function inParallel<In, Out>(items: readonly In[], parallel: number, run: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as In);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}
