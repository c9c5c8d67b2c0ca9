/** The file of a provider, in a dialog: it is read with the key of the tab, so a link would not do. */
import { useState } from 'preact/hooks';
import { callText } from '../../api.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Load } from '../../parts/notice.tsx';
import { useLoad } from '../../use-load.ts';
import { sourcePath } from './provider-detail.ts';

/** @param slug of the provider. */
export function SourceFile({ slug }: { slug: string }) {
  const [isOpen, setOpen] = useState(false);
  const name = `providers/${slug}.jsonc`;
  return (
    <>
      <Button class="plain" onClick={() => setOpen(true)}>
        {name}
      </Button>
      {isOpen ? (
        <Dialog title={name} onClose={() => setOpen(false)}>
          <Source path={sourcePath(slug)} />
        </Dialog>
      ) : null}
    </>
  );
}

function Source({ path }: { path: string }) {
  const source = useLoad((signal) => callText(path, signal), [path]);
  return <Load of={source}>{(text) => <pre>{text}</pre>}</Load>;
}
