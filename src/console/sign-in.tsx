/** Takes the key of a caller or of the operator. */
import { useState } from 'preact/hooks';
import { Button } from './parts/button.tsx';
import { Dialog } from './parts/dialog.tsx';
import { Field } from './parts/field.tsx';
import { Notice } from './parts/notice.tsx';
import { readKey } from './session.ts';
import { useSession } from './use-session.ts';

/** The form. @param onDone called after a key was accepted. */
function KeyForm({ onDone }: { onDone: () => void }) {
  const { signIn } = useSession();
  const [key, setKey] = useState('');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const refusal = key.trim() === '' ? 'Enter a key.' : await signIn(key.trim());
    setError(refusal);
    if (refusal === null) onDone();
  };
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <Field
        label="Key"
        error={error}
        hint="A key of this router, or its ADMIN_API_KEY (npm run dev prints it). It is kept in this tab until you close it, and sent to this origin only."
      >
        {(props) => (
          <input
            {...props}
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        )}
      </Field>
      <div>
        <button type="submit" class="main">
          Sign in
        </button>
      </div>
    </form>
  );
}

/** The page of a router that requires a key. @param message why the request without a key, or with the key before, was refused. */
export function SignIn({ message }: { message: string }) {
  return (
    <div class="stack">
      <h1>Sign in</h1>
      <Notice>{message}</Notice>
      <KeyForm onDone={() => undefined} />
    </div>
  );
}

/** The same in a dialog, with the way to sign out. */
export function SignInDialog({ onClose }: { onClose: () => void }) {
  const { caller, signOut } = useSession();
  return (
    <Dialog title="Key" onClose={onClose}>
      <p>
        {caller.kind === 'admin' || caller.kind === 'caller'
          ? `Signed in: ${caller.label}${caller.kind === 'admin' ? ' (operator)' : ''}.`
          : 'Not signed in.'}
      </p>
      <KeyForm onDone={onClose} />
      {readKey() === null ? null : (
        <p>
          <Button
            onClick={() => {
              signOut();
              onClose();
            }}
          >
            Sign out
          </Button>
        </p>
      )}
    </Dialog>
  );
}
