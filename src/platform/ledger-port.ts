/** Connects the ledger to what the operator has bound. */
import type { KeyStore } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import { systemBackground } from './background.ts';
import { objectsOf } from './bindings.ts';
import { D1Ledger, ledgerDatabase } from './d1-ledger.ts';
import { ledgerScope, type Env } from './env.ts';
import { RouterLedger, type LedgerStub } from './ledger.ts';
import { systemClock, systemLog } from './system.ts';

/** Creates this isolate's ledger. Null = `KEYS` is not bound. @param keyStore has the list of accounts; null = only D1 has all of them. */
export function createLedger(env: Env, keyStore: Pick<KeyStore, 'accounts'> | null): RouterLedger | null {
  const connect = objectsOf<LedgerStub>(env, 'KEYS');
  if (connect === null) return null;
  const database = ledgerDatabase(env);
  return new RouterLedger({
    connect,
    scope: ledgerScope(env),
    listAccounts: (limit) => (keyStore === null ? Promise.reject(unknownAccounts()) : keyStore.accounts({ offset: 0, limit })),
    database: database === null ? null : new D1Ledger(database),
    clock: systemClock,
    background: systemBackground,
    log: systemLog,
  });
}

const unknownAccounts = () =>
  new RouterError(
    'not_found',
    'The list of accounts is in the Durable Object KEY_DIRECTORY, which is not bound. Bind it (wrangler.toml), or ask for one account: key=HASH.',
  );
