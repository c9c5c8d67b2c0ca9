/** The form of a key: a new one, or one that is changed. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, callJson } from '../../api.ts';
import { Field } from '../../parts/field.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Select, type Options } from '../../parts/select.tsx';
import type { KeyRecord } from './key.ts';
import { bodyOf, changesOf, fieldErrors, formOf, KINDS, NEW_KEY, type FieldValue, type LimitText } from './key-form.ts';
import { LimitEditor } from './limit-editor.tsx';

/** What the router answers to `POST /keys`; a change has no `key`. */
type Answer = { data: KeyRecord; key?: string };

/** A field: its label, its hint, and the values of a choice. */
type FieldText = readonly [label: string, hint?: string | undefined, options?: Options];

/** The fields in their order, in three parts: the second and the third can be folded. */
const PARTS: readonly (readonly [title: string, fields: Readonly<Record<string, FieldText>>])[] = [
  [
    '',
    {
      name: ['Name', '1 to 200 characters'],
      limit: ['Limit in USD', 'Empty: no limit. At most 1,000,000'],
      limit_reset: [
        'Window of the limit',
        'Days, weeks and months of UTC',
        { '': 'in total', daily: 'a day', weekly: 'a week', monthly: 'a month' },
      ],
      soft_at: ['Warning from', 'Part of a limit, 0.01 to 1, from which answers carry a warning'],
      expires_at: ['Expires', 'In your time zone. Empty: never'],
    },
  ],
  [
    'More limits',
    {
      limits: ['Further limits', 'All hold at once; the tightest decides. One that is not by the calendar begins with the first request.'],
      user_limits: ['Limits of each user', 'For each user that requests name.'],
      session_limits: ['Limits of each session', 'For each session_id that requests name.'],
      on_unpriced: ['Requests whose cost is not known', undefined, { allow: 'allow them', refuse: 'refuse them while a limit counts USD' }],
      include_byok_in_limit: ["Answers with the caller's own provider keys count against limits in USD"],
    },
  ],
  [
    'Models, providers, tags, cache',
    {
      models: ['Models', 'A glob in each line: openai/* or an alias. Empty: all'],
      providers: ['Providers', 'A slug in each line: openai. Empty: all'],
      tags: ['Tags', 'name=value in each line, or a JSON object. They are in every row of Activity'],
      cache: ['Answers come from the response cache'],
      cache_ttl: ['Seconds in the cache', 'Of answers that come from it: 1 to 86,400. Empty: 300'],
      resumable: ['Streams can be resumed without a header'],
    },
  ],
];

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
      {PARTS.map(([title, fields]) => {
        const controls = Object.entries(fields).map(([name, text]) => (
          <Control
            key={name}
            name={name}
            text={text}
            value={form[name] ?? ''}
            error={errors[name]}
            onChange={(value) => setForm({ ...form, [name]: value })}
          />
        ));
        return title === '' ? (
          controls
        ) : (
          <details key={title} open={existing !== null || Object.keys(errors).some((name) => name in fields)}>
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

type ControlProps = { name: string; text: FieldText; value: FieldValue; error: string | undefined; onChange: (value: FieldValue) => void };

function Control({ name, text: [label, hint = '', options = {}], value, error, onChange }: ControlProps) {
  const kind = KINDS[name];
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
