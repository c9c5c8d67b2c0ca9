/**
 * `npm run dev`: the router under wrangler, with the simulator behind every provider that has no key. Whatever follows `--` goes to
 * `wrangler dev` as it is. Nothing here is deployed.
 *
 * This process checks the port and waits; everything else runs in a process group of its own (`dev-group.ts`), which ends when this
 * process does, in whatever way.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isTaken } from './port.ts';
import { runGroup } from './process-group.ts';
import { ROOT } from './root.ts';

/** wrangler's own. */
const DEFAULT_PORT = 8787;

/** So long the group may take to end by itself, in milliseconds. */
const PATIENCE_MS = 5000;

const given = process.argv.slice(2);
const { values } = parseArgs({ args: given, strict: false, options: { port: { type: 'string' }, ip: { type: 'string' } } });
const port = Number(values.port ?? configuredPort() ?? DEFAULT_PORT);

if (port > 0 && (await isTaken(port, typeof values.ip === 'string' ? values.ip : undefined))) {
  console.error(`Port ${port} is taken: something else listens there. Choose another: npm run dev -- --port ${port + 1}`);
  process.exit(1);
}
runGroup({
  script: join(import.meta.dirname, 'dev-group.ts'),
  given: values.port === undefined ? ['--port', String(port), ...given] : given,
  patienceMs: PATIENCE_MS,
});

/** `port` in the section `[dev]` of wrangler.toml. */
function configuredPort(): string | undefined {
  return /^\[dev\][^[]*?^port\s*=\s*(\d+)/m.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))?.[1];
}
