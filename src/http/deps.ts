/** What the handlers are given: made once per isolate by `worker.ts`. */
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Authenticate } from './authenticate.ts';

export type Deps = { catalog: Catalog; ports: Ports; authenticate: Authenticate };
