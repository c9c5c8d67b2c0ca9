/**
 * `npm run deploy`: deploys the Worker, and gives the ledger's database its tables where one is bound. Whatever follows `--` goes to
 * `wrangler deploy` as it is; `--dry-run` builds and checks only, which is how `npm run build` builds.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bindsLedger } from './dev-config.ts';
import { ROOT } from './root.ts';

const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
const environment = { ...process.env, WRANGLER_SEND_METRICS: 'false' };

/** Runs wrangler in this terminal and returns its exit code. */
function wrangler(...given: readonly string[]): number {
  return spawnSync(process.execPath, [WRANGLER, ...given], { cwd: ROOT, stdio: 'inherit', env: environment }).status ?? 1;
}

function isSignedIn(): boolean {
  const { stdout, stderr } = spawnSync(process.execPath, [WRANGLER, 'whoami'], { cwd: ROOT, encoding: 'utf8', env: environment });
  return !/not (?:authenticated|logged in)/i.test(stdout + stderr);
}

const given = process.argv.slice(2);
const { values } = parseArgs({
  args: given,
  strict: false,
  options: { 'dry-run': { type: 'boolean' }, config: { type: 'string', short: 'c' }, env: { type: 'string', short: 'e' } },
});
const config = resolve(ROOT, typeof values.config === 'string' ? values.config : 'wrangler.toml');
/** The flags that name one Worker of several. */
const where = [
  ...(typeof values.config === 'string' ? ['--config', values.config] : []),
  ...(typeof values.env === 'string' ? ['--env', values.env] : []),
];

function deploy(): number {
  const code = wrangler('deploy', '--minify', ...given);
  if (values['dry-run'] === true) return code;
  if (code !== 0) {
    if (!isSignedIn())
      console.error('\nYou are not signed in at Cloudflare. Run: npx wrangler login (or set CLOUDFLARE_API_TOKEN). Then: npm run deploy');
    return code;
  }
  const migrated = bindsLedger(readFileSync(config, 'utf8')) ? wrangler('d1', 'migrations', 'apply', 'LEDGER', '--remote', ...where) : 0;
  if (migrated !== 0)
    console.error('\nThe Worker is deployed, the tables of its ledger are not. Run npm run deploy again: it does what is left.');
  return migrated;
}

process.exitCode = deploy();
