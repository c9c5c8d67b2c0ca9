/** Reservations of one isolate, with the real machine behind the calls to its object. The object itself is tested in `test/e2e/limits.test.ts`. */
import { describe, expect, it } from 'vitest';
import type { KeyRecord } from '../../src/accounts/key-record.ts';
import { LeaseMachine } from '../../src/accounts/lease-machine.ts';
import type { GenerationRecord, Reservation } from '../../src/ports.ts';
import { createAccounts } from '../../src/platform/accounts.ts';
import { RESERVE_MS, type AccountStub } from '../../src/platform/account-exchange.ts';
import { SLICE_MS } from '../../src/accounts/slice.ts';
import type { RouterError } from '../../src/unified/error.ts';
import { usageOf } from '../../src/unified/response/usage.ts';
import { AccountStore, keyRecord, limit } from '../accounts/account-store.ts';
import { createFakeClock, turn, whileTimePasses } from '../support/fake-ports.ts';

const FACTS: Omit<Reservation, 'worst' | 'id'> = { createdMs: 1, operation: 'chat', format: 'openai-chat', model: 'm', modelAsked: 'm', provider: 'p', providerName: 'P', user: null, session: null, isByok: false, streamed: false }; // prettier-ignore

const reservation = (id: string, nanoUsd = 1_000_000): Reservation => ({ ...FACTS, id, worst: { nanoUsd, tokens: 100, unpriced: null } });

const answer = (id: string, costUsd = 0.0001): GenerationRecord => ({ ...FACTS, id, upstreamId: null, adjustments: 0, status: 200, errorType: null, cancelled: false, durationMs: 1, latencyMs: 1, generationMs: 1, finishReason: 'stop', nativeFinishReason: null, usage: { ...usageOf({ promptTokens: 5, completionTokens: 5 }), costUsd }, changes: [], tries: [] }); // prettier-ignore

/** What the object does: answers, fails before or after its work, or never answers. */
type Mode = 'answers' | 'fails' | 'loses-answer' | 'hangs';

function isolate(fields: Partial<KeyRecord>) {
  const clock = createFakeClock();
  const store = new AccountStore();
  const machine = new LeaseMachine(store.load(), clock.nowMs());
  const calls: string[] = [];
  const modes: Mode[] = [];
  const logged: string[] = [];
  async function exchange<Result>(name: string, work: () => Result): Promise<Result> {
    calls.push(name);
    const mode = modes.shift() ?? 'answers';
    if (mode === 'fails') throw new Error('Network connection lost.');
    if (mode === 'hangs') return new Promise(() => undefined);
    const result = work();
    store.save(machine.take());
    if (mode === 'loses-answer') throw new Error('Network connection lost.');
    return result;
  }
  const stub: AccountStub = {
    reserve: (call) => exchange('reserve', () => machine.reserve(call, clock.nowMs())),
    settle: ({ settlements = [] }) =>
      exchange('settle', () => ({ alerts: settlements.flatMap((one) => machine.settle(one, clock.nowMs())) })),
    describe: () => Promise.reject(new Error('not used')),
  };
  const key = keyRecord(fields);
  const added: string[] = [];
  const ledger = { keeps: () => true, add: (_: unknown, { id }: GenerationRecord) => void added.push(id) };
  const connect = () => stub;
  const background = (work: Promise<unknown>) => void work;
  const accounts = createAccounts({ connect, ledger, clock, background, log: (line) => void logged.push(line), outputTokens: 4096, leaseMs: 900_000 }); // prettier-ignore
  const caller = { tenant: 't', account: key.hash, key, isAdmin: false };
  return { accounts, caller, key, calls, modes, clock, store, logged, added, describe: () => machine.describe(key, clock.nowMs()) };
}

const small = { limits: [limit({ amount: 0.01 })] };

