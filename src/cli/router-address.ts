/** Which router a command asks, and with which key. Keys are never options: they would be in the shell's history and in the list of processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { CliError, refuseValue } from './cli-error.ts';
import type { Cli } from './cli.ts';
import { RouterClient, type RouterAddress } from './router-client.ts';
import { yellow } from './styled.ts';
import { readEnvironment, readVariable } from './variables.ts';

/** Where `npm run dev` listens. */
const DEFAULT_URL = 'http://localhost:8787';

/** The key that `npm run dev` makes where none is set. */
const DEV_ADMIN_KEY = '.wrangler/dev-admin-key';

/** Whose key is sent: that of a caller, or the operator's. */
export type Role = 'caller' | 'admin';

/** Where each key may be. Files of the project are for the router on this machine: no other gets their keys. */
const ADVICE: Readonly<Record<Role, { local: string; remote: string }>> = {
  caller: {
    local: 'Set TRIBUTARY_KEY to a key of this router: npx tributary keys new makes one.',
    remote: 'Set TRIBUTARY_KEY in the environment to a key of this router.',
  },
  admin: {
    local: 'Set ADMIN_API_KEY in the environment or in .dev.vars to the admin key of this router. npm run dev prints the one that it made.',
    remote: 'Set ADMIN_API_KEY in the environment to the admin key of this router: on Cloudflare it is the secret of that name.',
  },
};

/** Adds `--url`, and `--key` only to refuse it. @param what text of the help. */
export function addRouterOptions(command: Command, what = `router to ask (TRIBUTARY_URL, else ${DEFAULT_URL})`): Command {
  const refused = new Option('--key <key>').hideHelp().argParser(() => {
    throw new CliError(
      'usage',
      '--key is no option: a key in the command line is in the history of the shell and in the list of processes.',
      ADVICE.caller.remote,
    );
  });
  return command.option('--url <url>', what).addOption(refused);
}

/** Whether the user has named a router, with `--url` or `TRIBUTARY_URL`. */
export const namesRouter = (url: string | undefined, cli: Cli): boolean =>
  url !== undefined || readEnvironment('TRIBUTARY_URL', cli) !== null;

/** The router that `--url` or `TRIBUTARY_URL` names, else the one on this machine. @throws CliError for an address that is none, or a missing admin key. */
export function routerClient(cli: Cli, { url, role }: { url: string | undefined; role: Role }): RouterClient {
  return new RouterClient(routerAddress(cli, { url, role }), { send: cli.send, signal: cli.signal });
}

function routerAddress(cli: Cli, { url, role }: { url: string | undefined; role: Role }): RouterAddress {
  const asked = readUrl(url, cli);
  const isOwn = isLocal(asked);
  const keyAdvice = ADVICE[role][isOwn ? 'local' : 'remote'];
  const key = role === 'admin' ? adminKey(isOwn, cli) : callerKey(isOwn, cli);
  if (key === null && role === 'admin') throw new CliError('refused', `There is no admin key for ${asked}.`, keyAdvice);
  if (key !== null && !isOwn && asked.startsWith('http:'))
    cli.output.note(yellow('Note: '), `the key is sent to ${asked} without encryption.`);
  const startAdvice = isOwn
    ? 'Start it with npx tributary dev, or name another router with --url or TRIBUTARY_URL.'
    : 'Check the address in --url or TRIBUTARY_URL, and that the router is deployed.';
  return { url: asked, key, startAdvice, keyAdvice };
}

function readUrl(given: string | undefined, { environment }: Cli): string {
  const fromEnvironment = environment['TRIBUTARY_URL']?.trim() ?? '';
  const [name, text] =
    given !== undefined ? ['--url', given] : fromEnvironment !== '' ? ['TRIBUTARY_URL', fromEnvironment] : ['', DEFAULT_URL];
  const expected = 'an address such as http://localhost:8787 or https://router.example.com';
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw refuseValue(name, text, expected);
  // The text is not repeated: it may have a secret.
  if (url.username !== '' || url.password !== '' || url.search !== '')
    throw new CliError(
      'usage',
      `${name} has a user name, a password or a query; expected ${expected}.`,
      'Keys are set in the environment.',
    );
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** Names and addresses of this machine. */
const isLocal = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

/** `TRIBUTARY_KEY`; for a router on this machine also from its file of variables, where its first caller key is, too. */
function callerKey(isOwn: boolean, cli: Cli): string | null {
  if (!isOwn) return readEnvironment('TRIBUTARY_KEY', cli);
  return readVariable('TRIBUTARY_KEY', cli) ?? firstOf(readVariable('ROUTER_API_KEYS', cli));
}

/** `ADMIN_API_KEY`; for a router on this machine also from its file of variables, and the key that `npm run dev` made. */
function adminKey(isOwn: boolean, cli: Cli): string | null {
  if (!isOwn) return firstOf(readEnvironment('ADMIN_API_KEY', cli));
  const set = firstOf(readVariable('ADMIN_API_KEY', cli));
  const made = join(cli.root, DEV_ADMIN_KEY);
  if (set !== null || !existsSync(made)) return set;
  return readFileSync(made, 'utf8').trim() || null;
}

/** The first key of a list with commas. */
export const firstOf = (list: string | null): string | null => list?.split(',', 1)[0]?.trim() || null;
