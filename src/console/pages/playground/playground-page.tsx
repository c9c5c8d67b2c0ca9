/** The page "Playground": a request is put together, explained, and run. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { Load, Notice } from '../../parts/notice.tsx';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { useSession } from '../../use-session.ts';
import { CopyAs } from './copy-as.tsx';
import { ExplainView } from './explain-view.tsx';
import { exampleChoice, offers, type ModelIndex } from './model-list.ts';
import { loadModels, loadProviders, type ProviderInfo } from './playground-api.ts';
import { RequestForm } from './request-form.tsx';
import { RunView } from './run-view.tsx';
import type { Run } from './run-target.ts';
import { MAX_TARGETS, targetsOf, withModels, type PlaygroundState } from './state.ts';
import { useExplain, type Explanations } from './use-explain.ts';
import { usePlayground } from './use-playground.ts';
import { useRuns } from './use-run.ts';

/** @param route its state is in the address. */
export function PlaygroundPage({ route }: { route: RouteState }) {
  const { caller } = useSession();
  const who = caller.kind === 'admin' || caller.kind === 'caller' ? caller.label : '';
  const lists = useLoad(
    async (signal) => {
      const [index, providers] = await Promise.all([loadModels(), loadProviders(signal)]);
      return { index, providers };
    },
    [who],
  );
  return (
    <>
      <h1>Playground</h1>
      <p class="soft">See what the router sends to each provider and what it changes, before it is sent. Then run it.</p>
      <Load of={lists}>{(value) => <Playground route={route} {...value} />}</Load>
    </>
  );
}

type Lists = { index: ModelIndex; providers: ReadonlyMap<string, ProviderInfo> };

function Playground({ route, index, providers }: Lists & { route: RouteState }) {
  const playground = usePlayground(route);
  const { state, isExample, setState } = playground;
  const { explanations, explain } = useExplain();
  const { runs, isRunning, run, stopAll } = useRuns();
  const [view, setView] = useState<View>('explanation');
  const results = useRef<HTMLDivElement>(null);
  const runner = useRef<HTMLButtonElement>(null);
  const show = (next: View) => {
    setView(next);
    requestAnimationFrame(() => {
      // On a narrow screen the results are below the form.
      if ((results.current?.getBoundingClientRect().top ?? 0) > innerHeight / 2) results.current?.scrollIntoView();
    });
  };
  useEffect(() => {
    if (!isExample) return;
    const choice = exampleChoice(index, (slug) => providers.get(slug)?.ready === true);
    if (choice !== null) playground.setExample({ ...withModels(state, [choice.model]), providers: choice.providers });
  }, [isExample, index]);
  const { targets, skipped, more } = targetsOf(state, (model, provider) => offers(index, model, provider));
  return (
    <div class="split">
      <div class="stack">
        {playground.notice === null ? null : <Notice kind="warn">{playground.notice}</Notice>}
        <RequestForm state={state} index={index} providers={providers} onChange={setState} />
        <CopyAs targets={targets} index={index} />
        {skipped.length === 0 ? null : <p class="soft">Not asked: {skipped.join('; ')}.</p>}
        {more === 0 ? null : (
          <Notice kind="warn">
            {more} columns are left out: at most {MAX_TARGETS} are shown. Choose fewer models or providers.
          </Notice>
        )}
        <div class="row actions">
          <Button
            class="main"
            onClick={() => {
              show('explanation');
              explain(state, targets);
            }}
          >
            Explain
          </Button>
          <Button
            ref={runner}
            onClick={() => {
              show('answers');
              run(state, targets);
            }}
          >
            Run
          </Button>
          {isRunning ? (
            <Button
              onClick={() => {
                runner.current?.focus(); // this button goes
                stopAll();
              }}
            >
              Stop all
            </Button>
          ) : null}
        </div>
      </div>
      <div ref={results} class="stack results">
        <Results explanations={explanations} runs={runs} view={view} onView={setView} state={state} />
      </div>
    </div>
  );
}

type View = 'explanation' | 'answers';

type ResultsProps = {
  explanations: Explanations | null;
  runs: readonly Run[] | null;
  view: View;
  onView: (view: View) => void;
  state: PlaygroundState;
};

/** What is sent or the answers; before that, what the buttons do. */
function Results({ explanations, runs, view, onView, state }: ResultsProps) {
  if (explanations === null && runs === null)
    return (
      <p class="soft">
        “Explain” shows the exact upstream requests, with every change marked; nothing is sent to a provider. “Run” sends them.
      </p>
    );
  return (
    <>
      {explanations === null || runs === null ? null : <ViewSwitch view={view} onChange={onView} />}
      {view === 'answers' && runs !== null ? <RunView runs={runs} /> : null}
      {view === 'explanation' && explanations !== null ? (
        <ExplainView explanations={explanations} isStale={explanations.state !== state} />
      ) : null}
    </>
  );
}

const VIEWS: readonly (readonly [View, string])[] = [
  ['explanation', 'What is sent'],
  ['answers', 'Answers'],
];

/** Chooses what is shown, where there is both. */
function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <div class="row">
      {VIEWS.map(([name, title]) => (
        <Button key={name} aria-pressed={name === view} onClick={() => onChange(name)}>
          {title}
        </Button>
      ))}
    </div>
  );
}
