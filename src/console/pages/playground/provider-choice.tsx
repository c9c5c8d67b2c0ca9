/** Chooses the providers that are put side by side. */
import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { Field } from '../../parts/field.tsx';
import { providersOf, type ModelIndex } from './model-list.ts';
import type { ProviderInfo } from './playground-api.ts';

/** So many providers need no search. */
const MANY = 12;

type Props = {
  index: ModelIndex;
  providers: ReadonlyMap<string, ProviderInfo>;
  models: readonly string[];
  chosen: readonly string[];
  onChange: (providers: string[]) => void;
};

/** @param models whose providers are listed. For names that no list has, all providers are. */
export function ProviderChoice({ index, providers, models, chosen, onChange }: Props) {
  const [text, setText] = useState('');
  const listed = providersOf(index, models);
  const offered = listed.length > 0 ? listed : [...providers.keys()];
  const all = [...new Set([...chosen, ...offered])];
  const nameOf = (slug: string) => providers.get(slug)?.name ?? slug;
  const wanted = text.trim().toLowerCase();
  const shown = all.filter((slug) => chosen.includes(slug) || `${slug} ${nameOf(slug)}`.toLowerCase().includes(wanted));
  return (
    <fieldset class="stack">
      <legend>Providers, side by side</legend>
      <p class="soft">
        {chosen.length === 0 ? 'None is chosen: the router decides, as it does for your programs.' : 'Each gets a column of its own.'}{' '}
        {chosen.length === 0 ? null : (
          <Button class="plain" onClick={() => onChange([])}>
            Let the router decide
          </Button>
        )}
      </p>
      {all.length > MANY ? (
        <Field label={`Search ${all.length} providers`}>
          {(props) => <input {...props} type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} />}
        </Field>
      ) : null}
      <div class="checks short">
        {shown.map((slug) => (
          <label key={slug}>
            <input
              type="checkbox"
              checked={chosen.includes(slug)}
              onChange={() => onChange(chosen.includes(slug) ? chosen.filter((one) => one !== slug) : [...chosen, slug])}
            />{' '}
            {nameOf(slug)}
            {providers.get(slug)?.ready === false ? <span class="soft"> (no key)</span> : null}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
