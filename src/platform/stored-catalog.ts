/**
 * Reads the catalogue from a KV namespace (`CATALOG`), so that provider files take effect without a deployment. The pointer is read at
 * most once a minute and never while a request waits. A catalogue that cannot be used changes nothing: the one in use stays, and a log line
 * gives the reason.
 */
import type { Clock } from '../lib/clock.ts';
import { sha256Hex } from '../lib/hash.ts';
import { isObject, parseJson, textOf } from '../lib/json.ts';
import { CATALOG_LAYOUT, readCatalog, type WrittenCatalog } from '../registry/catalog.ts';
import { boundTo } from './bindings.ts';
import type { Env } from './env.ts';

/** A pushed catalogue: SHA-256 of its JSON text in hex, and when it was pushed (ISO 8601). */
export type PushedCatalog = { hash: string; pushedAt: string };

/** What the key {@link POINTER_KEY} holds: the catalogue in use (null = that of the deployed Worker), and those before it, latest first. */
export type CatalogPointer = { current: PushedCatalog | null; earlier: PushedCatalog[] };

/** Earlier catalogues that a rollback can reach. */
const MAX_EARLIER = 10;

/** The pointer after a push. The catalogue in use before becomes the latest of the earlier ones. */
export const pointTo = ({ current, earlier }: CatalogPointer, pushed: PushedCatalog): CatalogPointer => ({
  current: pushed,
  earlier: (current === null ? earlier : [current, ...earlier]).filter(({ hash }) => hash !== pushed.hash).slice(0, MAX_EARLIER),
});

/** The pointer after a rollback: to the latest earlier catalogue, or to that of the deployed Worker where there is none. */
export const pointBack = ({ earlier }: CatalogPointer): CatalogPointer => ({ current: earlier[0] ?? null, earlier: earlier.slice(1) });

/** Key of the pointer. */
export const POINTER_KEY = 'pointer';

/** Key of a catalogue. */
export const catalogKey = (hash: string): string => `catalog:${hash}`;

/** What is used of a KV namespace. */
export type CatalogStore = { get(key: string): Promise<string | null> };

/** The namespace that is bound as `CATALOG`; null = none is. */
export const catalogStore = (env: Env): CatalogStore | null => boundTo<CatalogStore>(env, 'CATALOG', 'get');

/** Shortest time between two reads of the pointer, in milliseconds. */
export const CHECK_MS = 60_000;

type StoredCatalogPorts = {
  store: CatalogStore;
  clock: Pick<Clock, 'nowMs'>;
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/**
 * Returns what the catalogue in use makes. A newer catalogue takes effect between two requests.
 *
 * @param make makes the application of a catalogue. Called once for each catalogue that is used. `pushed` is null for the bundled one.
 * @param bundled the catalogue of the deployed Worker: in use until a pushed one is read, and after a rollback to it.
 */
export function createStoredCatalog<App>(
  { store, clock, background, log }: StoredCatalogPorts,
  make: (catalog: WrittenCatalog, pushed: PushedCatalog | null) => App,
  bundled: WrittenCatalog,
): () => App {
  let app = make(bundled, null);
  /** Hash of the pushed catalogue in use; null = the bundled one is. */
  let used: string | null = null;
  /** Why the last check changed nothing; each reason is logged once. Null = it went well. */
  let fault: string | null = null;
  let checkedMs = -Infinity;

  async function check(): Promise<void> {
    const { current } = readPointer(await store.get(POINTER_KEY));
    const hash = current?.hash ?? null;
    if (hash === used) return void (fault = null);
    app = current === null ? make(bundled, null) : make(await readPushed(current, store), current);
    used = hash;
    fault = null;
    log(hash === null ? 'The catalogue of the deployed Worker is in use again.' : `The catalogue ${hash} is in use.`);
  }

  function keep(thrown: unknown): void {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (reason !== fault) log(`The catalogue in KV is not used: ${reason}. The one in use stays.`);
    fault = reason;
  }

  return () => {
    const nowMs = clock.nowMs();
    if (nowMs - checkedMs >= CHECK_MS) {
      checkedMs = nowMs;
      background(check().catch(keep));
    }
    return app;
  };
}

/** The pointer; one without a current catalogue where the key is not set. @throws Error where it cannot be read. */
export function readPointer(text: string | null): CatalogPointer {
  if (text === null) return { current: null, earlier: [] };
  const given = parseJson(text);
  if (!isObject(given) || !Array.isArray(given['earlier'])) throw new Error(`the value of "${POINTER_KEY}" is not a pointer`);
  return { current: given['current'] === null ? null : readPushedEntry(given['current']), earlier: given['earlier'].map(readPushedEntry) };
}

function readPushedEntry(value: unknown): PushedCatalog {
  const [hash, pushedAt] = isObject(value) ? [textOf(value['hash']), textOf(value['pushedAt'])] : [null, null];
  if (hash === null || !/^[0-9a-f]{64}$/.test(hash) || pushedAt === null) throw new Error(`the value of "${POINTER_KEY}" is not a pointer`);
  return { hash, pushedAt };
}

/** Reads and checks a pushed catalogue. @throws Error with the fault. */
async function readPushed({ hash }: PushedCatalog, store: CatalogStore): Promise<WrittenCatalog> {
  const text = await store.get(catalogKey(hash));
  if (text === null) throw new Error(`"${catalogKey(hash)}" is not in the namespace`);
  if ((await sha256Hex(text)) !== hash) throw new Error(`"${catalogKey(hash)}" does not have the hash of its name`);
  const written = parseJson(text);
  if (!isObject(written) || written['layout'] !== CATALOG_LAYOUT)
    throw new Error(
      `"${catalogKey(hash)}" has layout ${isObject(written) ? String(written['layout']) : 'none'}, and this Worker reads layout ${CATALOG_LAYOUT}: deploy first, then push`,
    );
  const catalog = written as unknown as WrittenCatalog; // the hash is that of a text that `catalog:push` has compiled and checked
  readCatalog(catalog).slugs();
  return catalog;
}
