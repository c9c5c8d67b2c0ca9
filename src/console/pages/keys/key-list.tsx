/** The keys of callers, for the operator. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { callJson, toError } from '../../api.ts';
import { formatTime } from '../../format.ts';
import { announce } from '../../parts/announce.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Load, Notice } from '../../parts/notice.tsx';
import { routeHref } from '../../route.ts';
import { useLoad } from '../../use-load.ts';
import type { RouteState } from '../../use-route.ts';
import { stateOf, type KeyRecord } from './key.ts';
import { KeyEditor } from './key-editor.tsx';
import { KeyLimits, KeyRules, KeySpent } from './key-facts.tsx';
import { RefuseDialog, type Refusal } from './refuse-dialog.tsx';

/** Keys of a page: the router gives at most so many. */
const PAGE = 100;

/** What is open above the list. */
type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'created'; readonly name: string; readonly key: string }
  | { readonly kind: 'edit'; readonly record: KeyRecord }
  | { readonly kind: Refusal; readonly record: KeyRecord };

/** @param route `offset` of the page. */
export function KeyList({ route }: { route: RouteState }) {
  const [open, setOpen] = useState<Open | null>(null);
  const [error, setError] = useState<string | null>(null);
  const newButton = useRef<HTMLButtonElement>(null);
  const isRemoved = useRef(false);
  const offset = Math.max(0, Math.floor(Number(route.query.get('offset') ?? 0)) || 0);
  const path = `/keys?include_disabled=true&offset=${offset}&limit=${PAGE}`;
  const keys = useLoad(async (signal) => (await callJson<{ data: readonly KeyRecord[] }>(path, { signal })).data, [offset]);
  useEffect(() => {
    // The button that opened the dialog has gone with its key.
    if (isRemoved.current) newButton.current?.focus();
    isRemoved.current = false;
  }, [keys.value]);
  const close = (isDone: boolean) => {
    setOpen(null);
    if (!isDone) return;
    isRemoved.current = open?.kind === 'delete';
    keys.reload();
  };
  const done = (name: string, key: string | null) => {
    setOpen(key === null ? null : { kind: 'created', name, key });
    announce(`${name} is saved.`);
    keys.reload();
  };
  const enable = async ({ hash, name }: KeyRecord) => {
    try {
      await callJson(`/keys/${hash}`, { method: 'PATCH', body: { disabled: false } });
      setError(null);
      announce(`${name} is enabled.`);
    } catch (thrown) {
      setError(`${name} was not enabled. ${toError(thrown).message}`);
    }
    keys.reload();
  };
  return (
    <>
      <p>
        <Button ref={newButton} class="main" onClick={() => setOpen({ kind: 'new' })}>
          New key
        </Button>
      </p>
      {error === null ? null : <Notice kind="bad">{error}</Notice>}
      <Load of={keys}>
        {(records) => (
          <>
            {records.length === 0 ? (
              <Notice>
                There are no keys{offset === 0 ? '. Create one for each application or person, with a limit of its own' : ' here'}.
              </Notice>
            ) : null}
            {records.map((record) => (
              <KeyPanel key={record.hash} record={record} onOpen={setOpen} onEnable={() => void enable(record)} />
            ))}
            <p class="row">
              {offset === 0 ? null : (
                <Button onClick={() => route.setQuery({ offset: offset > PAGE ? String(offset - PAGE) : null })}>Newer</Button>
              )}
              {records.length < PAGE ? null : <Button onClick={() => route.setQuery({ offset: String(offset + PAGE) })}>Older</Button>}
            </p>
          </>
        )}
      </Load>
      {open?.kind === 'new' || open?.kind === 'edit' ? (
        <Dialog title={open.kind === 'new' ? 'New key' : `Change ${open.record.name}`} onClose={() => close(false)}>
          <KeyEditor existing={open.kind === 'new' ? null : open.record} onDone={done} />
        </Dialog>
      ) : null}
      {open?.kind === 'created' ? <CreatedKey name={open.name} text={open.key} onClose={() => close(false)} /> : null}
      {open?.kind === 'disable' || open?.kind === 'delete' ? (
        <RefuseDialog record={open.record} action={open.kind} onClose={close} />
      ) : null}
    </>
  );
}

/** The only place that ever shows a key. */
function CreatedKey({ name, text, onClose }: { name: string; text: string; onClose: () => void }) {
  return (
    <Dialog title={`The key of ${name}`} onClose={onClose}>
      <Notice kind="warn">Copy it now: it is shown this once. The router keeps its hash only.</Notice>
      <pre class="new-key">{text}</pre>
      <p>
        <CopyButton text={text} label="Copy the key" />
      </p>
    </Dialog>
  );
}

function KeyPanel({ record, onOpen, onEnable }: { record: KeyRecord; onOpen: (open: Open) => void; onEnable: () => void }) {
  const state = stateOf(record, Date.now());
  const tags = Object.entries(record.tags).map(([name, value]) => `${name}: ${value}`);
  return (
    <section class="panel key-panel" aria-label={`Key ${record.name}, ${record.label}`}>
      <h2>
        {record.name} <span class={`tag ${state === 'active' ? 'good' : 'bad'}`}>{state}</span>
      </h2>
      <p class="soft">
        <code>{record.label}</code>, created {formatTime(record.created_at)}
        {tags.length === 0 ? '' : `, ${tags.join(', ')}`}
      </p>
      <div class="columns">
        <div>
          <KeyLimits state={record} />
        </div>
        <div>
          <KeySpent state={record} />
          <details>
            <summary>What it may do</summary>
            <KeyRules state={record} />
          </details>
        </div>
      </div>
      <p class="row no-print">
        <a class="button" href={routeHref('activity', { key: record.hash, range: '30d' })}>
          Activity<span class="unseen"> of {record.name}</span>
        </a>
        <Button onClick={() => onOpen({ kind: 'edit', record })}>
          Change<span class="unseen"> {record.name}</span>
        </Button>
        {record.disabled ? (
          <Button onClick={onEnable}>
            Enable<span class="unseen"> {record.name}</span>
          </Button>
        ) : (
          <Button onClick={() => onOpen({ kind: 'disable', record })}>
            Disable<span class="unseen"> {record.name}</span>
          </Button>
        )}
        <Button onClick={() => onOpen({ kind: 'delete', record })}>
          Delete<span class="unseen"> {record.name}</span>
        </Button>
      </p>
    </section>
  );
}
