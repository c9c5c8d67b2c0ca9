/** What the handlers are given: made once per isolate by `worker.ts`. */
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Authenticate } from './authenticate.ts';
import type { Objection } from './localhost.ts';

export type Deps = {
  catalog: Catalog;
  ports: Ports;
  authenticate: Authenticate;
  /** Judges a request before anything else; absent = every host and origin is answered. */
  objection?: Objection;
  /** Makes a text fit for the operator's log; absent = it is only escaped. */
  toLogLine?: (text: string) => string;
};
