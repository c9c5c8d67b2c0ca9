/** The polite live region: says that something started, finished or failed. Streamed text is never in it. */
import { useEffect, useState } from 'preact/hooks';

const listeners = new Set<(text: string) => void>();

/** Announces a sentence to screen readers. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

/** The region. There is one, in the shell. */
export function LiveRegion() {
  const [text, setText] = useState('');
  useEffect(() => {
    listeners.add(setText);
    return () => void listeners.delete(setText);
  }, []);
  return (
    <output class="unseen" aria-live="polite">
      {text}
    </output>
  );
}
