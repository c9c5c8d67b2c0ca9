/** Loads what a part shows, as a hook. */
import { useEffect, useState } from 'preact/hooks';
import { toError } from './api.ts';

/** What is loaded. While it is loaded again, the value before stays. */
export type Loaded<Value> = {
  readonly value: Value | null;
  readonly error: Error | null;
  readonly isLoading: boolean;
  /** Loads again. */
  reload: () => void;
};

/**
 * Loads a value, and again when a dependency changes. An earlier load is cancelled.
 *
 * @param load its errors are shown, never thrown. @param dependencies texts and numbers.
 */
export function useLoad<Value>(
  load: (signal: AbortSignal) => Promise<Value>,
  dependencies: readonly (string | number | boolean)[],
): Loaded<Value> {
  const [state, setState] = useState<{ value: Value | null; error: Error | null; isLoading: boolean }>({
    value: null,
    error: null,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    load(controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setState({ value, error: null, isLoading: false });
      },
      (thrown: unknown) => {
        if (controller.signal.aborted) return;
        setState({ value: null, error: toError(thrown), isLoading: false });
      },
    );
    return () => controller.abort();
  }, [...dependencies, round]);
  return { ...state, reload: () => setRound((before) => before + 1) };
}
