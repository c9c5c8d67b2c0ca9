/**
 * `npm run test:faults`: runs the fault table against the built router and prints a scorecard. Exits with 1 when anything is not as
 * the table says. `--only TEXT` runs the cases whose name contains the text, `--json FILE` writes the outcomes, `--all` also prints
 * what went well.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { randomRows } from './random-rows.ts';
import { runCases, type Outcome } from './run-case.ts';
import { failoverBenchLines, scoreLines } from './scorecard.ts';
import { casesOf, openFaultHarness } from './harness.ts';
import { TABLE } from './table.ts';

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' }, all: { type: 'boolean' } } });
const startMs = performance.now();
const cases = casesOf([...TABLE, ...randomRows()]).filter(({ name }) => name.includes(values.only ?? ''));
if (cases.length === 0) throw new Error(`no case is called anything like "${values.only}"`);
const harness = await openFaultHarness(cases);
const outcomes = await runCases(harness.cases);
await harness.stop();

for (const line of [...scoreLines(outcomes, values.all === true), '', ...failoverBenchLines(outcomes)]) console.log(line);
const failed = outcomes.filter(({ complaints }) => complaints.length > 0).length;
const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
console.log(`\n${outcomes.length - failed} of ${outcomes.length} cases as expected, in ${seconds} s`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcomes.map(toJson), null, 1)}\n`);
process.exit(failed === 0 ? 0 : 1);

function toJson({ one, got, seen, complaints, tookMs }: Outcome): object {
  const { row, setup, mode } = one;
  return { row: row.name, setup, mode, got, seen, expected: row.setups[setup], complaints, tookMs };
}
