/** What `npm run dev` runs, as the head of a process group: the simulator, the catalogue of the provider files, and wrangler. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, watchFile, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenCatalog } from '../../src/registry/catalog.ts';
import { serveLiveCatalog } from './live-catalog.ts';
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

const variables = { SIMULATOR_URL: simulator.url, CATALOG_URL: catalog.url, ALLOW_ANONYMOUS: 'true', LOG: 'off' };
const flags = Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
const hasConfig = given.some((flag) => /^(--config|-c)(=|$)/.test(flag));
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

/**
 * wrangler.toml for this run, beside it, and written again when that is edited: wrangler watches src/ only, since it starts the
 * Worker anew for every change that it sees. The provider files are watched here.
 */
function writeConfig(): string {
  const [from, to] = [join(ROOT, 'wrangler.toml'), join(ROOT, '.wrangler.dev.toml')];
  const write = () => {
    const text = readFileSync(from, 'utf8').replace(/^watch_dir = "providers"$/m, 'watch_dir = "src"');
    if (!existsSync(to) || readFileSync(to, 'utf8') !== text) writeFileSync(to, text);
  };
  write();
  watchFile(from, { interval: 1000 }, () => existsSync(from) && write());
  return to;
}
