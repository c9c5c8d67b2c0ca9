/** Keeps states that are too long for the address in the storage of this tab. */
import { hashText } from '../../../lib/hash.ts';

/** Begins the names in the storage. */
const PREFIX = 'tributary-playground-';

/** So many long states are kept, for the "back" of the browser. */
const MAX_KEPT = 5;

/** Keeps a state. @returns its name; null where the storage is full or forbidden. */
export function keepState(query: string, storage: Storage = sessionStorage): string | null {
  const name = hashText(query);
  try {
    const kept = Object.keys(storage).filter((key) => key.startsWith(PREFIX) && key !== PREFIX + name);
    for (const key of kept.slice(0, Math.max(0, kept.length - MAX_KEPT + 1))) storage.removeItem(key);
    storage.setItem(PREFIX + name, query);
    return name;
  } catch {
    return null;
  }
}

/** A state that was kept; null = it is not, or no longer, in this tab. */
export function readKept(name: string, storage: Storage = sessionStorage): string | null {
  try {
    return storage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Forgets all states: they have prompts of the person who signs out. */
export function forgetKept(storage?: Storage): void {
  try {
    const from = storage ?? sessionStorage;
    for (const key of Object.keys(from)) if (key.startsWith(PREFIX)) from.removeItem(key);
  } catch {
    // Storage is forbidden: nothing is kept.
  }
}
