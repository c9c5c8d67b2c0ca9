/**
 * Reloads the catalogue while provider files are being edited. `npm run dev` compiles them and serves the result on this machine
 * (`CATALOG_URL`, set only by that script). Each request checks for a newer catalogue, so it uses the last saved files. Running requests
 * keep the catalogue they began with.
 */
import type { Fetch } from '../lib/fetch.ts';
import type { WrittenCatalog } from '../registry/catalog.ts';

/** A served catalogue. Versions count from 1. */
export type NumberedCatalog = { version: number; catalog: WrittenCatalog };

/**
 * Returns the application for the newest catalogue; if none can be loaded, the last one.
 *
 * @param make creates the application for a catalogue; called once per catalogue.
 * @param built the catalogue of the build, used until there is a newer one.
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
    return response.status === 200 ? ((await response.json()) as NumberedCatalog) : null; // JSON of our own script
  } catch {
    return null;
  }
}
