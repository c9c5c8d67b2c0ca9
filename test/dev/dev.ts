/**
 * `npm run dev`: the router under wrangler, with the simulator behind every provider that has no key. Whatever follows `--` goes to
 * `wrangler dev` as it is. Nothing here is deployed.
 */
import { spawn } from 'node:child_process';
import { ROOT, serveSimulator } from './serve.ts';

/** Fast enough not to bore, slow enough to see a stream. */
const TOKEN_MS = 25;

const simulator = await serveSimulator(TOKEN_MS);
console.log(`The simulator answers for every provider without a key (${simulator.url}). Put keys into .dev.vars to call the real ones.`);

const variables = ['--var', `SIMULATOR_URL:${simulator.url}`, '--var', 'ALLOW_ANONYMOUS:true'];
const wrangler = spawn('wrangler', ['dev', ...variables, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => wrangler.kill(signal));

wrangler.on('error', (error) => {
  console.error(`wrangler did not start: ${error.message}. Run this with npm run dev, after npm ci.`);
  process.exitCode = 1;
});
wrangler.on('exit', (code) => {
  void simulator.stop().then(() => process.exit(code ?? 0));
});
