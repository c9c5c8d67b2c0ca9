/** Fake ports of the router: a clock that a test moves by hand, ports that do nothing, and small limits. */
import { ANONYMOUS_CALLER } from '../../src/accounts/caller.ts';
import type { Access, Limits, Ports } from '../../src/ports.ts';
import type { EndpointHealth } from '../../src/unified/endpoint-health.ts';
import { ACME_AUTH } from './fake-providers.ts';
import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on and runs every timer that falls due, in order. */
  advance(byMs: number): void;
  /** Timers that have been set and neither run nor forgotten. */
  pending(): number;
}

export function createFakeClock(startMs = 1_790_000_000_000): FakeClock {
  let now = startMs;
  const timers = new Set<{ atMs: number; run: () => void }>();

  return {
    nowMs: () => now,
    setTimer(delayMs, run) {
      const timer = { atMs: now + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(byMs) {
      const until = now + byMs;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= until).sort((one, other) => one.atMs - other.atMs);
        if (next === undefined) break;
        timers.delete(next);
        now = next.atMs;
        next.run();
      }
      now = until;
    },
    pending: () => timers.size,
  };
}

/** Lets everything that is ready run: one turn of the event loop, after all promises have settled. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Waits for something while the clock goes on, a little with each turn of the event loop. */
export async function whileTimePasses<Value>(clock: FakeClock, pending: Promise<Value>, stepMs = 100): Promise<Value> {
  let isOver = false;
  const settle = () => void (isOver = true);
  pending.then(settle, settle);
  for (;;) {
    await turn();
    await turn();
    if (isOver) return pending;
    clock.advance(stepMs);
  }
}

/** Health of an endpoint without outcomes. */
export const NO_OUTCOMES: EndpointHealth = {
  state: 'closed',
  untilMs: null,
  successes: 0,
  failures: 0,
  limited: 0,
  uptime: null,
  firstContentMs: null,
  tokensPerSecond: null,
};

export const LIMITS: Limits = {
  requestBytes: 1_000_000,
  requestMemoryBytes: 10_000_000,
  eventCharacters: 10_000,
  answerBytes: 10_000,
  upstreamCalls: 32,
  attempts: 1,
  silentMs: 0,
  joinMs: 0,
  media: { bytes: 10_000, timeoutMs: 1000, hosts: [] },
};

/** Optional services of the platform, none of them bound. */
export const SERVICES: Pick<
  Ports,
  'accounts' | 'guard' | 'telemetry' | 'keyStore' | 'ledger' | 'responseCache' | 'streams' | 'responses' | 'keyRates' | 'assets'
> = {
  accounts: null,
  guard: null,
  telemetry: null,
  keyStore: null,
  ledger: null,
  streams: null,
  responses: null,
  responseCache: null,
  assets: null,
  keyRates: { waitMs: () => 0, take: () => () => undefined },
};

/** Ports that do nothing: nothing is learned, remembered, logged or run in the background. */
export const QUIET: Omit<Ports, 'clock' | 'random' | 'access' | 'fetch' | 'limits'> = {
  learned: { refusalsOf: () => new Map(), remember: () => undefined },
  health: { healthOf: () => NO_OUTCOMES, claimProbe: () => false, report: () => undefined },
  keyHealth: { pick: ({ keys }) => keys[0] ?? null, reportRefusal: () => undefined, reportSuccess: () => undefined },
  ...SERVICES,
  sticky: { endpointFor: () => null, remember: () => undefined },
  generations: {
    record: () => undefined,
    find: () => null,
    spending: () => ({ sinceMs: 0, totalUsd: 0, dayUsd: 0, weekUsd: 0, monthUsd: 0, unpriced: 0 }),
  },
  sealer: {
    seal: (text) => Promise.resolve(`sealed|${text}`),
    open: (sealed) => Promise.resolve(sealed.startsWith('sealed|') ? sealed.slice('sealed|'.length) : null),
  },
  background: () => undefined,
  log: () => undefined,
};

/** Access to a configured provider, with this key. */
export const reachable = (baseUrl: string | null, key: string, changes: Partial<Access> = {}): Access => ({
  baseUrl,
  auth: ACME_AUTH,
  keys: [key],
  variables: {},
  transport: null,
  isSimulated: false,
  missingVariables: [],
  ...changes,
});

/** What is the same for most requests of tests. */
export const FACTS = {
  caller: ANONYMOUS_CALLER,
  generationId: 'gen-1',
  base: '/v1',
  wantsMetadata: false,
  hops: [],
  simulatorHeaders: {},
} as const;
