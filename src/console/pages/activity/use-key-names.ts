/** Names of the keys, for the operator, as a hook. */
import { callJson } from '../../api.ts';
import { useLoad } from '../../use-load.ts';
import { isAdmin, useSession } from '../../use-session.ts';
import type { KeyNames } from './labels.ts';

type Keys = { data: readonly { hash: string; name: string }[] };

const NONE: KeyNames = new Map();

/** The newest 100 keys. Empty for callers, and while they are loaded: keys are then shown by their hashes. */
export function useKeyNames(): KeyNames {
  const mayList = isAdmin(useSession());
  const loaded = useLoad(
    async (signal) => {
      if (!mayList) return NONE;
      const { data } = await callJson<Keys>('/keys?include_disabled=true', { signal });
      return new Map(data.map(({ hash, name }) => [hash, name]));
    },
    [mayList],
  );
  return loaded.value ?? NONE;
}
