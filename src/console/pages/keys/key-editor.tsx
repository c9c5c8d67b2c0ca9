/** The form of a key: a new one, or one that is changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import type { KeyRecord } from './key.ts';
import { bodyOf, changesOf, fieldErrors, formOf, NEW_KEY, type KeyForm } from './key-form.ts';
import { LimitEditor } from './limit-editor.tsx';

/** What the router answers to `POST /keys`; a change has no `key`. */
type Answer = { data: KeyRecord; key?: string };

/** @param existing null = a new key. @param onDone gets the text of a new key; null after a change. */
export function KeyEditor({ existing, onDone }: { existing: KeyRecord | null; onDone: (name: string, key: string | null) => void }) {
  const [form, setForm] = useState<KeyForm>(existing === null ? NEW_KEY : formOf(existing));
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus(), [errors]);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { data, key = null } = await save(existing, form);
      onDone(data.name, key);
    } catch (thrown) {
      setErrors(readErrors(thrown));
      setBusy(false);
    }
  };
  const set = (changes: Partial<KeyForm>) => setForm({ ...form, ...changes });
  return (
    // The router checks every field, and words what it refuses.
    <form ref={element} class="stack" noValidate onSubmit={(event) => void submit(event)}>
      {errors[''] === undefined ? null : <Notice kind="bad">{errors['']}</Notice>}
      <MainFields form={form} errors={errors} set={set} />
      <details open={existing !== null || Object.keys(errors).some((name) => LIMIT_FIELDS.has(name))}>
        <summary>More limits</summary>
        <MoreLimits form={form} errors={errors} set={set} />
      </details>
      <details open={existing !== null || Object.keys(errors).some((name) => RULE_FIELDS.has(name))}>
        <summary>Models, providers, tags, cache</summary>
        <RuleFields form={form} errors={errors} set={set} />
      </details>
      <div>
        <button type="submit" class="main" disabled={isBusy}>
          {existing === null ? 'Create the key' : 'Save the changes'}
        </button>
      </div>
    </form>
  );
}

type FieldsProps = { form: KeyForm; errors: Readonly<Record<string, string>>; set: (changes: Partial<KeyForm>) => void };

