/**
 * Cancellation signal for a request, its attempts and their upstream calls. An `AbortSignal` has the same shape. A real `AbortSignal` is
 * made only for calls of the platform: creating and firing one costs as much CPU as reading a short answer.
 */

/** Fires at most once, when the answer is no longer needed. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Calls `run` when the signal fires. Never calls it when the signal has already fired. */
  addEventListener(type: 'abort', run: () => void): void;
}

/** A signal that never fires. */
export const NEVER_CANCELLED: CancelSignal = { aborted: false, addEventListener: () => undefined };

/** A signal, and the method that fires it. */
export interface Cancellation {
  readonly signal: CancelSignal;
  cancel(): void;
}

/** Creates a signal that fires with `parent`, or when `cancel` is called. */
export function createCancellation(parent: CancelSignal): Cancellation {
  const created = new OwnCancellation();
  follow(parent, () => created.cancel());
  return created;
}

/** Both in one object: a request makes several. */
class OwnCancellation implements Cancellation, CancelSignal {
  aborted = false;
  #listeners: (() => void)[] | null = null;

  get signal(): CancelSignal {
    return this;
  }

  addEventListener(_: 'abort', run: () => void): void {
    // Most have one listener: a list that is written down has no room for more, one that grows has room for 17.
    if (this.#listeners === null) this.#listeners = [run];
    else this.#listeners.push(run);
  }

  cancel(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const run of this.#listeners ?? []) run();
  }
}

/** A platform `AbortController` that is aborted with `parent`, for calls of the platform. */
export function toAbortController(parent: CancelSignal): AbortController {
  const controller = new AbortController();
  follow(parent, () => controller.abort());
  return controller;
}

function follow(parent: CancelSignal, cancel: () => void): void {
  if (parent.aborted) cancel();
  else parent.addEventListener('abort', cancel);
}
