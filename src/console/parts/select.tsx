/** A choice among a few values. */
import type { ComponentChildren } from 'preact';
import { Field, type ControlProps } from './field.tsx';

/** Titles by their values. */
export type Options = Readonly<Record<string, string>>;

/** Options whose titles are their values, each once. @param empty title of the empty value; absent = there is none. */
export const optionsOf = (values: readonly string[], empty?: string): Options =>
  Object.fromEntries([...(empty === undefined ? [] : [['', empty]]), ...values.map((value) => [value, value])]) as Options;

type SelectProps = { options: Options; value: string; onChoose: (value: string) => void };

/** The control alone: it needs a label, or `aria-label`. */
export function Select({ options, onChoose, ...props }: SelectProps & (ControlProps | { 'aria-label': string })) {
  return (
    <select {...props} onChange={(event) => onChoose(event.currentTarget.value)}>
      {Object.entries(options).map(([value, title]) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** The same with a label. */
export function SelectField({ label, hint, ...select }: SelectProps & { label: string; hint?: ComponentChildren }) {
  return (
    <Field label={label} hint={hint}>
      {(props) => <Select {...props} {...select} />}
    </Field>
  );
}
