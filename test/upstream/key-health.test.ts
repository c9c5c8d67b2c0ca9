/** In which order the keys of a provider are tried, and when one that was set aside comes back. */
import { describe, expect, it } from 'vitest';
import { RouterError, type ErrorDetails } from '../../src/unified/error.ts';
import type { ErrorMeaning } from '../../src/unified/meaning.ts';
import { endpointName, unlistedName } from '../../src/unified/endpoint-health.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';

const KEYS = ['one', 'two', 'three'];
const refusal = (meaning: ErrorMeaning, details: ErrorDetails = {}) =>
  new RouterError('provider_unavailable', 'no', { ...details, meaning });

function harness() {
  let nowMs = 1_000_000;
  const health = createKeyHealth({ nowMs: () => nowMs });
  const use = (key: string, { model = 'm', provider = 'acme', startedMs = nowMs } = {}) => ({ provider, model, key, startedMs });
  return {
    health,
    use,
    wait: (ms: number) => void (nowMs += ms),
    now: () => nowMs,
    picks: (count: number, model = 'm', provider = 'acme') =>
      Array.from({ length: count }, () => health.pick({ provider, model, keys: KEYS })),
    refuse: (key: string, meaning: ErrorMeaning, details: ErrorDetails = {}) => health.reportRefusal(use(key), refusal(meaning, details)),
    answer: (key: string, startedMs = nowMs) => health.reportSuccess(use(key, { startedMs })),
  };
}

