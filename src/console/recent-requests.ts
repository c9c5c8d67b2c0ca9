/**
 * The last requests that the playground of this tab has sent, by the ids of their answers: the router keeps no content. They are in the storage of
 * the tab, which ends with it, and are forgotten on signing out.
 */

/** Name in the tab's storage. */
const NAME = 'tributary-requests';

/** Most requests that are kept. */
const MAX_REQUESTS = 30;

/** Most characters of all of them; a tab's storage has about five million. */
const MAX_CHARACTERS = 1_000_000;

/** A request: the id of its answer without prefix, and the state of the playground as it is in its address. */
type Recent = readonly [id: string, query: string];

/** Keeps a request. One that is too large is not kept. @param query state of the playground, as in its address, without `?`. */
export function rememberRequest(generationId: string, query: string): void {
  write(addRecent(read(), generationId, query));
}

/** The state of the playground that led to an answer; null = this tab does not have it. */
export function recallRequest(generationId: string): string | null {
  const id = withoutPrefix(generationId);
  return read().find(([known]) => known === id)?.[1] ?? null;
}

/** Forgets all requests. */
export const forgetRequests = (): void => write([]);

/** The list with a request in front, within its bounds. Pure. */
export function addRecent(list: readonly Recent[], generationId: string, query: string): Recent[] {
  const id = withoutPrefix(generationId);
  const others = list.filter(([known]) => known !== id);
  if (query.length > MAX_CHARACTERS) return others;
  const next: Recent[] = [[id, query], ...others].slice(0, MAX_REQUESTS) as Recent[];
  let characters = 0;
  return next.filter(([, text]) => (characters += text.length) <= MAX_CHARACTERS);
}

/** Reads what is in the storage: anything else than a list of pairs of texts is left out. Pure. */
export function parseRecent(text: string | null): Recent[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(list) ? list.filter(isRecent) : [];
  } catch {
    return [];
  }
}

const isRecent = (entry: unknown): entry is Recent =>
  Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string');

/** Each client format has its own prefix: `gen-`, `chatcmpl-`, `msg_`, `resp_`. */
const withoutPrefix = (id: string): string => id.replace(/^[a-z]+[-_]/, '');

/** In memory where storage is forbidden. */
let inMemory: string | null = null;

function read(): Recent[] {
  try {
    return parseRecent(sessionStorage.getItem(NAME) ?? inMemory);
  } catch {
    return parseRecent(inMemory);
  }
}

function write(list: readonly Recent[]): void {
  const text = JSON.stringify(list);
  try {
    sessionStorage.setItem(NAME, text);
    inMemory = null;
  } catch {
    inMemory = text;
  }
}
