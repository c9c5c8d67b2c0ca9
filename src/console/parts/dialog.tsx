/** A modal dialog. The browser keeps the focus in it, closes it with Escape, and gives the focus back. */
import { Button } from './button.tsx';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @param onClose called after the dialog was closed in any way. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  // The browser reports that a dialog was closed later: a dialog that is gone must not close the one that has taken its place.
  const isShown = useRef(true);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      isShown.current = false;
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} aria-label={title} onClose={() => isShown.current && onClose()}>
      <div class="dialog-head">
        <h2>{title}</h2>
        <Button onClick={() => element.current?.close()}>Close</Button>
      </div>
      {children}
    </dialog>
  );
}
