/** Asks before a key is disabled or deleted. */
import { useState } from 'preact/hooks';
import { Button } from '../../parts/button.tsx';
import { callJson } from '../../api.ts';
import { announce } from '../../parts/announce.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Notice } from '../../parts/notice.tsx';
import type { KeyRecord } from './key.ts';

/** What is done to a key. */
export type Refusal = 'disable' | 'delete';

/** @param onClose called with true after it was done. */
export function RefuseDialog({ record, action, onClose }: { record: KeyRecord; action: Refusal; onClose: (isDone: boolean) => void }) {
  const [isHard, setHard] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const confirm = async () => {
    try {
      const path = `/keys/${record.hash}${isHard ? '?hard=true' : ''}`;
      await callJson(path, action === 'delete' ? { method: 'DELETE' } : { method: 'PATCH', body: { disabled: true } });
      announce(`${record.name} is ${action}d.`);
      onClose(true);
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  return (
    <Dialog title={`${action === 'delete' ? 'Delete' : 'Disable'} ${record.name}?`} onClose={() => onClose(false)}>
      {error === null ? null : <Notice kind="bad">{error}</Notice>}
      <p>
        {action === 'delete' ? 'This cannot be undone. What it has spent stays in Activity.' : 'It can be enabled again.'} Requests with the
        key <code>{record.label}</code> get a 401: at once in the isolate that makes the change, in all others within 60 seconds. Answers in
        progress are not cut off.
      </p>
      <label>
        <input type="checkbox" checked={isHard} onChange={(event) => setHard(event.currentTarget.checked)} /> Refuse it everywhere at once
      </label>
      <p class="soft">
        A key with limits is then refused by its own object: at once, or within 10 seconds where an isolate spends a slice. Requests of a
        key without limits ask no object: 60 seconds remain.
      </p>
      <p>
        <Button class="main" onClick={() => void confirm()}>
          {action === 'delete' ? 'Delete the key' : 'Disable the key'}
        </Button>
      </p>
    </Dialog>
  );
}
