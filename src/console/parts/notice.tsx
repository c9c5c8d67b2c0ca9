/** Messages within a page: errors with what to do next, and what is being loaded. */
import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import type { Loaded } from '../use-load.ts';

/** A message. `bad` ones are announced at once. */
export function Notice({ kind = 'plain', children }: { kind?: 'plain' | 'warn' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} {...(kind === 'bad' ? { role: 'alert' } : {})}>
      {children}
    </div>
  );
}

/** Shows what was loaded, or that it is being loaded, or why it could not be. */
export function Load<Value>({ of: loaded, children }: { of: Loaded<Value>; children: (value: Value) => ComponentChildren }) {
  if (loaded.error !== null)
    return (
      <Notice kind="bad">
        {loaded.error.message} <Button onClick={loaded.reload}>Try again</Button>
      </Notice>
    );
  if (loaded.value === null) return <p class="soft">Loading …</p>;
  return <div aria-busy={loaded.isLoading}>{children(loaded.value)}</div>;
}
