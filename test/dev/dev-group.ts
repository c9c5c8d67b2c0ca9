/** What `npm run dev` runs, as the head of a process group: the simulator, the catalogue of the provider files, and wrangler. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watchFile, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { WrittenCatalog } from '../../src/registry/catalog.ts';
import { DEV_LEDGER_ID, devConfig } from './dev-config.ts';
import { devVariables } from './dev-variables.ts';
import { serveLiveCatalog } from './live-catalog.ts';
import { applyDevMigrations } from './migrations.ts';
import { endWithParent, killOwnGroup } from './process-group.ts';
import { ROOT, serveSimulator } from './serve.ts';

/** Fast enough not to bore, slow enough to see a stream. */
const TOKEN_MS = 25;

/** Ends everything in an orderly way. */
let end: () => void = killOwnGroup;
endWithParent(() => end());

const given = process.argv.slice(2);
const catalog = await serveLiveCatalog(await lastBuilt());
const simulator = await serveSimulator(TOKEN_MS);
console.log(`The simulator answers for every provider without a key (${simulator.url}). Put keys into .dev.vars to call the real ones.`);

const { values, adminKey } = devVariables(given);
if (adminKey !== null) console.log(`Admin key, for keys, activity and metrics: ${adminKey} (ADMIN_API_KEY in .dev.vars replaces it)`);
const variables = { SIMULATOR_URL: simulator.url, CATALOG_URL: catalog.url, ...values };
const flags = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
const hasConfig = given.some((flag) => /^(--config|-c)(=|$)/.test(flag));
if (!hasConfig) await prepareLedger();
const wrangler = spawn('wrangler', ['dev', ...(hasConfig ? [] : ['--config', writeConfig()]), ...flags, ...given], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
});
end = () => wrangler.kill('SIGTERM');

wrangler.on('error', (error) => {
  console.error(`wrangler did not start: ${error.message}. Run this with npm run dev, after npm ci.`);
  process.exit(1);
});
wrangler.on('exit', (code) => {
  void Promise.all([simulator.stop(), catalog.stop()]).then(() => process.exit(code ?? 0));
});

/** The catalogue of the last build that went well. */
async function lastBuilt(): Promise<WrittenCatalog | null> {
  const path = join(ROOT, 'src/registry/catalog.generated.ts');
  if (!existsSync(path)) return null;
  const { CATALOG } = (await import(path)) as { CATALOG: WrittenCatalog }; // written by our build
  return CATALOG;
}

/** Writes the configuration for this run beside wrangler.toml, and again when that is edited. */
function writeConfig(): string {
  const [from, to] = [join(ROOT, 'wrangler.toml'), join(ROOT, '.wrangler.dev.toml')];
  const write = () => {
    const text = devConfig(readFileSync(from, 'utf8'));
    if (!existsSync(to) || readFileSync(to, 'utf8') !== text) writeFileSync(to, text);
  };
  write();
  watchFile(from, { interval: 1000 }, () => existsSync(from) && write());
  return to;
}

/** Gives the ledger's database its tables, before wrangler opens it. */
async function prepareLedger(): Promise<void> {
  const { values: flagValues } = parseArgs({ args: given, strict: false, options: { 'persist-to': { type: 'string' } } });
  const folder = typeof flagValues['persist-to'] === 'string' ? flagValues['persist-to'] : '.wrangler/state';
  const applied = await applyDevMigrations(resolve(ROOT, folder), DEV_LEDGER_ID);
  if (applied.length > 0) console.log(`Applied to the ledger's database: ${applied.join(', ')}.`);
}
