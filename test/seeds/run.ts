/**
 * `npm run test:seeds`: random requests to the simulated seed systems, each compared with what the five documents say must come of it.
 * `--count N` (2000), `--seed S` (a new one each time, printed), `--from N` begins at that request.
 */
import { parseArgs } from 'node:util';
import { openInProcess } from './in-process.ts';
import { describeFailure, runMany } from './run-many.ts';

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string' } } });
const seed = values.seed ?? String(Math.floor(Math.random() * 1e9));
const count = Number(values.count ?? 2000);
const startMs = performance.now();
console.log(`seed ${seed}, ${count} requests`);
const failures = await runMany({ seed, first: Number(values.from ?? 0), count }, openInProcess());
for (const failure of failures) console.log(`\n${describeFailure(failure).slice(0, 6000)}`);
console.log(
  `\n${failures.length === 0 ? 'all as expected' : `${failures.length} wrong, no more looked for`}, in ${((performance.now() - startMs) / 1000).toFixed(1)} s`,
);
process.exit(failures.length === 0 ? 0 : 1);
