/**
 * Compiles the provider files again whenever one of them is saved, and serves the result to the router that `npm run dev` runs
 * (`src/platform/live-catalog.ts`). A file that is broken counts as it was when it was last good.
 */
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { compileProviders, describeProblems } from '../../src/build.ts';
import type { NumberedCatalog } from '../../src/platform/live-catalog.ts';
import { readCatalog, type WrittenCatalog } from '../../src/registry/catalog.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { ROOT, type ServingOperation } from './serve.ts';

/** How often the folder is looked at, in milliseconds. Watching is not the same on all systems, and not there on some drives. */
const LOOK_MS = 50;

const FOLDER = join(ROOT, 'providers');

/** @param before the catalogue that the router starts with: what a file that is broken from the start was last. */
export async function serveLiveCatalog(before: WrittenCatalog | null): Promise<ServingOperation> {
  let current: NumberedCatalog = { version: 0, catalog: before ?? writeCatalog([]) };
  const lastGood = new Map<string, CompiledProvider>(readCatalog(current.catalog).providers.map((provider) => [provider.slug, provider]));
  let seen = '';
  let compiled = '';

  function compile(): void {
    const { providers, problems } = compileProviders();
    const broken = new Set(problems.map(({ path }) => path));
    const isBroken = (slug: string) => broken.has(`providers/${slug}.jsonc`) || broken.has('providers');
    const whole = new Map(providers.map((provider) => [provider.slug, provider]));
    for (const slug of lastGood.keys()) if (!whole.has(slug) && !isBroken(slug)) lastGood.delete(slug);
    for (const [slug, provider] of whole) if (!isBroken(slug)) lastGood.set(slug, provider);
    const catalog = writeCatalog([...lastGood.values()].sort((one, other) => (one.slug < other.slug ? -1 : 1)));
    // A save that changes nothing, broken or not, leaves the router as it is, with all that it has learnt.
    if (JSON.stringify(catalog) !== JSON.stringify(current.catalog)) current = { version: current.version + 1, catalog };
    if (problems.length > 0) console.error(`${describeProblems(problems)}\n\nThe router goes on with the last good catalogue.\n`);
    else console.log(`Compiled ${lastGood.size} provider files.`);
  }

  function look(): void {
    const state = stateOf(FOLDER);
    // Twice the same: an editor that is still writing is left to finish.
    if (state === seen && state !== compiled) {
      compiled = state;
      compile();
    }
    seen = state;
  }

  compiled = seen = stateOf(FOLDER);
  compile();
  const timer = setInterval(look, LOOK_MS);
  const server = createServer(({ url = '/' }, response) => {
    const isNewer = current.version > Number(new URL(url, 'http://localhost').searchParams.get('after'));
    if (isNewer) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(current));
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Changes whenever a file is added, saved, renamed or removed. */
function stateOf(folder: string): string {
  try {
    return readdirSync(folder)
      .map((name) => {
        const file = statSync(join(folder, name), { throwIfNoEntry: false });
        return `${name} ${file?.mtimeMs} ${file?.ctimeMs} ${file?.size}`;
      })
      .join('\n');
  } catch {
    return 'unreadable';
  }
}
