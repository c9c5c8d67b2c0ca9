/**
 * Cancellation signal, handed down from a request to its attempts and their calls. A signal of the platform is one, too; but only the
 * platform's own calls need one of those, and making and firing one costs as much as reading a short answer.
 */

/** Fires once, when nobody waits any more. */
export interface Gone {
  readonly aborted: boolean;
  /** Called when it fires; never, when it has fired before. */
  addEventListener(type: 'abort', run: () => void): void;
}

/** Never fires. */
export const NEVER: Gone = { aborted: false, addEventListener: () => undefined };

/** A signal that fires with another one, or when `leave` is called. */
export function leavable(gone: Gone): { signal: Gone; leave: () => void } {
  const listeners: (() => void)[] = [];
  const signal = {
    aborted: false,
    addEventListener: (_: 'abort', run: () => void) => void listeners.push(run),
  };
  function leave(): void {
    if (signal.aborted) return;
    signal.aborted = true;
    for (const run of listeners) run();
  }
  follow(gone, leave);
  return { signal, leave };
}

/** The same, for what is called of the platform. */
export function abortable(gone: Gone): { signal: AbortSignal; leave: () => void } {
  const controller = new AbortController();
  const leave = () => controller.abort();
  follow(gone, leave);
  return { signal: controller.signal, leave };
}

function follow(gone: Gone, leave: () => void): void {
  if (gone.aborted) leave();
  else gone.addEventListener('abort', leave);
}
