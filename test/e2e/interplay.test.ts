/**
 * Features used together, over HTTP with the real objects. Every pair of values is in one case; each case has a key of its own. Afterwards its
 * books must agree: answers, rows of the ledger, counters of limits, spans, and what the upstream counted.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { OBJECTS, serveRouter, type ServingOperation } from '../dev/serve.ts';
import { until } from './harness.ts';
import { bare, CASES, isExpected, run, type Case } from './interplay-calls.ts';
import { DENIED, serveUpstream } from './interplay-upstream.ts';
import { ADMIN_KEY, bearer, createKey } from './manage-keys.ts';

let upstream: Awaited<ReturnType<typeof serveUpstream>>;
let webhook: OwnUpstream;
let collector: OwnUpstream;
let routers: { plain: ServingOperation; guarded: ServingOperation };
/** How often each generation came in a span of its answer. */
const spans = new Map<string, number>();
/** Generations of all cases. */
const generations = new Set<string>();

/** What happened in the cases. */
const saw = new Set<string>();

type Spans = { resourceSpans: { scopeSpans: { spans: { attributes: { key: string; value: { stringValue?: string } }[] }[] }[] }[] };

beforeAll(async () => {
  upstream = await serveUpstream();
  webhook = await listen(async (request, response) => {
    const question = JSON.parse(await bodyOf(request)) as { stage: string; request?: object; answer?: object };
    const isDenied = JSON.stringify(question.request ?? '').includes('deny this') || JSON.stringify(question.answer ?? '').includes(DENIED);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ action: isDenied ? 'deny' : 'allow' }));
  });
  collector = await listen(async (request, response) => {
    const { resourceSpans = [] } = JSON.parse(await bodyOf(request)) as Partial<Spans>;
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))) {
      const id = span.attributes.find(({ key }) => key === 'tributary.generation.id')?.value.stringValue;
      if (id !== undefined) spans.set(bare(id), (spans.get(bare(id)) ?? 0) + 1);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const variables = {
    ADMIN_API_KEY: ADMIN_KEY,
    GROQ_BASE_URL: `${upstream.url}/groq`,
    GROQ_API_KEY: 'of-the-operator',
    NOVITA_BASE_URL: `${upstream.url}/novita`,
    NOVITA_API_KEY: 'of-the-operator',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_METRICS_EXPORTER: 'none',
    LOG: 'off',
  };
  const guard = { GUARD_URL: webhook.url, GUARD_AFTER: 'hold' };
  const bindings = { objects: OBJECTS, kv: ['CACHE'] };
  const [plain, guarded] = await Promise.all([serveRouter(variables, bindings), serveRouter({ ...variables, ...guard }, bindings)]);
  routers = { plain, guarded };
});
afterAll(async () => {
  await Promise.all([routers?.plain.stop(), routers?.guarded.stop(), webhook?.stop(), collector?.stop()]);
  await upstream?.stop();
});

type Row = {
  id: string;
  attempts: number;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cost: number | null;
  cache: string | null;
  is_byok: boolean;
  status: number;
  error: string | null;
  estimated: string[];
};
type Limit = { resource: string; amount: number; used: number; reserved: number };

type Book = { limits: Limit[]; rows: Row[] };

/** The books of a key, once nothing is reserved any more and all answers are in it. */
async function readBook({ url, key }: Books, ids: readonly string[] = []): Promise<Book> {
  const read = async <Body>(path: string) => (await (await fetch(`${url}/v1${path}`, { headers: bearer(key) })).json()) as Body;
  return until(
    'all answers to be settled',
    async () => {
      const { data } = await read<{ data: { limits: Limit[] } }>('/key');
      const { data: rows } = await read<{ data: Row[] }>('/activity/generations?limit=1000');
      const isDone = data.limits.every(({ reserved }) => reserved === 0) && ids.every((id) => rows.some((row) => bare(row.id) === id));
      return isDone ? { limits: data.limits, rows } : undefined;
    },
    20_000,
  );
}

