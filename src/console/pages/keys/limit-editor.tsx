/** Adds, changes and removes limits of a list. */
import { useId } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { Select } from '../../parts/select.tsx';
import { RESOURCES, WINDOWS, type Resource, type WindowName } from './key.ts';
import { NEW_LIMIT, type LimitText } from './key-form.ts';

type EditorProps = {
  title: string;
  hint: string;
  error: string | undefined;
  limits: readonly LimitText[];
  onChange: (limits: readonly LimitText[]) => void;
};

/** @param error of the router, about the list or an entry of it. */
export function LimitEditor({ title, hint, error, limits, onChange }: EditorProps) {
  const id = useId();
  const change = (index: number, changes: Partial<LimitText>) =>
    onChange(limits.map((limit, at) => (at === index ? { ...limit, ...changes } : limit)));
  return (
    <fieldset aria-describedby={error === undefined ? id : `${id} ${id}-error`}>
      <legend>{title}</legend>
      <small id={id} class="soft">
        {hint}
      </small>
      {limits.map((limit, index) => (
        <LimitRow
          key={index}
          name={`${title} ${index + 1}`}
          limit={limit}
          onChange={(changes) => change(index, changes)}
          onRemove={() => onChange(limits.filter((_, at) => at !== index))}
        />
      ))}
      {error === undefined ? null : (
        <small id={`${id}-error`} class="bad line" role="alert">
          {error}
        </small>
      )}
      <p>
        <Button onClick={() => onChange([...limits, NEW_LIMIT])}>Add a limit</Button>
      </p>
    </fieldset>
  );
}

type RowProps = { name: string; limit: LimitText; onChange: (changes: Partial<LimitText>) => void; onRemove: () => void };

function LimitRow({ name, limit: { resource, window, amount, calendar, timezone }, onChange, onRemove }: RowProps) {
  return (
    <div class="row limit-row">
      <input
        aria-label={`${name}: amount`}
        inputmode="decimal"
        size={9}
        value={amount}
        onInput={(event) => onChange({ amount: event.currentTarget.value })}
      />
      <Select
        aria-label={`${name}: what is counted`}
        options={RESOURCES}
        value={resource}
        onChoose={(value) => onChange({ resource: value as Resource })}
      />
      {resource === 'concurrent' ? null : (
        <>
          <Select
            aria-label={`${name}: window`}
            options={WINDOWS}
            value={window}
            onChoose={(value) => onChange({ window: value as WindowName })}
          />
          <label>
            <input type="checkbox" checked={calendar} onChange={(event) => onChange({ calendar: event.currentTarget.checked })} /> by the
            calendar
          </label>
          {calendar ? (
            <input
              aria-label={`${name}: time zone`}
              size={14}
              spellcheck={false}
              value={timezone}
              onInput={(event) => onChange({ timezone: event.currentTarget.value })}
            />
          ) : null}
        </>
      )}
      <Button aria-label={`Remove ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </div>
  );
}