describe('createKeyHealth', () => {
  it('rotates working keys per provider', () => {
    const { picks } = harness();
    expect(picks(4)).toEqual(['one', 'two', 'three', 'one']);
    expect(picks(2, 'm', 'other')).toEqual(['one', 'two']);
    expect(picks(2)).toEqual(['two', 'three']);
  });

  it('rotates among the remaining keys', () => {
    const { health } = harness();
    expect(health.pick({ provider: 'acme', model: 'm', keys: KEYS })).toBe('one');
    expect(health.pick({ provider: 'acme', model: 'm', keys: ['one', 'three'] })).toBe('three');
    expect(health.pick({ provider: 'acme', model: 'm', keys: KEYS })).toBe('two');
    expect(health.pick({ provider: 'acme', model: 'm', keys: [] })).toBeNull();
  });

  it.each(['bad-key', 'no-money', 'rate-limited', 'not-permitted', 'no-such-model'] as const)('pauses a key after %s', (meaning) => {
    const { refuse, picks } = harness();
    refuse('one', meaning);
    expect(picks(4)).toEqual(['two', 'three', 'two', 'three']);
  });

  it.each([
    'above-rate-limit',
    'overloaded',
    'content-refused',
    'invalid-request',
    'timeout',
    'provider-fault',
    'prompt-too-long',
  ] as const)('sets no key aside after %s', (meaning) => {
    const { refuse, picks } = harness();
    refuse('one', meaning);
    expect(picks(3)).toEqual(KEYS);
  });

  it.each(['rate-limited', 'not-permitted', 'no-such-model'] as const)('pauses a key for one model only after %s', (meaning) => {
    const { refuse, picks } = harness();
    refuse('one', meaning);
    expect(picks(3, 'another')).toEqual(KEYS);
  });

  it.each(['bad-key', 'no-money'] as const)('pauses a key for every model of the provider after %s', (meaning) => {
    const { refuse, picks } = harness();
    refuse('one', meaning);
    expect(picks(2, 'another')).toEqual(['two', 'three']);
    expect(picks(3, 'm', 'other')).toEqual(KEYS);
  });

  it('picks the key whose pause ends first when all are paused', () => {
    const { refuse, picks, health } = harness();
    refuse('one', 'bad-key');
    refuse('two', 'rate-limited', { retryAfterSeconds: 20 });
    refuse('three', 'rate-limited', { retryAfterSeconds: 7 });
    expect(picks(2)).toEqual(['three', 'three']);
    expect(health.pick({ provider: 'acme', model: 'm', keys: ['one', 'two'] })).toBe('two');
    expect(health.pick({ provider: 'acme', model: 'm', keys: ['one'] })).toBe('one');
  });

  it.each([
    [1, 999, 1000],
    [30, 29_999, 30_000],
    [7200, 7_199_999, 7_200_000],
  ])('pauses a limited key for exactly %s s', (retryAfterSeconds, beforeMs, afterMs) => {
    const { refuse, picks, wait } = harness();
    refuse('one', 'rate-limited', { retryAfterSeconds });
    wait(beforeMs);
    expect(picks(2)).toEqual(['two', 'three']);
    wait(afterMs - beforeMs);
    expect(picks(1)).toEqual(['one']);
  });

  it('pauses a limited key without a wait for 1, 2, 4 ... 60 s, and 1 s again after a success', () => {
    const { refuse, answer, health, wait } = harness();
    const isBack = () =>
      health.pick({ provider: 'acme', model: 'm', keys: ['one', 'two'] }) === 'one' ||
      health.pick({ provider: 'acme', model: 'm', keys: ['one', 'two'] }) === 'one';
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      refuse('one', 'rate-limited');
      wait(seconds * 1000 - 1);
      expect(isBack()).toBe(false);
      wait(1);
      expect(isBack()).toBe(true);
    }
    answer('one');
    refuse('one', 'rate-limited');
    wait(1000);
    expect(isBack()).toBe(true);
  });

  it('pauses a bad key for 1, 2, 4, 8, 10 minutes, then lets one request at a time try it', () => {
    const { refuse, answer, picks, wait } = harness();
    for (const minutes of [1, 2, 4, 8, 10, 10]) {
      refuse('one', 'bad-key');
      wait(minutes * 60_000 - 1);
      expect(picks(4)).not.toContain('one');
      wait(1);
      expect(picks(4).filter((key) => key === 'one')).toHaveLength(1);
    }
    wait(30_000); // that one never ended
    expect(picks(4).filter((key) => key === 'one')).toHaveLength(1);
    answer('one');
    expect(picks(3)).toContain('one');
  });

  it('counts calls that fail together as one refusal', () => {
    const { health, use, picks, wait, now } = harness();
    const startedMs = now();
    for (let call = 0; call < 30; call++) {
      wait(1);
      health.reportRefusal(use('one', { startedMs }), refusal('rate-limited'));
    }
    wait(1000);
    expect(picks(3)).toContain('one');
  });

  it('ends a pause only by a call that began after the refusal', () => {
    const { refuse, answer, picks, wait, now } = harness();
    const before = now();
    wait(10);
    refuse('one', 'bad-key');
    answer('one', before);
    expect(picks(3)).not.toContain('one');
    wait(10);
    answer('one');
    expect(picks(3)).toContain('one');
  });

  it('keeps listed models when clients invent model ids', () => {
    const { health, use, picks } = harness();
    const listed = endpointName('acme', 'm');
    health.reportRefusal(use('one', { model: listed }), refusal('rate-limited'));
    for (let model = 0; model < 1000; model++)
      health.reportRefusal(use('one', { model: unlistedName('acme', `x${model}`) }), refusal('rate-limited'));
    expect(picks(3, listed)).not.toContain('one');
    expect(picks(3, unlistedName('acme', 'x0'))).toContain('one');
  });

  it('keeps a bounded number of models, the newest', () => {
    const { health, use, picks } = harness();
    for (let model = 0; model < 1000; model++) health.reportRefusal(use('one', { model: String(model) }), refusal('rate-limited'));
    expect(picks(3, '0')).toContain('one');
    expect(picks(3, '999')).not.toContain('one');
    const long = 'x'.repeat(301);
    health.reportRefusal(use('one', { model: long }), refusal('rate-limited'));
    expect(picks(3, long)).toContain('one');
  });
});

describe('createKeyHealth: weights', () => {
  it('gives each key its part of the calls', () => {
    const { health } = harness();
    const weights: Record<string, number> = { one: 3, two: 1, three: 2 };
    const counts: Record<string, number> = { one: 0, two: 0, three: 0 };
    for (let call = 0; call < 600; call++) {
      const key = health.pick({ provider: 'acme', model: 'm', keys: KEYS, weightOf: (name) => weights[name] ?? 1 });
      counts[key ?? ''] = (counts[key ?? ''] ?? 0) + 1;
    }
    expect(counts).toEqual({ one: 300, two: 100, three: 200 });
  });

  it('a key that was paused does not catch up', () => {
    const { health, refuse, wait, picks } = harness();
    refuse('one', 'rate-limited');
    picks(100);
    wait(60_001);
    const later = picks(6);
    expect(later.filter((key) => key === 'one')).toHaveLength(2);
    expect(health.pick({ provider: 'acme', model: 'm', keys: KEYS })).not.toBeNull();
  });
});