const sum = (rows: readonly Row[], value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
/** Whether a row counts: not what the response cache answered. */
const isCounted = ({ cache }: Row) => cache !== 'hit' && cache !== 'joined';
const tokensOf = (row: Row) => (row.prompt_tokens ?? 0) + (row.completion_tokens ?? 0);
const nano = (usd: number | null) => Math.round((usd ?? 0) * 1e9);

/** The amount of USD of each budget. The worst case of a request is some millionths. */
const BUDGETS = { slices: 10, leases: 0.0005, one: 0.00001, spent: 0.000000001 } as const;

/** A key of its own, and the router that it is for. */
type Books = { url: string; key: string };

/** The books of all cases. */
const books: Books[] = [];

/** What differs: one row for each answer, one settlement for each row; the counters are the sums of the rows. */
function compareBooks({ limits, rows }: Book): string[] {
  const claims = createClaims();
  const counted = rows.filter(isCounted);
  const used = (resource: string) => limits.find((limit) => limit.resource === resource)?.used;
  claims.equal('rows by id', new Set(rows.map(({ id }) => id)).size, rows.length);
  claims.equal(
    'billionths of a USD',
    nano(used('usd') ?? null),
    sum(counted, (row) => (row.is_byok ? 0 : nano(row.cost))),
  );
  claims.equal('tokens', used('tokens'), sum(counted, tokensOf));
  claims.equal('requests', used('requests') ?? counted.length, counted.length);
  for (const { resource, amount, used: count } of limits) claims.equal(`${resource} above the limit`, count > amount, false);
  return claims.failed;
}

function createClaims() {
  const failed: string[] = [];
  const equal = (what: string, actual: unknown, wanted: unknown) => {
    if (JSON.stringify(actual) !== JSON.stringify(wanted))
      failed.push(`${what}: ${JSON.stringify(actual)}, expected ${JSON.stringify(wanted)}`);
  };
  return { failed, equal };
}

/** Sends a case. Returns in what its answers, its books and the upstream differ. */
async function check(tested: Case, index: number): Promise<readonly string[]> {
  const { url } = tested.guard === 'none' ? routers.plain : routers.guarded;
  const limits = [
    { resource: 'usd', window: 'total', amount: BUDGETS[tested.budget] },
    ...(tested.budget === 'slices' ? [] : [{ resource: 'requests', window: 'total', amount: 50 }]),
    { resource: 'tokens', window: 'total', amount: 1_000_000 },
  ];
  const { key } = await createKey(url, { name: `case ${index}`, limits });
  books.push({ url, key });
  const name = `case-${index}`;
  const seen = await run(url, tested, { name, key });
  const { failed, equal } = createClaims();
  const status = seen[0]?.status ?? 0;
  equal(`status of ${seen[0]?.body}`, isExpected(tested, status), true);
  for (const one of seen) equal(`status ${one.status} of ${one.body}`, one.status < 500, true);
  if (tested.client.startsWith('hangs up')) return failed; // the router may not have seen it yet
  const ids = seen.flatMap((one) => (one.id === null || one.status !== 200 ? [] : [bare(one.id)]));
  equal('ids', new Set(ids).size, ids.length);
  const book = await readBook({ url, key }, ids);
  const { rows } = book;
  const { received, tokens, keys } = upstream.countOf(name);
  // The first provider makes one choice with each call.
  const attempts = sum(rows, (row) => row.attempts) * (tested.route === 'n' ? 3 : 1);
  const mayCancel = tested.route === 'hedge' || tested.client !== 'stays';
  equal('calls that the upstream received', mayCancel ? received <= attempts : received, mayCancel ? true : attempts);
  const isWhole = tested.route !== 'hedge' && (tested.client !== 'leaves' || tested.detached !== 'no');
  const counted = rows.filter(isCounted);
  if (isWhole) equal('tokens of whole answers', sum(counted, tokensOf), tokens);
  if (isWhole)
    equal(
      'estimates of whole answers',
      counted.flatMap(({ estimated }) => estimated),
      [],
    );
  if (received > 0) equal('keys', [...keys], [`Bearer of-the-${tested.keys}`]);
  if (tested.guard === 'denies request') equal('calls of denied requests', received, 0);
  for (const row of rows) {
    generations.add(bare(row.id));
    const found = await fetch(`${url}/v1/generation?id=${row.id}`, { headers: bearer(key) });
    equal(`GET /generation of ${row.id}`, found.status, 200);
    for (const event of [row.cache, row.error, row.attempts > 1 && 'several attempts', row.is_byok && 'own key']) if (event) saw.add(event);
  }
  for (const one of seen) saw.add(String(one.status));
  return [...failed, ...compareBooks(book)];
}

describe('features together', () => {
  it.each(CASES.map((tested, index) => ({ index, tested, title: Object.values(tested).join(', ') })))(
    'case $index: $title',
    async ({ tested, index }) => expect(await check(tested, index)).toEqual([]),
    30_000,
  );

  it('reserve nothing in the end, and agree with the ledger', async () => {
    const differences: string[] = [];
    for (const book of books) differences.push(...compareBooks(await readBook(book)));
    expect(differences).toEqual([]);
  }, 30_000);

  it('have met what they are for', () => {
    expect([...saw]).toEqual(expect.arrayContaining(['hit', 'miss', 'joined', '200', '402', '403', 'several attempts', 'own key']));
  });

  it('each answer has one span', async () => {
    const missing = () => [...generations].filter((id) => !spans.has(id));
    await until('all spans', () => (missing().length === 0 ? true : undefined), 15_000).catch(() => undefined);
    expect(missing()).toEqual([]);
    expect([...spans].filter(([, times]) => times !== 1)).toEqual([]);
  }, 20_000);
});
