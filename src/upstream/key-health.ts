/**
 * Tracks which keys of providers are paused and until when, in the memory of one isolate. Pure except for the clock. It only orders the
 * keys: a paused key comes last, but is still tried when all others fail.
 */
import type { KeyHealth, KeyUse } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import type { RouterError } from '../unified/error.ts';
import { isListed } from '../unified/endpoint-health.ts';
import type { ErrorMeaning } from '../unified/meaning.ts';

/** How long a key is paused. `firstMs` doubles with every refusal after a pause, up to `longestMs`. */
type Pause = {
  /** True when the refusal concerns one model, not the whole key. */
  isForModel: boolean;
  /** True when after the pause only one request at a time may try the key, until it works. */
  needsProbe: boolean;
  firstMs: number;
  longestMs: number;
};

const ACCOUNT: Pause = { isForModel: false, needsProbe: true, firstMs: 60_000, longestMs: 600_000 };
const MODEL: Pause = { ...ACCOUNT, isForModel: true };

/** Pauses by the proven meaning of a refusal. No other meaning pauses a key. */
const PAUSES: Readonly<Partial<Record<ErrorMeaning, Pause>>> = {
  'bad-key': ACCOUNT,
  'no-money': ACCOUNT,
  'not-permitted': MODEL,
  'no-such-model': MODEL,
  // Most providers limit each model separately. The pause applies when the provider sends no Retry-After.
  'rate-limited': { isForModel: true, needsProbe: false, firstMs: 1000, longestMs: 60_000 },
};

/** After this time a probe without a result is given up, and the next request may try the key. */
const PROBE_MS = 30_000;

/** Most listed models with a pause per key, and the same number of unlisted ones. The oldest is removed first; longer names are not stored. */
const MAX_MODELS = 200;
const MAX_NAME_CHARACTERS = 300;

/** State of a pause. It is kept until the key works, to compute the next pause. */
type KeyPause = { sinceMs: number; untilMs: number; probeUntilMs: number; level: number; needsProbe: boolean };

/** `pickedAt`: number of the last pick. `turn`: when the key is due, by its weight: each pick adds 1 / weight. */
type KeyState = { pickedAt: number; turn: number; all: KeyPause | null; models: Map<string, KeyPause> };

/** Creates the tracker. No key is paused. */
export function createKeyHealth(clock: Pick<Clock, 'nowMs'>): KeyHealth {
  const providers = new Map<string, Map<string, KeyState>>();
  /** The turn of the last pick of each provider. A key that was paused does not catch up. */
  const turns = new Map<string, number>();
  let picks = 0;

  function stateOf(provider: string, key: string): KeyState {
    const keys = providers.get(provider) ?? new Map<string, KeyState>();
    providers.set(provider, keys);
    const state = keys.get(key) ?? { pickedAt: 0, turn: 0, all: null, models: new Map<string, KeyPause>() };
    keys.set(key, state);
    return state;
  }

  return {
    pick({ provider, model, keys, weightOf = () => 1 }) {
      const nowMs = clock.nowMs();
      const turnNow = turns.get(provider) ?? 0;
      let best: { key: string; state: KeyState; untilMs: number; turn: number } | null = null;
      for (const key of keys) {
        const state = stateOf(provider, key);
        const untilMs = Math.max(pauseEndMs(state.all, nowMs), pauseEndMs(state.models.get(model), nowMs));
        const turn = Math.max(state.turn, turnNow);
        if (best === null || (untilMs - best.untilMs || turn - best.turn || state.pickedAt - best.state.pickedAt) < 0)
          best = { key, state, untilMs, turn };
      }
      if (best === null) return null;
      const { key, state, turn } = best;
      state.pickedAt = ++picks;
      state.turn = turn + 1 / weightOf(key);
      turns.set(provider, turn);
      for (const pause of [state.all, state.models.get(model)]) {
        if (pause?.needsProbe === true && pause.untilMs <= nowMs) pause.probeUntilMs = nowMs + PROBE_MS;
      }
      return key;
    },
    reportRefusal(use, error) {
      const pause = PAUSES[error.proven];
      if (pause === undefined || (pause.isForModel && use.model.length > MAX_NAME_CHARACTERS)) return;
      const state = stateOf(use.provider, use.key);
      const next = createNextPause(pause.isForModel ? (state.models.get(use.model) ?? null) : state.all, error, clock.nowMs());
      if (!pause.isForModel) {
        state.all = next;
        return;
      }
      state.models.delete(use.model); // moves it to the end, so that it is removed last
      state.models.set(use.model, next);
      // Invented model ids must not displace models that a provider file lists.
      const ofKind = [...state.models.keys()].filter((model) => isListed(model) === isListed(use.model));
      if (ofKind.length > MAX_MODELS) state.models.delete(ofKind[0] ?? '');
    },
    reportSuccess(use) {
      const state = stateOf(use.provider, use.key);
      if (hasBegunAfter(use, state.all)) state.all = null;
      if (hasBegunAfter(use, state.models.get(use.model) ?? null)) state.models.delete(use.model);
    },
  };
}

/** Returns the end of a pause in milliseconds since 1970; 0 when the key is not paused. */
function pauseEndMs(pause: KeyPause | null | undefined, nowMs: number): number {
  if (pause == null) return 0;
  const untilMs = Math.max(pause.untilMs, pause.probeUntilMs);
  return untilMs > nowMs ? untilMs : 0;
}

/** Returns the pause after one more refusal. */
function createNextPause(before: KeyPause | null, error: RouterError, nowMs: number): KeyPause {
  const { firstMs, longestMs, needsProbe } = PAUSES[error.proven] ?? MODEL;
  const seconds = error.details.retryAfterSeconds;
  const stated = seconds === undefined ? 0 : nowMs + seconds * 1000;
  // During a pause this is a call that began before it, or a last resort. Only a Retry-After is new information.
  if (before !== null && before.untilMs > nowMs) return { ...before, untilMs: Math.max(before.untilMs, stated) };
  const level = (before?.level ?? 0) + 1;
  const untilMs = stated > 0 ? stated : nowMs + Math.min(longestMs, firstMs * 2 ** (level - 1));
  return { sinceMs: nowMs, untilMs, probeUntilMs: 0, level, needsProbe };
}

/** True when the call began after the refusal. An older call proves nothing about a limit that was reached since. */
const hasBegunAfter = ({ startedMs }: KeyUse, pause: KeyPause | null) => pause !== null && startedMs >= pause.sinceMs;
