/** Word that nobody waits any more is handed down, never up. */
import { describe, expect, it } from 'vitest';
import { toAbortController, createCancellation, NEVER_CANCELLED } from '../../src/lib/cancel-signal.ts';

describe.each([
  ['that is ours', createCancellation],
  ['of the platform', toAbortController],
] as const)('a signal %s', (_, derive) => {
  it('fires with the one it comes from, once', () => {
    const parent = createCancellation(NEVER_CANCELLED);
    const child = derive(parent.signal);
    let fired = 0;
    child.signal.addEventListener('abort', () => fired++);
    expect(child.signal.aborted).toBe(false);
    parent.cancel();
    parent.cancel();
    child.cancel();
    expect(child.signal.aborted).toBe(true);
    expect(fired).toBe(1);
  });

  it('has fired from the beginning where the one it comes from has', () => {
    const parent = createCancellation(NEVER_CANCELLED);
    parent.cancel();
    expect(derive(parent.signal).signal.aborted).toBe(true);
  });

  it('that is left leaves the one it comes from, and its brothers, alone', () => {
    const parent = createCancellation(NEVER_CANCELLED);
    const [one, other] = [derive(parent.signal), derive(parent.signal)];
    one.cancel();
    expect([parent.signal.aborted, one.signal.aborted, other.signal.aborted]).toEqual([false, true, false]);
  });

  it('comes from one of the platform as well', () => {
    const client = new AbortController();
    const { signal } = derive(client.signal);
    client.abort();
    expect(signal.aborted).toBe(true);
  });
});
