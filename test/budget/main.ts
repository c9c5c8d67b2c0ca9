/**
 * `npm run budget`: prints what each row costs, then the functions of the platform that it calls and the functions that make most objects.
 *
 * `-- NAME` counts the rows with this text in their names. `-- --write` writes all counts to `budgets.ts` as the new budgets.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTable } from '../dev/table.ts';
import type { Counts, Measured, Row } from './measure.ts';
import { countRows } from './run.ts';

const FILE = join(import.meta.dirname, 'budgets.ts');

const HEADER = `/**
 * What a request and an event of a stream may cost: counts of main when this file was written. \`budget.test.ts\` fails where a count differs by
 * more than a fifth. Do not edit it: \`npm run budget -- --write\` counts anew and writes it. Say in the commit why a budget was raised.
 */
import type { Budgets } from './compare.ts';

/** The budgets of each row. */
export const BUDGETS: Budgets = `;

/** The counts, as a table shows them. */
const toCells = (counts: Counts) => Object.fromEntries(Object.entries(counts).map(([unit, count]) => [unit, String(count)]));

const [arg = ''] = process.argv.slice(2);
const measured = await countRows(arg === '--write' ? '' : arg);
if (arg === '--write') {
  const rows = Object.entries(measured).map(([name, { request, event }]): [string, Row] => [name, { request, event }]);
  writeFileSync(FILE, `${HEADER}${JSON.stringify(Object.fromEntries(rows), null, 2)};\n`);
}
printTable(
  Object.entries(measured).flatMap(([row, { request, event }]) => [
    { row, per: 'request', ...toCells(request) },
    ...(event === null ? [] : [{ row, per: 'event', ...toCells(event) }]),
  ]),
);
if (arg !== '--write') for (const [row, details] of Object.entries(measured)) printDetails(row, details);

function printDetails(row: string, { callsByName, objectsByMaker }: Measured): void {
  console.log(`\n${row}, the whole request\n`);
  printTable(Object.entries(callsByName).map(([call, count]) => ({ call, count: String(count) })));
  console.log('');
  printTable(Object.entries(objectsByMaker).map(([maker, objects]) => ({ maker, objects: String(objects) })));
}