function MainFields({ form, errors, set }: FieldsProps) {
  return (
    <>
      <Text name="name" label="Name" hint="1 to 200 characters" form={form} errors={errors} set={set} />
      <div class="row">
        <Text name="limit" label="Limit in USD" hint="Empty: no limit. At most 1,000,000" form={form} errors={errors} set={set} />
        <Select name="limit_reset" label="Window of the limit" options={RESETS} form={form} errors={errors} set={set} />
      </div>
      <div class="row">
        <Text
          name="soft_at"
          label="Warning from"
          hint="Part of a limit, 0.01 to 1, from which answers carry a warning"
          form={form}
          errors={errors}
          set={set}
        />
        <Field label="Expires" hint="In your time zone. Empty: never" error={errors['expires_at'] ?? null}>
          {(props) => (
            <input
              {...props}
              type="datetime-local"
              step={1}
              value={form.expires_at}
              onInput={(event) => set({ expires_at: event.currentTarget.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}

function MoreLimits({ form, errors, set }: FieldsProps) {
  return (
    <div class="stack">
      <LimitEditor
        title="Further limits"
        hint="All hold at once; the tightest decides. A limit that is not by the calendar begins with the first request."
        error={errors['limits']}
        limits={form.limits}
        onChange={(limits) => set({ limits })}
      />
      <LimitEditor
        title="Limits of each user"
        hint="For each `user` that requests name."
        error={errors['user_limits']}
        limits={form.user_limits}
        onChange={(limits) => set({ user_limits: limits })}
      />
      <LimitEditor
        title="Limits of each session"
        hint="For each `session_id` that requests name."
        error={errors['session_limits']}
        limits={form.session_limits}
        onChange={(limits) => set({ session_limits: limits })}
      />
      <Select name="on_unpriced" label="Requests whose cost is not known" options={UNPRICED} form={form} errors={errors} set={set} />
      <Check
        name="include_byok_in_limit"
        label="Answers with the caller's own provider keys count against limits in USD"
        form={form}
        errors={errors}
        set={set}
      />
    </div>
  );
}

/** Names of {@link MoreLimits}. */
const LIMIT_FIELDS = new Set(['limits', 'user_limits', 'session_limits', 'on_unpriced']);

/** Names of {@link RuleFields}. */
const RULE_FIELDS = new Set(['models', 'providers', 'tags', 'cache', 'cache_ttl', 'resumable']);

function RuleFields({ form, errors, set }: FieldsProps) {
  return (
    <div class="stack">
      <Lines
        name="models"
        label="Models"
        hint="A glob in each line: openai/* or an alias. Empty: all"
        form={form}
        errors={errors}
        set={set}
      />
      <Lines name="providers" label="Providers" hint="A slug in each line: openai. Empty: all" form={form} errors={errors} set={set} />
      <Lines
        name="tags"
        label="Tags"
        hint="name=value in each line, or a JSON object. They are in every row of Activity"
        form={form}
        errors={errors}
        set={set}
      />
      <Check name="cache" label="Answers come from the response cache" form={form} errors={errors} set={set} />
      {form.cache ? (
        <Text name="cache_ttl" label="Seconds in the cache" hint="1 to 86,400. Empty: 300" form={form} errors={errors} set={set} />
      ) : null}
      <Check name="resumable" label="Streams can be resumed without a header" form={form} errors={errors} set={set} />
    </div>
  );
}

const RESETS = { '': 'in total', daily: 'a day', weekly: 'a week, from Monday', monthly: 'a month' };
const UNPRICED = { allow: 'allow them', refuse: 'refuse them while a limit counts USD' };

type Names<Value> = { [Name in keyof KeyForm]: KeyForm[Name] extends Value ? Name : never }[keyof KeyForm];
type ControlProps<Value> = FieldsProps & { name: Names<Value>; label: string };

function Text({ name, label, hint, form, errors, set }: ControlProps<string> & { hint: string }) {
  return (
    <Field label={label} hint={hint} error={errors[name] ?? null}>
      {(props) => (
        <input {...props} value={form[name]} autocomplete="off" onInput={(event) => set({ [name]: event.currentTarget.value })} />
      )}
    </Field>
  );
}

function Lines({ name, label, hint, form, errors, set }: ControlProps<string> & { hint: string }) {
  return (
    <Field label={label} hint={hint} error={errors[name] ?? null}>
      {(props) => (
        <textarea
          {...props}
          rows={2}
          spellcheck={false}
          value={form[name]}
          onInput={(event) => set({ [name]: event.currentTarget.value })}
        />
      )}
    </Field>
  );
}

function Select({ name, label, options, form, errors, set }: ControlProps<string> & { options: Readonly<Record<string, string>> }) {
  return (
    <Field label={label} error={errors[name] ?? null}>
      {(props) => (
        <select {...props} value={form[name]} onChange={(event) => set({ [name]: event.currentTarget.value })}>
          {Object.entries(options).map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Check({ name, label, form, set }: ControlProps<boolean>) {
  return (
    <label>
      <input type="checkbox" checked={form[name]} onChange={(event) => set({ [name]: event.currentTarget.checked })} /> {label}
    </label>
  );
}

async function save(existing: KeyRecord | null, form: KeyForm): Promise<Answer> {
  if (existing === null) return callJson<Answer>('/keys', { body: bodyOf(form) });
  const changes = changesOf(existing, form);
  if (Object.keys(changes).length === 0) return { data: existing };
  return callJson<Answer>(`/keys/${existing.hash}`, { method: 'PATCH', body: changes });
}

function readErrors(thrown: unknown): Readonly<Record<string, string>> {
  if (!(thrown instanceof ApiError)) return { '': String(thrown) };
  const { body } = thrown;
  const error: unknown = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  const param = typeof error === 'object' && error !== null && 'param' in error && typeof error.param === 'string' ? error.param : null;
  return fieldErrors(param, thrown.message);
}
