/** The object of an account that is evicted between any two calls: what it has in memory is what it has stored. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, serve, type ServingOperation } from '../dev/serve.ts';
import { EVERY_ROW } from '../../src/accounts/activity.ts';
import { limit, keyRecord } from '../accounts/account-store.ts';
import { post } from './harness.ts';

let serving: ServingOperation;
beforeAll(async () => {
  serving = await serve('evicted', await bundle('test/e2e/evicted-object-worker.ts'), {}, { objects: { KEYS: 'KeyObject' } });
});
afterAll(() => serving?.stop());

type Step = readonly [method: string, argument: unknown];

const CREATED_MS = Date.now();
const RECORD = keyRecord({
  limits: [limit({ amount: 0.0001 }), limit({ resource: 'tokens', amount: 100_000 })],
  createdMs: 0,
  updatedMs: 1,
});

/** What an isolate does with one of three generations or their slices. A generation that is reserved after its settlement is another one. */
type Act = {
  of: number;
  does: 'reserve' | 'mark' | 'settle' | 'part' | 'end slice';
  amount: number;
  isShort: boolean;
  isSent: boolean;
  isTwice: boolean;
};

const act: fc.Arbitrary<Act> = fc.record({
  of: fc.nat(2),
  does: fc.constantFrom('reserve', 'reserve', 'mark', 'settle', 'part', 'end slice'),
  amount: fc.nat(300),
  isShort: fc.boolean(),
  isSent: fc.boolean(),
  isTwice: fc.boolean(),
});

const amounts = (amount: number) => ({ usd: amount, requests: 1, tokens: amount, concurrent: 1 });
const draftOf = (id: string) => ({ id, createdMs: CREATED_MS });
const tokensOf = (prompt: number) => ({ prompt, completion: 0, cached: null, cacheWrite: null, reasoning: null });
const rowOf = (id: string, cost: number) => ({ ...draftOf(id), costNanoUsd: cost, tokens: tokensOf(cost) });

/** The calls that acts make. */
function callsOf(acts: readonly Act[]): Step[] {
  const rounds = [0, 0, 0];
  return acts.flatMap(({ of, does, amount, isShort, isSent, isTwice }, index) => {
    const id = `gen-${of}-${rounds[of]}`;
    const call = callOf({ does, amount, isShort, isSent }, id, index);
    if (does === 'settle') rounds[of] = (rounds[of] ?? 0) + 1;
    return isTwice ? [call, call] : [call];
  });
}

function callOf({ does, amount, isShort, isSent }: Pick<Act, 'does' | 'amount' | 'isShort' | 'isSent'>, id: string, index: number): Step {
  if (does === 'mark') return ['markSent', { id }];
  if (does === 'settle') return ['settle', { settlements: [{ id, rows: isSent ? [rowOf(id, amount)] : [] }] }];
  const slice = `${id}-slice`;
  const rows = [rowOf(`gen-row-${index}`, amount)];
  if (does === 'end slice') return ['settle', { settlements: [{ id: slice, rows }] }];
  if (does === 'part') return ['settle', { settlements: [{ id: slice, rows, rest: amounts(2 * amount), part: index + 1 }] }];
  // A lease of 0 ms ends at the next call, or by its alarm before.
  const fields = { user: null, session: null, ttlMs: isShort ? 0 : 60_000, isSent: true };
  const lease = { ...fields, id, isSent, draft: draftOf(id), worst: amounts(amount) };
  return ['reserve', { record: RECORD, lease, slice: { ...fields, id: slice, draft: draftOf(slice) } }];
}

const QUESTIONS: readonly Step[] = [
  ['describe', { record: RECORD }],
  ['rows', { query: { filter: EVERY_ROW, after: null, limit: 1000 } }],
];

let count = 0;
async function play(steps: readonly Step[]): Promise<unknown[]> {
  return (await (await post(serving.url, { name: `object ${count++}`, steps })).json()) as unknown[];
}

describe('the object of an account', () => {
  it('returns the same whether it is evicted between two calls or not, and what it has counted is the sum of its rows', async () => {
    const schedule = fc.tuple(fc.array(act, { minLength: 1, maxLength: 10 }), fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }));
    await fc.assert(
      fc.asyncProperty(schedule, async ([acts, evictions]) => {
        const calls = callsOf(acts);
        const evict: Step = ['evict', {}];
        const broken = calls.flatMap((call, index) => (evictions[index] ? [call, evict] : [call]));
        const [whole, evicted] = await Promise.all([play([...calls, ...QUESTIONS]), play([...broken, evict, ...QUESTIONS])]);
        expect(evicted).toEqual(whole);
        const [described, { rows }] = whole.slice(-2) as [
          { states: { used: number; held: number }[] },
          { rows: { costNanoUsd: number | null }[] },
        ];
        const spent = rows.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
        expect(described.states.map(({ used }) => used)).toEqual([spent, spent]);
        for (const { held } of described.states) expect(held).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });
});
