/** Prints keys of callers for people. */
import { arrayOf, isObject, numberOf, wordOf, type JsonObject } from '../../lib/json.ts';
import { barText, countLine, type Output } from '../output.ts';
import { bold, cyan, dim, green, red, yellow, type Text } from '../styled.ts';
import type { Column } from '../table.ts';
import type { ListedKey } from './find-key.ts';

export function printKeys(records: readonly ListedKey[], output: Output): void {
  output.table(COLUMNS, records);
  output.note(countLine(records.length, 'key'));
  if (records.length === 0) output.note('npx tributary keys new "my app" makes one; keys list --all also lists those that are disabled.');
}

const COLUMNS: readonly Column<ListedKey>[] = [
  { title: 'NAME', cell: ({ name }) => cyan(name) },
  { title: 'LABEL', cell: ({ label }) => label },
  { title: 'HASH', cell: ({ hash }) => dim(hash.slice(0, 12)) },
  { title: 'STATE', cell: stateOf },
  { title: 'SPENT USD', cell: ({ usage }) => usdText(usage), align: 'right' },
  { title: 'LIMIT USD', cell: ({ limit }) => usdText(limit), align: 'right' },
  { title: 'LEFT USD', cell: ({ limit_remaining }) => usdText(limit_remaining), align: 'right' },
  { title: 'RESET', cell: ({ limit_reset }) => wordOf(limit_reset) },
  { title: 'CREATED', cell: ({ created_at }) => wordOf(created_at).slice(0, 10) },
];

function stateOf({ disabled, expires_at }: JsonObject): Text {
  if (disabled === true) return red('disabled');
  const expiresMs = Date.parse(wordOf(expires_at));
  return expiresMs <= Date.now() ? red('expired') : green('active');
}

/** Null is no limit, or not known: nothing is shown. */
const usdText = (usd: unknown): string => (numberOf(usd) === null ? '' : String(numberOf(usd)));

/** Fields of a key in their order, and their titles. Lists are joined, null is left out. */
const FIELDS: Readonly<Record<string, string>> = {
  label: 'Label',
  hash: 'Hash',
  created_at: 'Created',
  updated_at: 'Changed',
  expires_at: 'Expires',
  models: 'Models',
  providers: 'Providers',
  on_unpriced: 'Unpriced requests',
  soft_at: 'Warned from',
  cache: 'Cache',
  resumable: 'Resumable',
};

export function printKey(record: ListedKey, output: Output): void {
  output.line(bold(record.name), '  ', stateOf(record));
  for (const [name, title] of Object.entries(FIELDS)) {
    const value = record[name];
    if (value === null || value === undefined || value === false) continue;
    const text = Array.isArray(value) ? value.map(wordOf).join(' ') : typeof value === 'string' ? value : JSON.stringify(value);
    output.line(dim(`${title}: `), text);
  }
  output.line(
    dim('Spent: '),
    `${usdText(record['usage'])} USD; today ${usdText(record['usage_daily'])}, this week ${usdText(record['usage_weekly'])}, this month ${usdText(record['usage_monthly'])}`,
  );
  for (const limit of arrayOf(record['limits']).filter(isObject)) printLimit(limit, output);
  printMap('Tags', record['tags'], output);
  printMap('Metadata', record['metadata'], output);
}

/** Parts of a limit from which its bar is yellow, and red. */
const [NEARLY, ALMOST] = [0.8, 0.95];

/** `usd per day   [####....] 2 of 5, resets 2027-01-01T00:00:00.000Z`. */
function printLimit({ resource, window, amount, used, reserved, resets_at }: JsonObject, output: Output): void {
  const [most, spent, held] = [numberOf(amount) ?? 0, numberOf(used), numberOf(reserved) ?? 0];
  const name = `${wordOf(resource)}${wordOf(window) === '' ? '' : wordOf(window) === 'total' ? ' in total' : ` per ${wordOf(window)}`}`;
  if (spent === null) return output.line(dim('Limit: '), `${name}: ${most}`);
  const part = most > 0 ? Math.min(1, (spent + held) / most) : 1;
  const bar = barText(part);
  const coloured = part >= ALMOST ? red(bar) : part >= NEARLY ? yellow(bar) : green(bar);
  const reset = wordOf(resets_at) === '' ? '' : `, resets ${wordOf(resets_at)}`;
  output.line(
    dim('Limit: '),
    `${name} `,
    coloured,
    ` ${spent} of ${most} used${held > 0 ? `, ${held} held by requests in progress` : ''}${reset}`,
  );
}

function printMap(title: string, map: unknown, output: Output): void {
  const entries = Object.entries(isObject(map) ? map : {});
  if (entries.length > 0) output.line(dim(`${title}: `), entries.map(([name, value]) => `${name}=${wordOf(value)}`).join(' '));
}
