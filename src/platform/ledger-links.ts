/** What the ledger of an account is connected to, from inside its object. */
import type { LedgerLinks } from './account-ledger.ts';
import { objectsOf } from './bindings.ts';
import { D1Ledger, ledgerDatabase } from './d1-ledger.ts';
import type { Env } from './env.ts';
import { DIRECTORY } from './key-directory-object.ts';
import { systemLog } from './system.ts';

/** The directory, as far as a ledger uses it. */
type RegisterStub = { registerAccount(call: { account: string }): Promise<unknown> };

/** Reads the links from what is bound. */
export function ledgerLinks(env: Env): LedgerLinks {
  const directory = objectsOf<RegisterStub>(env, 'KEY_DIRECTORY');
  const database = ledgerDatabase(env);
  return {
    copy: database === null ? null : new D1Ledger(database),
    register: directory === null ? null : (account) => directory(DIRECTORY).registerAccount({ account }),
    log: systemLog,
  };
}
