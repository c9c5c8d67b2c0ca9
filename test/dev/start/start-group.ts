/** What `npm start` runs, as the head of a process group: Miniflare, which starts workerd with the Worker and its storage. */
import { readFileSync } from 'node:fs';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { applyMigrations } from '../migrations.ts';
import { endWithParent } from '../process-group.ts';
import { CONSOLE_CONFIG, OBJECTS, workerConfig } from '../worker-config.ts';
import { NAMES, WORKER } from './build.ts';
import { lockDataFolder } from './data-folder.ts';
import { StartError, type StartOptions } from './options.ts';
import { removeExpired } from './remove-expired.ts';
import { callerAdvice, combineVariables, readVariablesFile, type StartVariables } from './variables.ts';

/** Name of the Worker. Part of the path of every object in the data folder, so it never changes. */
const NAME = 'tributary';

/** Longest time that answers in flight may take after a signal, in milliseconds. */
const DRAIN_MS = 10_000;

/** Longest time in which the Worker writes what waits in its memory, in milliseconds. */
const WRITE_MS = 2000;

let isEnding = false;

/** The Worker writes what waits in its memory. */
let writeWaiting = (): Promise<void> => Promise.resolve();

/** Messages of Miniflare, one line each. It reports the end of workerd, which after a signal is the end of the last answer. */
class RuntimeLog extends Log {
  override warn(message: string): void {
    if (isEnding) process.exit(0);
    super.warn(message);
  }
  protected override log(message: string): void {
    printLine(message);
  }
}

/** Starts, and prints where it listens. @throws StartError */
async function start(options: StartOptions): Promise<void> {
  const { host, port, data } = options;
  lockDataFolder(data);
  removeExpired(data, Date.now());
  const variables = readVariables(options);
  const config = workerConfig(
    NAME,
    { code: readFileSync(WORKER, 'utf8'), variables: variables.values },
    { objects: OBJECTS, kv: ['CATALOG', 'CACHE'], d1: ['LEDGER'], console: true },
  );
  const miniflare = new Miniflare({
    // Miniflare's own entry has pages for developers and takes headers that change a request. It stays on this machine, at a free port; the
    // socket of the Worker is the one that is public.
    host: '127.0.0.1',
    port: 0,
    workers: [{ config, dev: { unsafeDirectSockets: [{ host, port }] } }, { config: CONSOLE_CONFIG }],
    cf: false,
    enableDevRegistry: false,
    resourcePersistencePath: data,
    log: new RuntimeLog(LogLevel.WARN),
    handleStructuredLogs: ({ message }) => printLine(message),
  });
  endOnSignal();
  await miniflare.ready;
  writeWaiting = async () => {
    await (await miniflare.getWorker(NAME)).scheduled();
  };
  const applied = await applyMigrations(await miniflare.getD1Database('LEDGER'));
  if (applied.length > 0) console.log(`Applied to the ledger's database: ${applied.join(', ')}.`);
  const { port: listening } = await miniflare.unsafeGetDirectURL(NAME);
  printStart(options, variables, listening);
}

function readVariables(options: StartOptions): StartVariables {
  const names = JSON.parse(readFileSync(NAMES, 'utf8')) as string[]; // written by build-worker.ts
  return combineVariables(readVariablesFile(options), process.env, names);
}

function printStart({ host, data }: StartOptions, { values, fromEnvironment }: StartVariables, port: string): void {
  if (fromEnvironment.length > 0) console.log(`Variables from the environment: ${fromEnvironment.join(', ')}.`);
  const advice = callerAdvice(values);
  if (advice !== null) console.log(advice);
  console.log(`Data is kept in ${data}.`);
  const name = host.includes(':') ? `[${host}]` : host;
  console.log(`Tributary listens on http://${name}:${port}`);
}

/** One line for each message: whoever reads the log splits it at line breaks. */
function printLine(message: string): void {
  console.log(message.trimEnd().replaceAll(/\r?\n/g, '\\n'));
}

/** Lets answers in flight end: workerd takes no more connections after SIGTERM, and exits when the last answer has ended. */
function end(): void {
  if (isEnding) return;
  isEnding = true;
  console.log(`Ending: answers in flight have up to ${DRAIN_MS / 1000} s.`);
  setTimeout(() => process.exit(0), DRAIN_MS);
  const patience = new Promise<void>((resolve) => void setTimeout(resolve, WRITE_MS));
  void Promise.race([writeWaiting().catch(() => undefined), patience]).then(() => process.kill(-process.pid, 'SIGTERM'));
}

/** Miniflare's own listeners kill workerd at once. systemd signals every process of a service. */
function endOnSignal(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.removeAllListeners(signal).on(signal, end);
}

endWithParent(end);
try {
  await start(JSON.parse(process.argv[2] ?? '{}') as StartOptions); // written by start.ts
} catch (thrown) {
  console.error(thrown instanceof StartError ? thrown.message : thrown);
  process.exit(1);
}