describe('a request of a key with limits', () => {
  it('makes two calls to its object, and settles once', async () => {
    const { accounts, caller, key, calls, store } = isolate(small);
    const lease = await accounts.reserve(caller, key, reservation('gen-1'));
    for (let time = 0; time < 3; time++) lease.settle(answer('gen-1'));
    await turn();
    expect(calls).toEqual(['reserve', 'settle']);
    expect(store.rows).toMatchObject([{ id: 'gen-1', costNanoUsd: 100_000 }]);
  });

  it('is reserved and settled once where the answers of the object are lost', async () => {
    const { accounts, caller, key, calls, modes, store, describe: state } = isolate(small);
    modes.push('loses-answer', 'answers', 'loses-answer', 'answers');
    (await accounts.reserve(caller, key, reservation('gen-1'))).settle(answer('gen-1'));
    await turn();
    expect(calls).toEqual(['reserve', 'reserve', 'settle', 'settle']);
    expect([store.rows.length, state()[0]]).toMatchObject([1, { used: 100_000, held: 0 }]);
  });

  it.each(['fails', 'hangs'] as const)('is refused where the object %s and a limit counts USD: nothing stays reserved', async (mode) => {
    const { accounts, caller, key, modes, clock, describe: state } = isolate(small);
    modes.push(mode, mode);
    const refused = await whileTimePasses(clock, accounts.reserve(caller, key, reservation('gen-1')).catch((thrown: RouterError) => thrown), RESERVE_MS / 2); // prettier-ignore
    expect(refused).toMatchObject({ status: 503, retryable: true });
    await turn();
    expect(state()[0]).toMatchObject({ used: 0, held: 0 });
  });

  it('passes where the object fails and no limit counts USD: it counts when it ends, and the log says so', async () => {
    const { accounts, caller, key, modes, logged, describe: state } = isolate({ limits: [limit({ resource: 'requests', amount: 5 })] });
    modes.push('fails', 'fails');
    (await accounts.reserve(caller, key, reservation('gen-1'))).settle(answer('gen-1'));
    await turn();
    expect([logged.length, state()[0]]).toMatchObject([1, { used: 1, held: 0 }]);
  });

  it('leaves no slice behind where the object answers too late', async () => {
    const { accounts, caller, key, modes, clock, describe: state } = isolate({ limits: [limit({ resource: 'tokens', amount: 1e6 })] });
    modes.push('loses-answer', 'fails');
    const lease = await whileTimePasses(clock, accounts.reserve(caller, key, reservation('gen-1')), RESERVE_MS / 2);
    lease.settle(answer('gen-1'));
    await turn();
    expect(state()[0]).toMatchObject({ used: 10, held: 0 });
  });

  it('shows what is left, and how much of a budget is used', async () => {
    const { accounts, caller, key } = isolate({ softAt: 0.5, limits: [limit({ amount: 0.01 }), limit({ resource: 'tokens', amount: 1000, window: 'day' }), limit({ resource: 'requests', amount: 3 })] }); // prettier-ignore
    const first = await accounts.reserve(caller, key, reservation('gen-1'));
    expect([first.headers, first.rateLimits.map(({ kind, remaining }) => [kind, remaining])]).toEqual([{}, [['tokens', 900], ['requests', 2]]]); // prettier-ignore
    first.settle(answer('gen-1', 0.006));
    await turn();
    const second = await accounts.reserve(caller, key, reservation('gen-2'));
    expect(second.headers).toEqual({ 'x-tributary-budget': '0.60' });
  });

  it('of a deleted or disabled key gets the error of an unknown one', async () => {
    const { accounts, caller, key } = isolate({ ...small, disabled: true });
    await expect(accounts.reserve(caller, key, reservation('gen-1'))).rejects.toMatchObject({ status: 401 });
  });
});

it('a request without limits makes no call, and goes to the ledger', () => {
  const { accounts, caller, calls, added } = isolate({});
  accounts.open(caller).settle(answer('gen-1'));
  expect([calls, added]).toEqual([[], ['gen-1']]);
});

describe('a slice', () => {
  const large = { limits: [limit({ amount: 10 })] };

  it('pays for a hundred requests with three calls', async () => {
    const { accounts, caller, key, calls, clock, store, describe: state } = isolate(large);
    for (let request = 0; request < 100; request++) {
      const lease = await accounts.reserve(caller, key, reservation(`gen-${request}`));
      lease.settle(answer(`gen-${request}`));
    }
    clock.advance(SLICE_MS);
    await turn();
    expect(calls).toEqual(['reserve', 'settle', 'settle']);
    expect([store.rows.length, state()[0]]).toMatchObject([100, { used: 10_000_000, held: 0 }]);
  });

  it('ends when the key is changed, and settles what it has paid for while a request is in progress', async () => {
    const { accounts, caller, key, calls, store, describe: state } = isolate(large);
    await accounts.reserve(caller, key, reservation('gen-1'));
    const open = await accounts.reserve(caller, key, reservation('gen-2'));
    (await accounts.reserve(caller, key, reservation('gen-3'))).settle(answer('gen-3'));
    const changed = { ...key, updatedMs: key.updatedMs + 1, limits: [limit({ amount: 0.001 })] };
    await expect(accounts.reserve(caller, changed, reservation('gen-4'))).rejects.toMatchObject({ status: 402 });
    await turn();
    expect(store.rows.map(({ id }) => id)).toEqual(['gen-3']);
    open.settle(answer('gen-2'));
    await turn();
    expect([store.rows.length, calls.filter((call) => call === 'settle').length]).toEqual([2, 2]);
    expect(state()[0]).toMatchObject({ used: 200_000, held: 1_000_000 });
  });
});
