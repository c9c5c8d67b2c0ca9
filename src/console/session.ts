/** The key of this browser tab. It is kept until the tab is closed, and in no address. */

/** Name in the tab's storage. */
const NAME = 'tributary-key';

/** The key; null = none was given. Storage may be forbidden: the key is then kept in memory. */
export function readKey(): string | null {
  try {
    return sessionStorage.getItem(NAME) ?? inMemory;
  } catch {
    return inMemory;
  }
}

/** Keeps a key, or forgets it. */
export function writeKey(key: string | null): void {
  inMemory = key;
  try {
    if (key === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, key);
  } catch {
    // It stays in memory.
  }
}

/** Forgets the key and everything else that this tab has kept: requests that were sent, long states of the playground. */
export function forgetTab(): void {
  inMemory = null;
  try {
    sessionStorage.clear();
  } catch {
    // Nothing is kept there.
  }
}

let inMemory: string | null = null;
