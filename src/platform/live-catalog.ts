/**
 * The catalogue of a router whose provider files are being edited. `npm run dev` compiles them and serves the result on this machine
 * (`CATALOG_URL`, set by that script and by nobody else): each request asks whether there is a newer one, so that it obeys the last
 * save, and answers in flight go on with the catalogue that they began with.
 */
import type { Fetch } from '../lib/fetch.ts';
import type { WrittenCatalog } from '../registry/catalog.ts';

/** What is served: catalogues are numbered from 1. */
export type NumberedCatalog = { version: number; catalog: WrittenCatalog };

/**
 * Returns what the newest catalogue makes; where none can be had, what was made last.
 *
 * @param make makes the application of a catalogue; called once for each.
 * @param built the catalogue of the build, until there is a newer one.
 */
export function createLive<App>(
  { url, ask }: { url: string; ask: Fetch },
  make: (catalog: WrittenCatalog) => App,
  built: WrittenCatalog,
): () => Promise<App> {
  let version = 0;
  let made: App | null = null;
  return async () => {
    const newer = await newerThan(version, url, ask);
    if (newer !== null && newer.version > version) {
      version = newer.version;
      made = make(newer.catalog);
    }
    return (made ??= make(built));
  };
}

async function newerThan(version: number, url: string, ask: Fetch): Promise<NumberedCatalog | null> {
  try {
    const response = await ask(`${url}/?after=${version}`, {});
    return response.status === 200 ? ((await response.json()) as NumberedCatalog) : null; // our own script's JSON
  } catch {
    return null;
  }
}
