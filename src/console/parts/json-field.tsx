/** Edits a JSON value as text. Mistakes are named with line and column; until they are corrected the value before stays. */
import { useState } from 'preact/hooks';
import { Field } from './field.tsx';
import { describeMistake, readJsonText } from './json-text.ts';
import { isSameJson } from '../../lib/same-json.ts';

type Props = {
  label: string;
  hint?: string;
  /** Undefined = an empty text. */
  value: unknown;
  onChange: (value: unknown) => void;
  /** Says why a value cannot be taken; null = it can. */
  refuse?: (value: unknown) => string | null;
  rows?: number;
};

const write = (value: unknown) => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** A text area for a JSON value. It follows changes of the value that are made elsewhere. */
export function JsonField({ label, hint, value, onChange, refuse = () => null, rows = 6 }: Props) {
  const [typed, setTyped] = useState({ text: write(value), value });
  // The text stays as it was typed while it means the value, or while it means nothing yet.
  const text = isSameJson(typed.value, value) ? typed.text : write(value);
  const read = text.trim() === '' ? null : readJsonText(text);
  const objection = read === null ? null : read.isValid ? refuse(read.value) : describeMistake(read);
  const onInput = (next: string) => {
    const change = next.trim() === '' ? { value: undefined } : usableValue(next, refuse);
    setTyped({ text: next, value: change === null ? value : change.value });
    if (change !== null) onChange(change.value);
  };
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={objection === null ? null : `${objection} Until this is corrected, the value before is sent.`}
    >
      {(props) => (
        <textarea
          {...props}
          class="mono"
          rows={Math.min(30, Math.max(rows, text.split('\n').length))}
          spellcheck={false}
          value={text}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function usableValue(text: string, refuse: (value: unknown) => string | null): { value: unknown } | null {
  const read = readJsonText(text);
  return read.isValid && refuse(read.value) === null ? { value: read.value } : null;
}
