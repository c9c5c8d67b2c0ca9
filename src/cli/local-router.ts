/**
 * A router in this process: the Worker itself, over the variables of the project. Nothing listens, nothing is bound, and requests that would be
 * sent fail. It explains requests and lists models as a router on this machine would.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildCatalog } from './build-catalog.ts';
import type { Cli } from './cli.ts';
import { firstOf, namesRouter, routerClient } from './router-address.ts';
import { RouterClient } from './router-client.ts';
import type { SendRequest } from './send-request.ts';
import { projectVariables } from './variables.ts';

/** The default export of `src/worker.ts`. */
type Worker = { default: { fetch(request: Request, env: Readonly<Record<string, unknown>>): Response | Promise<Response> } };

/** Variables that would make the router send, write or print something by itself, and values that switch it off. */
const QUIET = { LOG: 'off', LEDGER_FOR: 'none', OTEL_SDK_DISABLED: 'true', GUARD_URL: '', CATALOG_URL: '', SIMULATOR_URL: '' };

/** @throws CliError where a provider file is wrong. */
async function openLocalRouter(cli: Cli): Promise<RouterClient> {
  await buildCatalog(cli);
  const variables = projectVariables(cli);
  const key = firstOf(variables['ROUTER_API_KEYS'] ?? null);
  const { default: worker } = await importWorker(cli.root);
  const env = { ...variables, ALLOW_ANONYMOUS: 'true', ...QUIET };
  const send: SendRequest = (request) => Promise.resolve(worker.fetch(request, env));
  const advice = 'This is a bug: please report it.';
  return new RouterClient({ url: 'http://localhost', key, startAdvice: advice, keyAdvice: advice }, { send, signal: cli.signal });
}

/** Returns the router that the user has named, asked with the key of a caller; else the one of this project. @throws CliError */
export async function openRouter(url: string | undefined, cli: Cli): Promise<RouterClient> {
  return namesRouter(url, cli) ? routerClient(cli, { url, role: 'caller' }) : openLocalRouter(cli);
}

/** Imports the Worker, with our own module in place of the platform's. */
async function importWorker(root: string): Promise<Worker> {
  const shim = pathToFileURL(join(import.meta.dirname, 'workers-shim.ts')).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers' ? { url: shim, shortCircuit: true } : next(specifier, context),
  });
  try {
    return (await import(pathToFileURL(join(root, 'src/worker.ts')).href)) as Worker; // our own module
  } finally {
    hooks.deregister();
  }
}
