/**
 * Ports: what the router needs of a platform, as small interfaces. `platform/` and `worker.ts` implement them. All other code uses only
 * the interfaces, so tests can pass their own. Files import them from here; `ports/` has them by theme.
 */
import type { Ledger } from './accounts/activity.ts';
import type { GenerationRecord } from './accounts/generation-record.ts';
import type { Telemetry } from './accounts/telemetry.ts';
import type { Clock } from './lib/clock.ts';
import type { Fetch } from './lib/fetch.ts';
import type { AccessPort } from './ports/access.ts';
import type { Accounts, KeyStore } from './ports/accounts.ts';
import type { ResponseCache, ResponseStores } from './ports/kept-answers.ts';
import type { Memory } from './ports/memory.ts';
import type { KeyHealth, KeyRates } from './ports/provider-keys.ts';
import type { Streams } from './ports/streams.ts';
import type { Guard } from './unified/guard.ts';
import type { Limits, MediaLimits } from './unified/limits.ts';

export type * from './ports/access.ts';
export type * from './ports/accounts.ts';
export type * from './ports/kept-answers.ts';
export type * from './ports/memory.ts';
export type * from './ports/provider-keys.ts';
export type * from './ports/streams.ts';
export type { GenerationRecord, Limits, MediaLimits };

/** Random source. */
export interface Random {
  /** A fresh id of 20 letters and digits. */
  id(): string;
  /** A number from 0 to below 1. */
  fraction(): number;
}

/** Static files. */
export interface Assets {
  /** Returns the file at the path of a request; 404 where there is none. */
  fetch(request: Request): Promise<Response>;
}

/** All ports. */
export type Ports = Memory & {
  clock: Clock;
  random: Random;
  access: AccessPort;
  fetch: Fetch;
  limits: Limits;
  keyHealth: KeyHealth;
  keyRates: KeyRates;
  /** Null = no limits are kept, and no ledger. */
  accounts: Accounts | null;
  /** Null = no ledger is kept. */
  ledger: Ledger | null;
  /** Null = every answer ends with its client's connection. */
  streams: Streams | null;
  /** Null = keys cannot be created: `KEY_DIRECTORY` is not bound. */
  keyStore: KeyStore | null;
  /** Null = no answers are kept. */
  responses: ResponseStores | null;
  /** Null = nothing is inspected. */
  guard: Guard | null;
  /** Null = requests are not observed. */
  telemetry: Telemetry | null;
  /** Files of the console. Null = there are none, or the platform serves them before the Worker. */
  assets: Assets | null;
  /** Null = no answers are stored. */
  responseCache: ResponseCache | null;
  /** Keeps the isolate alive for work that continues after the response ended or the client disconnected. */
  background: (work: Promise<unknown>) => void;
  /** Writes a line to the operator's log. Never contains text of a client or a model. */
  log: (line: string) => void;
};
