/** Process that counts: prints the counts of every row, or of those whose names contain the argument. Started by `run.ts`, with options of V8. */
import { measure, type Measured } from './measure.ts';
import { replacePlatform } from './platform.ts';
import { SCENARIOS } from './scenarios.ts';
import { wasteReads } from './waste.ts';

const { log } = console;
console.log = () => undefined; // lines of the router

const [only = '', waste = ''] = process.argv.slice(2);
if (waste !== '') wasteReads();
replacePlatform();
const measured: Record<string, Measured> = {};
for (const scenario of SCENARIOS.filter(({ name }) => name.includes(only))) measured[scenario.name] = await measure(scenario);
log(JSON.stringify(measured));
process.exit(); // timers of slices are left
