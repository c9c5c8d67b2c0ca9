/** Copies a text to the clipboard and says so. */
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { announce } from './announce.tsx';

/** @param label what is copied: "Copy curl". */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text); // there is no clipboard where the origin is neither HTTPS nor this machine
      setCopied(true);
      announce('Copied.');
    } catch {
      announce('The browser does not allow copying. Select the text and copy it.');
    }
  };
  return (
    <Button onClick={() => void copy()} onBlur={() => setCopied(false)}>
      {isCopied ? 'Copied' : label}
    </Button>
  );
}
