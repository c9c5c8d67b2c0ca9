/**
 * State of the keys of providers, in the memory of one isolate: which are set aside, and until when. Pure but for the clock. It decides
 * only in which order keys are tried: a key that is set aside comes last, but it is tried when all others fail.
 */
import type { KeyHealth, KeyUse } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import type { RouterError } from '../unified/error.ts';
import { isListed } from '../unified/endpoint-health.ts';
import type { ErrorMeaning } from '../unified/meaning.ts';

/** For how long a key is set aside. `firstMs` doubles with every refusal that follows a pause, up to `longestMs`. */
type Pause = {
  /** The refusal concerns one model, not the key for every model. */
  isForModel: boolean;
  /** After the pause one request at a time tries the key, until it has worked. */
  needsProbe: boolean;
  firstMs: number;
  longestMs: number;
};

const ACCOUNT: Pause = { isForModel: false, needsProbe: true, firstMs: 60_000, longestMs: 600_000 };
const MODEL: Pause = { ...ACCOUNT, isForModel: true };

/** Pauses by the proven meaning of a refusal. Any other meaning sets no key aside. */
const PAUSES: Readonly<Partial<Record<ErrorMeaning, Pause>>> = {
  'bad-key': ACCOUNT,
  'no-money': ACCOUNT,
  'not-permitted': MODEL,
  'no-such-model': MODEL,
  // Most providers limit each model by itself. The pause is for an answer without Retry-After.
  'rate-limited': { isForModel: true, needsProbe: false, firstMs: 1000, longestMs: 60_000 },
};

/** A probe that has not ended by then is given up, and the next request may try the key. */
const PROBE_MS = 30_000;

/** Most listed models, and as many again that are not listed, for which a key is set aside; the oldest entry is dropped first. A longer model name is not kept. */
const MAX_MODELS = 200;
const MAX_NAME_CHARACTERS = 300;

/** Why a key is set aside. It stays until the key has worked, for the length of the next pause. */
type Aside = { sinceMs: number; untilMs: number; probeUntilMs: number; level: number; needsProbe: boolean };

/** `pickedAt`: place in the sequence of all picks, for taking turns. */
type KeyState = { pickedAt: number; all: Aside | null; models: Map<string, Aside> };

/** The state of every key: none is set aside yet. */
export function createKeyHealth(clock: Pick<Clock, 'nowMs'>): KeyHealth {
  const providers = new Map<string, Map<string, KeyState>>();
  let picks = 0;

  function stateOf(provider: string, key: string): KeyState {
    const keys = providers.get(provider) ?? new Map<string, KeyState>();
    providers.set(provider, keys);
    const state = keys.get(key) ?? { pickedAt: 0, all: null, models: new Map<string, Aside>() };
    keys.set(key, state);
    return state;
  }

  return {
    pick(provider, model, keys) {
      const nowMs = clock.nowMs();
      let best: { key: string; state: KeyState; untilMs: number } | null = null;
      for (const key of keys) {
        const state = stateOf(provider, key);
        const untilMs = Math.max(endOf(state.all, nowMs), endOf(state.models.get(model), nowMs));
        const isBetter = best === null || untilMs < best.untilMs || (untilMs === best.untilMs && state.pickedAt < best.state.pickedAt);
        if (isBetter) best = { key, state, untilMs };
      }
      if (best === null) return null;
      const { key, state } = best;
      state.pickedAt = ++picks;
      for (const aside of [state.all, state.models.get(model)]) {
        if (aside?.needsProbe === true && aside.untilMs <= nowMs) aside.probeUntilMs = nowMs + PROBE_MS;
      }
      return key;
    },
    reportRefusal(use, error) {
      const pause = PAUSES[error.proven];
      if (pause === undefined || (pause.isForModel && use.model.length > MAX_NAME_CHARACTERS)) return;
      const state = stateOf(use.provider, use.key);
      const aside = asideAfter(pause.isForModel ? (state.models.get(use.model) ?? null) : state.all, error, clock.nowMs());
      if (!pause.isForModel) {
        state.all = aside;
        return;
      }
      state.models.delete(use.model); // to the end of the order in which they are dropped
      state.models.set(use.model, aside);
      // Invented model ids push out none that a provider file lists.
      const ofKind = [...state.models.keys()].filter((model) => isListed(model) === isListed(use.model));
      if (ofKind.length > MAX_MODELS) state.models.delete(ofKind[0] ?? '');
    },
    reportSuccess(use) {
      const state = stateOf(use.provider, use.key);
      if (began(use, state.all)) state.all = null;
      if (began(use, state.models.get(use.model) ?? null)) state.models.delete(use.model);
    },
  };
}

/** When a key comes back, in milliseconds since 1970; 0 = it is not set aside. */
function endOf(aside: Aside | null | undefined, nowMs: number): number {
  if (aside == null) return 0;
  const untilMs = Math.max(aside.untilMs, aside.probeUntilMs);
  return untilMs > nowMs ? untilMs : 0;
}

/** The state after one more refusal. */
function asideAfter(before: Aside | null, error: RouterError, nowMs: number): Aside {
  const { firstMs, longestMs, needsProbe } = PAUSES[error.proven] ?? MODEL;
  const seconds = error.details.retryAfterSeconds;
  const stated = seconds === undefined ? 0 : nowMs + seconds * 1000;
  // While a pause runs, this is a call that began before it, or a last resort: it says nothing new, unless it says how long.
  if (before !== null && before.untilMs > nowMs) return { ...before, untilMs: Math.max(before.untilMs, stated) };
  const level = (before?.level ?? 0) + 1;
  const untilMs = stated > 0 ? stated : nowMs + Math.min(longestMs, firstMs * 2 ** (level - 1));
  return { sinceMs: nowMs, untilMs, probeUntilMs: 0, level, needsProbe };
}

/** An answer lifts only what was known when its call began: an older call says nothing of a limit that was reached since. */
const began = ({ startedMs }: KeyUse, aside: Aside | null) => aside !== null && startedMs >= aside.sinceMs;
