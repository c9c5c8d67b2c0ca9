/** Every provider file of the project, compiled. No test of its own. */
import { CATALOG } from '../../src/registry/catalog.generated.ts';
import { readCatalog } from '../../src/registry/catalog.ts';

export const PROVIDERS = readCatalog(CATALOG).providers;
