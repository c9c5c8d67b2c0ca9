/** The form of a key: a new one, or one that is changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Select } from '../../parts/select.tsx';
import type { KeyRecord } from './key.ts';
import {
  bodyOf,
  changesOf,
  fieldErrors,
  FIELDS,
  formOf,
  NEW_KEY,
  PARTS,
  type FieldText,
  type FieldValue,
  type LimitText,
} from './key-form.ts';
import { LimitEditor } from './limit-editor.tsx';

/** What the router answers to `POST /keys`; a change has no `key`. */
type Answer = { data: KeyRecord; key?: string };

/** @param existing null = a new key. @param onDone gets the text of a new key; null after a change. */
export function KeyEditor({ existing, onDone }: { existing: KeyRecord | null; onDone: (name: string, key: string | null) => void }) {
  const [form, setForm] = useState(existing === null ? NEW_KEY : formOf(existing));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus(), [errors]);
  const save = async (): Promise<Answer> => {
    if (existing === null) return callJson('/keys', { body: bodyOf(form) });
    const body = changesOf(existing, form);
    if (Object.keys(body).length === 0) return { data: existing };
    return callJson(`/keys/${existing.hash}`, { method: 'PATCH', body });
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { data, key = null } = await save();
      onDone(data.name, key);
    } catch (thrown) {
      setErrors(readErrors(thrown));
      setBusy(false);
    }
  };
  return (
    // The router checks every field, and words what it refuses.
    <form ref={element} class="stack" noValidate onSubmit={(event) => void submit(event)}>
      {errors[''] === undefined ? null : <Notice kind="bad">{errors['']}</Notice>}
      {PARTS.map((title, part) => {
        const fields = Object.entries(FIELDS).filter(([, [at]]) => at === part);
        const controls = fields.map(([name, field]) => (
          <Control
            key={name}
            field={field}
            value={form[name] ?? ''}
            error={errors[name]}
            onChange={(value) => setForm({ ...form, [name]: value })}
          />
        ));
        return part === 0 ? (
          controls
        ) : (
          <details key={title} open={existing !== null || fields.some(([name]) => name in errors)}>
            <summary>{title}</summary>
            <div class="stack">{controls}</div>
          </details>
        );
      })}
      <div>
        <button type="submit" class="main" disabled={isBusy}>
          {existing === null ? 'Create the key' : 'Save the changes'}
        </button>
      </div>
    </form>
  );
}

type ControlProps = { field: FieldText; value: FieldValue; error: string | undefined; onChange: (value: FieldValue) => void };

function Control({ field: [, kind, label, hint = '', options = {}], value, error, onChange }: ControlProps) {
  if (kind === 'limits')
    return <LimitEditor title={label} hint={hint} error={error} limits={value as readonly LimitText[]} onChange={onChange} />;
  if (kind === 'flag')
    return (
      <label>
        <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} /> {label}
      </label>
    );
  const text = String(value);
  const Tag = kind === 'lines' || kind === 'pairs' ? 'textarea' : 'input';
  return (
    <Field label={label} hint={hint} error={error ?? null}>
      {(props) =>
        kind === 'choice' ? (
          <Select {...props} options={options} value={text} onChoose={onChange} />
        ) : (
          <Tag
            {...props}
            {...(kind === 'time' ? { type: 'datetime-local', step: 1 } : { autocomplete: 'off', spellcheck: false })}
            value={text}
            onInput={(event: Event & { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => onChange(event.currentTarget.value)}
          />
        )
      }
    </Field>
  );
}

function readErrors(thrown: unknown): Readonly<Record<string, string>> {
  if (!(thrown instanceof ApiError)) return { '': String(thrown) };
  const { error } = (thrown.body ?? {}) as { error?: { param?: unknown } };
  return fieldErrors(typeof error?.param === 'string' ? error.param : null, thrown.message);
}
