/** A cancellation passes from a signal to its children, never to its parent. */
import { describe, expect, it } from 'vitest';
import {
  toAbortController as createController,
  createCancellation,
  NEVER_CANCELLED,
  type CancelSignal,
  type Cancellation,
} from '../../src/lib/cancel-signal.ts';

/** The controller as a cancellation. */
function toAbortController(parent: CancelSignal): Cancellation {
  const controller = createController(parent);
  return { signal: controller.signal, cancel: () => controller.abort() };
}

describe.each([
  ['createCancellation', createCancellation],
  ['toAbortController', toAbortController],
] as const)('%s', (_, derive) => {
  it('fires once, with its parent', () => {
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

  it('is aborted from the beginning when its parent is', () => {
    const parent = createCancellation(NEVER_CANCELLED);
    parent.cancel();
    expect(derive(parent.signal).signal.aborted).toBe(true);
  });

  it('cancels neither its parent nor other children', () => {
    const parent = createCancellation(NEVER_CANCELLED);
    const [one, other] = [derive(parent.signal), derive(parent.signal)];
    one.cancel();
    expect([parent.signal.aborted, one.signal.aborted, other.signal.aborted]).toEqual([false, true, false]);
  });

  it('accepts a platform AbortSignal as parent', () => {
    const client = new AbortController();
    const { signal } = derive(client.signal);
    client.abort();
    expect(signal.aborted).toBe(true);
  });
});
