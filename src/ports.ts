/**
 * What we need of a platform, as small interfaces: time, randomness, the way to each provider. `platform/` and `worker.ts` fill
 * them; everything else asks here, so that tests can hand in their own.
 */
import type { Clock } from './lib/clock.ts';
import type { Fetch } from './lib/fetch.ts';
import type { Auth, CompiledProvider } from './registry/provider.ts';
import type { RouterError } from './unified/error.ts';
import type { HealthTracker } from './unified/endpoint-health.ts';

/** Randomness. */
export interface Random {
  /** A fresh id of 20 letters and digits. */
  id(): string;
  /** A number from 0 to below 1. */
  fraction(): number;
}

/** The way to one provider, from the operator's variables. */
export type Access = {
  /** Base URL without a trailing slash; null when none is known. */
  baseUrl: string | null;
  /** `baseUrl` is the one of the provider file, so that a `basePath` of an operation follows it; absent = it is another one. */
  isFileAddress?: true;
  /** How a key is sent: the first way of the provider's for which the variables are set. */
  auth: Auth;
  /** Keys to rotate over; empty when there is none. */
  keys: readonly string[];
  /** Values of the variables that paths and keys need, by name. */
  variables: Readonly<Record<string, string>>;
  /** Takes the place of the network: a binding of the platform. */
  transport: Fetch | null;
  /** The simulator stands in for this provider. */
  simulated: boolean;
  /** Names of the variables that must be set before this provider can be called. */
  missing: readonly string[];
};

/** One use of a key: for a model of a provider (its slug), by a call that began at `startedMs` (milliseconds since 1970). */
export type KeyUse = { provider: string; model: string; key: string; startedMs: number };

/** State of the keys of providers: which ones calls should try first. */
export interface KeyHealth {
  /** The key to try next among `keys`: the least recently used one that works, else the one that comes back first. Null = there are none. */
  pick(provider: string, model: string, keys: readonly string[]): string | null;
  /** The provider did not accept a key; `error` says why. */
  refused(use: KeyUse, error: RouterError): void;
  /** The provider accepted a key. */
  answered(use: KeyUse): void;
}

/** Looks up the way to a provider. */
export type AccessPort = (provider: CompiledProvider) => Access;

/** Limits that an operator may move. */
export type Limits = {
  /** Largest request body, in bytes. */
  requestBytes: number;
  /** Memory that large requests take together, in bytes of heap. */
  requestMemoryBytes: number;
  /** Largest single event of an upstream stream, in UTF-16 units. */
  eventCharacters: number;
  /** Most bytes that are kept of the answer to one client request, all its upstream calls together; a stream that is passed on is not kept. */
  answerBytes: number;
  /** Most upstream calls for one client request. */
  upstreamCalls: number;
  /** Most attempts at one answer, the first one included. */
  attempts: number;
  /** Longest silence of a call without a stream before another endpoint is asked beside it, in milliseconds; 0 = none is. */
  silentMs: number;
  /** How long content of a stream, but for the first, may wait for more to be written with it, in milliseconds; 0 = not at all. */
  joinMs: number;
  /** Files that clients name by URL and upstreams require as bytes. */
  media: MediaLimits;
};

/** What may be fetched on behalf of a client. */
export type MediaLimits = {
  /** Most bytes of all files of one request together. */
  bytes: number;
  /** Longest wait for one file. */
  timeoutMs: number;
  /** Hosts it may come from: names, `*.example.com`, or `*` for any public host. Empty = nothing is fetched. */
  hosts: readonly string[];
};

/** What refusals of one endpoint taught: unified name to the wire name that it takes instead; null = it does not know the parameter. */
export type KnownRefusals = ReadonlyMap<string, string | null>;

/** What upstreams' refusals taught a short while ago, so that the next request is sent right at once. */
export interface RefusedParameters {
  /** Endpoints are named as in `unified/endpoint-health.ts`. */
  refusalsOf(endpoint: string): KnownRefusals;
  /** @param wireName what the endpoint calls the parameter; null = it does not know it. */
  remember(endpoint: string, param: string, wireName: string | null): void;
}

/** Which endpoint last served a conversation, so that the next turn finds its cache warm. */
export interface Sticky {
  /** The endpoint (named as in `unified/endpoint-health.ts`) that last served this conversation; null = none, or too long ago. */
  endpointFor(key: string): string | null;
  /** This endpoint has just served it. */
  remember(key: string, endpoint: string): void;
}

/** What is remembered of earlier requests. Each tenant (`state/tenants.ts`) has its own. */
export type Memory = { learned: RefusedParameters; health: HealthTracker; sticky: Sticky };

/** Everything the router needs of the world outside. */
export type Ports = Memory & {
  clock: Clock;
  random: Random;
  access: AccessPort;
  fetch: Fetch;
  limits: Limits;
  keyHealth: KeyHealth;
  /** Keeps the platform from ending work that goes on when the answer is over, or its reader has left. */
  background: (work: Promise<unknown>) => void;
  /** Tells the operator something; never what a client or a model said. */
  log: (line: string) => void;
};
