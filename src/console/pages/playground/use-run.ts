/** Runs several requests side by side, as a hook. What comes is shown once in each frame of the screen. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { announce } from '../../parts/announce.tsx';
import { forEachBounded } from '../../parts/bounded.ts';
import { rememberRequest } from '../../recent-requests.ts';
import { createRun, type Run } from './run-target.ts';
import { titleOf, type PlaygroundState, type Target } from './state.ts';
import { writeState } from './url-state.ts';

/** So many requests are open at once. Browsers open six connections to one origin over HTTP/1.1: a seventh would wait, and its times would be wrong. */
const AT_ONCE = 5;

/** Between two updates of a page that is not seen, in milliseconds. */
const HIDDEN_MS = 500;

/** Two frames take 33 ms on most screens: longer ones are slow. In milliseconds. */
const SLOW_MS = 60;

/** The requests of the last run. */
export type Runs = {
  /** Null = none was run. */
  readonly runs: readonly Run[] | null;
  readonly isRunning: boolean;
  run: (state: PlaygroundState, targets: readonly Target[]) => void;
  stopAll: () => void;
};

/** Runs end when the page is left. */
export function useRuns(): Runs {
  const [runs, setRuns] = useState<readonly Run[] | null>(null);
  const [isRunning, setRunning] = useState(false);
  const redraw = useRedraw();
  const current = useRef<readonly Run[]>([]);
  const stopAll = () => {
    for (const run of current.current) run.stop();
  };
  useEffect(() => stopAll, []);
  const run = (state: PlaygroundState, targets: readonly Target[]) => {
    stopAll();
    const started = targets.map((target) => createRun(target, redraw));
    current.current = started;
    setRuns(started);
    setRunning(true);
    announce(`${started.length === 1 ? 'One request' : `${started.length} requests`} started.`);
    const send = async (one: Run) => {
      await one.send();
      const { id } = one.answer();
      const own = { request: state.request, moreModels: [], providers: one.target.provider === null ? [] : [one.target.provider] };
      if (id !== null) rememberRequest(id, writeState({ ...own, request: { ...own.request, model: one.target.model } }).toString());
      if (current.current === started) announce(outcomeOf(one));
    };
    void forEachBounded(started, AT_ONCE, send).then(() => {
      if (current.current === started) setRunning(false);
    });
  };
  return { runs, isRunning, run, stopAll };
}

/** What a screen reader hears when a request has ended. */
function outcomeOf({ target, answer }: Run): string {
  const { state, error } = answer();
  const reason = typeof error?.['message'] === 'string' ? `: ${error['message'].slice(0, 200).replace(/\.$/, '')}` : '';
  return `${titleOf(target)} ${state === 'done' ? 'finished' : state === 'stopped' ? 'stopped' : `failed${reason}`}.`;
}

/** A function that draws the part again, at most once in each frame. Where drawing is slow, half of the time is left to the visitor. */
function useRedraw(): () => void {
  const [, setCount] = useState(0);
  const isDue = useRef(false);
  const costMs = useRef(0);
  return () => {
    if (isDue.current) return;
    isDue.current = true;
    const draw = () => {
      const start = performance.now();
      isDue.current = false;
      setCount((count) => count + 1);
      // The frame after this one begins when this one has been laid out.
      requestAnimationFrame(() => requestAnimationFrame(() => (costMs.current = performance.now() - start)));
    };
    if (document.hidden) setTimeout(draw, HIDDEN_MS);
    else if (costMs.current > SLOW_MS) setTimeout(draw, Math.min(costMs.current, HIDDEN_MS));
    else requestAnimationFrame(draw);
  };
}
