/** The accounts of an isolate, from what the operator has bound. */
import type { Accounts } from '../ports.ts';
import type { AccountStub } from './account-exchange.ts';
import { createAccounts, type LedgerSink } from './accounts.ts';
import { systemBackground } from './background.ts';
import { objectsOf } from './bindings.ts';
import { leasePolicy, type Env } from './env.ts';
import { systemClock, systemLog } from './system.ts';

/** Creates this isolate's accounts; null where `KEYS` is not bound. */
export function createAccountsPort(env: Env, ledger: LedgerSink | null): Accounts | null {
  const connect = objectsOf<AccountStub>(env, 'KEYS');
  if (connect === null) return null;
  return createAccounts({ connect, ledger, clock: systemClock, background: systemBackground, log: systemLog, ...leasePolicy(env) });
}
