/** Chooses models: the chosen ones, and a dialog in which all are searched. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { formatCount, formatUsd } from '../../format.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { SelectField } from '../../parts/select.tsx';
import { CAPABILITIES, searchModels, type Capability, type Model, type ModelIndex, type ModelSearch } from './model-list.ts';

/** Most models that are listed at once. */
const MAX_LISTED = 100;

const ANY: ModelSearch = { text: '', mostUsd: null, leastContext: null, capabilities: [], order: 'name' };

type Props = { index: ModelIndex; chosen: readonly string[]; onChange: (models: string[]) => void };

/** @param chosen in order: the first is the model of the request. */
export function ModelChoice({ index, chosen, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const remove = (model: string) => {
    opener.current?.focus(); // the button that has the focus goes
    onChange(chosen.filter((one) => one !== model));
  };
  return (
    <fieldset class="stack">
      <legend>Models</legend>
      {chosen.length === 0 ? <p class="soft">None is chosen.</p> : null}
      <ul class="chips">
        {chosen.map((model) => (
          <li key={model} class="tag">
            <code>{model}</code>{' '}
            <Button class="plain" aria-label={`Remove ${model}`} onClick={() => remove(model)}>
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button ref={opener} onClick={() => setOpen(true)}>
          Choose models
        </Button>
      </div>
      {isOpen ? <PickerDialog index={index} chosen={chosen} onChange={onChange} onClose={() => setOpen(false)} /> : null}
    </fieldset>
  );
}

function PickerDialog({ index, chosen, onChange, onClose }: Props & { onClose: () => void }) {
  const [search, setSearch] = useState(ANY);
  const found = useMemo(() => searchModels(index.models, search), [index, search]);
  const toggle = (model: string) => {
    const isChosen = chosen.includes(model);
    onChange(isChosen ? chosen.filter((one) => one !== model) : [...chosen, model]);
    announce(`${model} ${isChosen ? 'removed' : 'added'}.`);
  };
  return (
    <Dialog title="Models" onClose={onClose}>
      <div class="stack">
        <SearchList found={found} search={search} chosen={chosen} onSearch={setSearch} onToggle={toggle} />
        <p class="soft">
          {found.length > MAX_LISTED
            ? `${MAX_LISTED} of ${formatCount(found.length)} models are listed: search to see others.`
            : `${found.length} models.`}{' '}
          Prices are in USD per million tokens of prompt + answer, at the cheapest provider. Any other name works as well: type it, such as{' '}
          <code>@provider/model-id</code>, and press Enter.
        </p>
      </div>
    </Dialog>
  );
}

type ListProps = {
  found: readonly Model[];
  search: ModelSearch;
  chosen: readonly string[];
  onSearch: (search: ModelSearch) => void;
  onToggle: (model: string) => void;
};

/** A search field, filters, and a list of checkboxes. Arrow keys move between them. */
function SearchList({ found, search, chosen, onSearch, onToggle }: ListProps) {
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // After the dialog was opened: it gives the focus to its first button.
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const typed = search.text.trim();
  const isOwnName = !found.some((model) => model.id === typed) && /^@?[^\s/]+\/\S+$/.test(typed);
  const names = [...(isOwnName ? [typed] : []), ...found.slice(0, MAX_LISTED).map((model) => model.id)];
  const byId = new Map(found.map((model) => [model.id, model]));
  const move = (event: KeyboardEvent, from: number) => {
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, PageDown: from + 10, PageUp: from - 10 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const boxes = list.current?.querySelectorAll('input');
    boxes?.[Math.min(Math.max(to, 0), boxes.length - 1)]?.focus();
  };
  return (
    <>
      <Field label="Search by name or provider" hint="Arrow keys move in the list, space chooses. Enter chooses the first.">
        {(props) => (
          <input
            {...props}
            type="search"
            ref={field}
            autocomplete="off"
            spellcheck={false}
            value={search.text}
            onInput={(event) => onSearch({ ...search, text: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && names[0] !== undefined) {
                event.preventDefault();
                onToggle(names[0]);
              } else move(event, -1);
            }}
          />
        )}
      </Field>
      <details>
        <summary>Filters and order</summary>
        <Filters search={search} onChange={onSearch} />
      </details>
      <ul class="options" ref={list}>
        {names.map((name, place) => (
          <li key={name}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={() => onToggle(name)}
                onKeyDown={(event) => move(event, place)}
              />{' '}
              <Option name={name} model={byId.get(name)} />
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}

function Option({ name, model }: { name: string; model: Model | undefined }) {
  if (model === undefined) return <span>Use “{name}” as it is typed</span>;
  const price = model.promptUsd === null ? 'price not known' : `${formatUsd(model.promptUsd)} + ${formatUsd(model.completionUsd)}`;
  const providers = model.endpoints.length === 1 ? '1 provider' : `${model.endpoints.length} providers`;
  return (
    <>
      <b>{name}</b>{' '}
      <span class="soft">{[price, `context ${formatCount(model.context)}`, providers, ...model.capabilities].join(' · ')}</span>
    </>
  );
}

const ORDERS: Readonly<Record<ModelSearch['order'], string>> = {
  name: 'by name',
  price: 'cheapest first',
  context: 'longest context first',
  providers: 'most providers first',
};

function Filters({ search, onChange }: { search: ModelSearch; onChange: (search: ModelSearch) => void }) {
  const numberOf = (text: string) => (text === '' || Number.isNaN(Number(text)) ? null : Number(text));
  const toggle = (capability: Capability) => {
    const { capabilities } = search;
    const next = capabilities.includes(capability) ? capabilities.filter((one) => one !== capability) : [...capabilities, capability];
    onChange({ ...search, capabilities: next });
  };
  return (
    <div class="stack">
      <div class="row">
        <Field label="At most, USD" hint="prompt + answer, per million tokens each">
          {(props) => (
            <input
              {...props}
              type="number"
              min="0"
              step="any"
              value={search.mostUsd ?? ''}
              onInput={(event) => onChange({ ...search, mostUsd: numberOf(event.currentTarget.value) })}
            />
          )}
        </Field>
        <Field label="Context, at least" hint="tokens">
          {(props) => (
            <input
              {...props}
              type="number"
              min="0"
              step="1000"
              value={search.leastContext ?? ''}
              onInput={(event) => onChange({ ...search, leastContext: numberOf(event.currentTarget.value) })}
            />
          )}
        </Field>
        <SelectField
          label="Order"
          hint="of the list"
          options={ORDERS}
          value={search.order}
          onChoose={(order) => onChange({ ...search, order: order as ModelSearch['order'] })}
        />
      </div>
      <fieldset class="checks">
        <legend>It has</legend>
        {CAPABILITIES.map((capability) => (
          <label key={capability}>
            <input type="checkbox" checked={search.capabilities.includes(capability)} onChange={() => toggle(capability)} /> {capability}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
