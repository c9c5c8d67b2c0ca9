/** Asks the router about several requests, as a hook. */
import { useRef, useState } from 'preact/hooks';
import { ApiError, toError } from '../../api.ts';
import { announce } from '../../parts/announce.tsx';
import { forEachBounded } from '../../parts/bounded.ts';
import type { Explanation } from './explanation.ts';
import { explainRequest } from './playground-api.ts';
import { modelsOf, namesProvider, type PlaygroundState, type Target } from './state.ts';

/** So many questions are asked at once. */
const AT_ONCE = 4;

/** The answer about one request: what is sent, or why nothing can be. Both null = not yet known. */
export type Explained = { readonly target: Target; readonly explanation: Explanation | null; readonly error: ApiError | null };

/** Answers in order of the columns. `choices`: for each model what the router would choose by itself, where providers were chosen by hand. */
export type Explanations = {
  readonly state: PlaygroundState;
  readonly columns: readonly Explained[];
  readonly choices: readonly Explained[];
};

/** The last explanation, and a function that asks again. */
export function useExplain(): { explanations: Explanations | null; explain: (state: PlaygroundState, targets: readonly Target[]) => void } {
  const [explanations, setExplanations] = useState<Explanations | null>(null);
  const running = useRef<AbortController | null>(null);
  const explain = (state: PlaygroundState, targets: readonly Target[]) => {
    running.current?.abort();
    const { signal } = (running.current = new AbortController());
    const unasked = (target: Target): Explained => ({ target, explanation: null, error: null });
    const freeModels = state.providers.length === 0 ? [] : modelsOf(state).filter((model) => !namesProvider(model));
    const free = freeModels.map((model): Target => ({ key: `choice ${model}`, model, provider: null, body: { ...state.request, model } }));
    setExplanations({ state, columns: targets.map(unasked), choices: free.map(unasked) });
    const ask = async (target: Target) => {
      const answer = await explainRequest(target.body, signal).then(
        (explanation) => ({ target, explanation, error: null }),
        (thrown: unknown) => ({ target, explanation: null, error: errorOf(thrown) }),
      );
      if (signal.aborted) return;
      const put = (list: readonly Explained[]) => list.map((one) => (one.target.key === target.key ? answer : one));
      setExplanations((before) => before && { ...before, columns: put(before.columns), choices: put(before.choices) });
    };
    announce('Explaining.');
    void forEachBounded([...targets, ...free], AT_ONCE, ask).then(() => {
      if (!signal.aborted) announce(`${targets.length === 1 ? 'The request is' : `${targets.length} requests are`} explained.`);
    });
  };
  return { explanations, explain };
}

/** Any failure as an error of the router. */
function errorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  return new ApiError(toError(thrown).message, { status: 0, type: null, body: null });
}
