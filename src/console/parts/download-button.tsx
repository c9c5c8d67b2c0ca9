/** Saves an answer of the router as a file. The key is in a header, so a link would not do. */
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { call, toError } from '../api.ts';
import { announce } from './announce.tsx';

/** So long the browser may take to begin to save, in milliseconds. */
const KEPT_MS = 60_000;

/** @param path below `/v1`. @param file name of the file. */
export function DownloadButton({ path, file, label }: { path: string; file: string; label: string }) {
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const download = async () => {
    setState('busy');
    try {
      const address = URL.createObjectURL(await (await call(path)).blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = file;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
      setState('idle');
      announce(`${file} is saved.`);
    } catch (thrown) {
      setState(toError(thrown));
    }
  };
  return (
    <span>
      <Button disabled={state === 'busy'} onClick={() => void download()}>
        {state === 'busy' ? 'Loading …' : label}
      </Button>
      {state instanceof Error ? (
        <span class="bad" role="alert">
          {' '}
          {state.message}
        </span>
      ) : null}
    </span>
  );
}
