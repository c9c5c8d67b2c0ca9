/** Second step of the build of `npm start`: writes the Worker and the names of its variables. The argument is the hash of the sources. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { readCatalog } from '../../../src/registry/catalog.ts';
import { CATALOG } from '../../../src/registry/catalog.generated.ts';
import { bundle } from '../bundle.ts';
import { BUILT, NAMES, SOURCES_HASH, WORKER } from './build.ts';
import { namesRead } from '../../../src/platform/names-read.ts';

/** The file is whole at any time. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

mkdirSync(BUILT, { recursive: true });
write(WORKER, await bundle('src/worker.ts'));
write(NAMES, JSON.stringify(namesRead(readCatalog(CATALOG).providers)));
write(SOURCES_HASH, process.argv[2] ?? '');
