/** Edits a request: models, providers, messages. */
import { MessageEditor } from './message-editor.tsx';
import { ModelChoice } from './model-picker.tsx';
import type { ModelIndex } from './model-list.ts';
import type { ProviderInfo } from './playground-api.ts';
import { ProviderChoice } from './provider-choice.tsx';
import { modelsOf, withField, withModels, type PlaygroundState } from './state.ts';

type Props = {
  state: PlaygroundState;
  index: ModelIndex;
  providers: ReadonlyMap<string, ProviderInfo>;
  onChange: (state: PlaygroundState) => void;
};

/** @param onChange takes the whole state. */
export function RequestForm({ state, index, providers, onChange }: Props) {
  const models = modelsOf(state);
  const setField = (name: string, value: unknown) => onChange({ ...state, request: withField(state.request, name, value) });
  return (
    <form class="stack" onSubmit={(event) => event.preventDefault()}>
      <ModelChoice index={index} chosen={models} onChange={(next) => onChange(withModels(state, next))} />
      <ProviderChoice
        index={index}
        providers={providers}
        models={models}
        chosen={state.providers}
        onChange={(next) => onChange({ ...state, providers: next })}
      />
      <MessageEditor messages={state.request['messages']} onChange={(messages) => setField('messages', messages)} />
    </form>
  );
}
