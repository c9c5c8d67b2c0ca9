/** Shows the request of a column as code, to be copied. */
import { useState } from 'preact/hooks';
import { Code } from '../../parts/json-view.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { SelectField } from '../../parts/select.tsx';
import type { ModelIndex } from './model-list.ts';
import { SNIPPETS, type Snippet, type SnippetName } from './snippets.ts';
import { titleOf, type Target } from './state.ts';

const TITLES = Object.fromEntries(Object.entries(SNIPPETS).map(([name, { title }]) => [name, title]));

/** @param targets the columns: one of them is written. */
export function CopyAs({ targets, index }: { targets: readonly Target[]; index: ModelIndex }) {
  const [name, setName] = useState<SnippetName>('curl');
  const [place, setPlace] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const target = targets[place] ?? targets[0];
  if (target === undefined) return null;
  const { title, note, write }: Snippet = SNIPPETS[name];
  const text = isOpen ? write({ origin: location.origin, body: target.body, model: agentModel(target, index) }) : '';
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Copy as code</summary>
      <div class="stack">
        <div class="row">
          <SelectField label="Form" options={TITLES} value={name} onChoose={(next) => setName(next as SnippetName)} />
          {targets.length < 2 ? null : (
            <SelectField
              label="Of the column"
              options={Object.fromEntries(targets.map((one, number) => [String(number), titleOf(one)]))}
              value={String(place)}
              onChoose={(next) => setPlace(Number(next))}
            />
          )}
          <CopyButton text={text} label={`Copy ${title}`} />
        </div>
        <p class="soft">KEY stands for a key of this router. {note}</p>
        <Code label={title}>{text}</Code>
      </div>
    </details>
  );
}

/** The name with which an agent reaches the endpoint of a column. */
function agentModel({ model, provider }: Target, { byId }: ModelIndex): string {
  const endpoint = byId.get(model)?.endpoints.find((one) => one.provider === provider);
  return endpoint === undefined ? model : `@${endpoint.provider}/${endpoint.model}`;
}
