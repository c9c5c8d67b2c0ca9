/** Asks for new rows while the tab is seen, as a hook. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { callJson, toError } from '../../api.ts';
import type { RowsPage } from './rows.ts';

/** Time between the end of a question and the next, in milliseconds. */
const PAUSE_MS = 4000;

/** What is asked. */
export type TailQuery = {
  readonly isOn: boolean;
  /** `next_since` of the rows that are shown; null = they are not there yet. */
  readonly since: string | null;
  /** Path of the rows since then. */
  readonly path: (since: string) => string;
  readonly onRows: (page: RowsPage) => void;
};

/** @returns why the last question failed; null = it did not. */
export function useTail({ isOn, since, path, onRows }: TailQuery): Error | null {
  const [error, setError] = useState<Error | null>(null);
  const receive = useRef(onRows);
  receive.current = onRows;
  useEffect(() => {
    if (!isOn || since === null) return undefined;
    const controller = new AbortController();
    void follow({ since, path, signal: controller.signal, onRows: (page) => receive.current(page), onError: setError });
    return () => controller.abort();
  }, [isOn, since, since === null ? '' : path(since)]);
  return isOn ? error : null;
}

type Follow = Pick<TailQuery, 'path' | 'onRows'> & { since: string; signal: AbortSignal; onError: (error: Error | null) => void };

async function follow({ since, path, signal, onRows, onError }: Follow): Promise<void> {
  let next = since;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (signal.aborted || document.hidden) continue;
    try {
      const page = await callJson<RowsPage>(path(next), { signal });
      onError(null);
      if (page.data.length > 0) onRows(page);
      next = page.next_since;
    } catch (thrown) {
      if (!signal.aborted) onError(toError(thrown));
    }
  }
}
