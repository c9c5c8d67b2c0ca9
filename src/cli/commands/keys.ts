/** `tributary keys`: the keys of callers of a router, with its admin key. */
import { Option, type Command } from 'commander';
import { namesIn } from '../check-names.ts';
import { CliError, refuseValue } from '../cli-error.ts';
import type { Cli, RegisterCommand } from '../cli.ts';
import { confirm } from '../confirm.ts';
import { findKey, listKeys } from '../keys/find-key.ts';
import { printKey, printKeys } from '../keys/print-keys.ts';
import { addRouterOptions, routerClient } from '../router-address.ts';
import type { RouterClient } from '../router-client.ts';
import { bold } from '../styled.ts';

type RouterOption = { url?: string };
type NewOptions = RouterOption & {
  limit?: string;
  reset?: string;
  models?: string;
  providers?: string;
  expires?: string;
  set: string[];
  quiet?: true;
};
type RevokeOptions = RouterOption & { disable?: true; hard?: true; yes?: true };

const collect = (value: string, before: string[]): string[] => [...before, value];

export const registerKeys: RegisterCommand = (program, cli) => {
  const keys = program
    .command('keys')
    .summary('make, list and revoke keys of callers')
    .description(
      'Manages the keys of callers of a router. Needs its admin key: ADMIN_API_KEY in the environment, or for a router on this machine in .dev.vars.',
    );
  registerNew(keys, cli);
  addRouterOptions(keys.command('list').description('Lists keys, the newest first, with what each has spent.'))
    .option('--all', 'also keys that are disabled')
    .action(async (options: RouterOption & { all?: true }) => {
      const records = await listKeys(clientOf(options, cli), options.all === true);
      cli.output.result({ data: records }, () => printKeys(records, cli.output));
    });
  addRouterOptions(keys.command('show').description('Shows one key: its limits, what is left of them, and what it has spent.'))
    .argument('<key>', 'its name, label or hash; the first characters of the hash are enough')
    .action(async (given: string, options: RouterOption) => {
      const record = await findKey(given, clientOf(options, cli));
      cli.output.result({ data: record }, () => printKey(record, cli.output));
    });
  registerRevoke(keys, cli);
};

const clientOf = ({ url }: RouterOption, cli: Cli): RouterClient => routerClient(cli, { url, role: 'admin' });

function registerNew(keys: Command, cli: Cli): void {
  const command = keys
    .command('new [name]')
    .description('Makes a key and prints it, this once: the router keeps only its hash.')
    .option('--limit <usd>', 'most USD that it may spend')
    .addOption(new Option('--reset <window>', 'when the limit starts anew; absent = never').choices(['daily', 'weekly', 'monthly']))
    .option('--models <globs>', 'models that it may call (openai/*,fast)')
    .option('--providers <slugs>', 'providers that it may use (a,b)')
    .option('--expires <time>', 'a time such as 2027-01-31T00:00:00Z, or a number of days such as 30d')
    .option('--set <field=value>', 'any other field of docs/keys.md, its value as JSON; may be repeated', collect, [])
    .option('--quiet', 'print the key alone');
  addRouterOptions(command).action(async (given: string | undefined, options: NewOptions) => {
    const client = clientOf(options, cli); // a missing admin key is reported before anything is asked
    const name = given ?? (cli.canAsk ? await cli.ask('Name of the key, such as the application that uses it: ') : '');
    if (name.trim() === '') throw new CliError('usage', 'The key has no name.', 'Give one: npx tributary keys new "my app"');
    const answer = await client.ask('/keys', { method: 'POST', body: toFields(name.trim(), options, Date.now()) });
    printNewKey(answer, { isQuiet: options.quiet === true }, cli);
  });
}

function printNewKey(answer: Awaited<ReturnType<RouterClient['ask']>>, { isQuiet }: { isQuiet: boolean }, { output }: Cli): void {
  const { key } = answer;
  if (typeof key !== 'string' || key === '')
    throw new CliError('failed', 'The router made a key and did not return it.', 'Revoke it: npx tributary keys list');
  output.result(answer, () => {
    if (isQuiet) return output.line(key);
    output.line(bold(key));
    output.note('This is the only time the key is shown. Callers send it as Authorization: Bearer, or as x-api-key.');
  });
}

const DAY_MS = 86_400_000;

/** The body of `POST /keys`. @throws CliError for a value that cannot be. */
function toFields(name: string, { limit, reset, models, providers, expires, set }: NewOptions, nowMs: number): Record<string, unknown> {
  if (limit !== undefined && !/^\d{1,7}(\.\d{1,9})?$/.test(limit)) throw refuseValue('--limit', limit, 'USD, such as 5 or 0.50');
  if (reset !== undefined && limit === undefined)
    throw new CliError('usage', '--reset needs --limit.', 'Give both: --limit 5 --reset daily');
  return {
    name,
    ...(limit === undefined ? {} : { limit: Number(limit) }),
    ...(reset === undefined ? {} : { limit_reset: reset }),
    ...(models === undefined ? {} : { models: namesIn(models) }),
    ...(providers === undefined ? {} : { providers: namesIn(providers) }),
    ...(expires === undefined ? {} : { expires_at: toTime(expires, nowMs) }),
    ...Object.fromEntries(set.map(readField)),
  };
}

/** `30d` counts from now; any other time is checked by the router. */
function toTime(text: string, nowMs: number): string {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  return days === undefined ? text : new Date(nowMs + Number(days) * DAY_MS).toISOString();
}

/** `field=value`; a value that is no JSON is a text. */
function readField(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw refuseValue('--set', text, 'field=value, such as soft_at=0.8');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function registerRevoke(keys: Command, cli: Cli): void {
  const command = keys
    .command('revoke')
    .description('Deletes a key: calls with it are refused, in every data centre within a minute. Its ledger stays.')
    .argument('<key>', 'its name, label or hash; the first characters of the hash are enough')
    .option('--disable', 'disable it instead; it can be enabled again')
    .option('--hard', 'refuse it at once, in every data centre, where it has limits')
    .option('--yes', 'do not ask');
  addRouterOptions(command).action(async (given: string, options: RevokeOptions) => {
    const client = clientOf(options, cli);
    const record = await findKey(given, client);
    const verb = options.disable === true ? 'disable' : 'delete';
    await confirm(`${verb} the key "${record.name}" (${record.label})`, options.yes === true, cli);
    const path = `/keys/${record.hash}${options.hard === true ? '?hard=true' : ''}`;
    const answer = await client.ask(path, options.disable === true ? { method: 'PATCH', body: { disabled: true } } : { method: 'DELETE' });
    cli.output.result({ ...answer, hash: record.hash }, () => cli.output.line(`The key "${record.name}" (${record.label}) is ${verb}d.`));
  });
}
