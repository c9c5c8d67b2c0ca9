/**
 * What we need of a platform, as small interfaces: time, randomness, the way to each provider. `platform/` and `worker.ts` fill
 * them; everything else asks here, so that tests can hand in their own.
 */
import type { CompiledProvider } from './registry/catalog.ts';

/** Time. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls `run` once, after `delayMs`. Returns a function that forgets it. */
  setTimer(delayMs: number, run: () => void): () => void;
}

/** Randomness. */
export interface Random {
  /** A fresh id of 20 letters and digits. */
  id(): string;
}

/** The way to one provider, from the operator's variables. */
export type Access = {
  /** Base URL without a trailing slash; null when none is known. */
  baseUrl: string | null;
  /** Keys to rotate over; empty when there is none. */
  keys: readonly string[];
  /** The simulator stands in for this provider. */
  simulated: boolean;
  /** Names of the variables that must be set before this provider can be called. */
  missing: readonly string[];
};

/** Looks up the way to a provider. */
export type AccessPort = (provider: CompiledProvider) => Access;

/** One HTTP call. The platform's own `fetch`, or a test's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Limits that an operator may move. */
export type Limits = {
  /** Largest request body, in bytes. */
  requestBytes: number;
  /** Largest single event of an upstream stream, in UTF-16 units. */
  eventCharacters: number;
  /** Largest upstream answer that is no stream, in bytes. */
  answerBytes: number;
  /** Most upstream calls for one client request. */
  upstreamCalls: number;
};

/** Everything the router needs of the world outside. */
export type Ports = { clock: Clock; random: Random; access: AccessPort; fetch: Fetch; limits: Limits };
