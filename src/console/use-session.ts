/** Who is signed in, as a hook. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { ApiError, callJson } from './api.ts';
import { forgetKept } from './pages/playground/kept-state.ts';
import { forgetRequests } from './recent-requests.ts';
import { forgetTab, readKey, writeKey } from './session.ts';

/** The caller, as the router sees the requests of this tab. `none`: the router requires a key. */
type Caller =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'none'; readonly message: string }
  | { readonly kind: 'caller' | 'admin'; readonly label: string };

/** The caller, and how to change it. */
export type Session = {
  readonly caller: Caller;
  /** Returns null, or why the key is not accepted. */
  signIn: (key: string) => Promise<string | null>;
  signOut: () => void;
};

const SessionContext = createContext<Session>({ caller: { kind: 'unknown' }, signIn: async () => null, signOut: () => undefined });

/** Gives the session to all parts. */
export const SessionProvider = SessionContext.Provider;

/** The session, in any part below the provider. */
export const useSession = (): Session => useContext(SessionContext);

/** True where keys of callers may be managed. */
export const isAdmin = ({ caller }: Session): boolean => caller.kind === 'admin';

/** Creates the session of the tab. */
export function useNewSession(): Session {
  const [caller, setCaller] = useState<Caller>({ kind: 'unknown' });
  useEffect(() => void askCaller().then(setCaller), []);
  return {
    caller,
    signIn: async (key) => {
      const before = readKey();
      writeKey(key);
      const next = await askCaller();
      if (next.kind === 'none') {
        writeKey(before);
        return next.message;
      }
      setCaller(next);
      return null;
    },
    signOut: () => {
      forgetRequests();
      forgetKept();
      forgetTab();
      setCaller({ kind: 'unknown' });
      void askCaller().then(setCaller);
    },
  };
}

type OwnKey = { data: { label: string; name?: string; is_management_key: boolean } };

async function askCaller(): Promise<Caller> {
  try {
    const { data } = await callJson<OwnKey>('/key');
    return { kind: data.is_management_key ? 'admin' : 'caller', label: data.name ?? data.label };
  } catch (thrown) {
    const message = thrown instanceof ApiError ? thrown.message : String(thrown);
    return { kind: 'none', message };
  }
}
