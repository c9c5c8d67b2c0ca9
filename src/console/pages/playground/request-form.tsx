/** Edits a request: models, providers, messages, tools, parameters, and all of it as JSON. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { announce } from '../../parts/announce.tsx';
import { JsonField } from '../../parts/json-field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useLoad } from '../../use-load.ts';
import { FormatEditor, ToolsEditor } from './format-editor.tsx';
import { MessageEditor } from './message-editor.tsx';
import { ModelChoice } from './model-picker.tsx';
import { usableProviders, type ModelIndex } from './model-list.ts';
import { ParameterControls } from './parameter-controls.tsx';
import { loadParameters, type ProviderInfo } from './playground-api.ts';
import { ProviderChoice } from './provider-choice.tsx';
import { modelsOf, withField, withModels, withRequest, type PlaygroundState } from './state.ts';

type Props = {
  state: PlaygroundState;
  index: ModelIndex;
  providers: ReadonlyMap<string, ProviderInfo>;
  onChange: (state: PlaygroundState) => void;
};

/** @param onChange takes the whole state. */
export function RequestForm({ state, index, providers, onChange }: Props) {
  const models = modelsOf(state);
  const { request } = state;
  const parameters = useLoad((signal) => loadParameters(models[0], state.providers, signal), [models[0] ?? '', state.providers.join(' ')]);
  const setModels = (next: readonly string[]) => {
    const kept = usableProviders(index, next, state.providers);
    onChange({ ...withModels(state, next), providers: kept });
    const removed = state.providers.length - kept.length;
    if (removed > 0) announce(`${removed} providers that do not list these models are no longer chosen.`);
  };
  const setRequest = (next: JsonObject) => onChange({ ...state, request: next });
  return (
    <form class="stack" onSubmit={(event) => event.preventDefault()}>
      <ModelChoice index={index} chosen={models} onChange={setModels} />
      <ProviderChoice
        index={index}
        providers={providers}
        models={models}
        chosen={state.providers}
        onChange={(next) => onChange({ ...state, providers: next })}
      />
      <MessageEditor messages={request['messages']} onChange={(messages) => setRequest(withField(request, 'messages', messages))} />
      <fieldset class="stack">
        <legend>Tools and format</legend>
        <ToolsEditor request={request} onChange={setRequest} />
        <FormatEditor request={request} onChange={setRequest} />
      </fieldset>
      {parameters.value === null ? (
        parameters.error === null ? (
          <p class="soft">Loading parameters …</p>
        ) : (
          <Notice kind="bad">{parameters.error.message}</Notice>
        )
      ) : (
        <ParameterControls parameters={parameters.value} request={request} onChange={setRequest} />
      )}
      <details>
        <summary>The request as JSON</summary>
        <JsonField
          label="Request (JSON)"
          hint="Every field is kept and sent, known or not. Changes here are changes above."
          value={request}
          refuse={(value) => (isObject(value) ? null : 'Expected a JSON object.')}
          onChange={(value) => onChange(withRequest(state, isObject(value) ? value : {}))}
        />
      </details>
    </form>
  );
}
