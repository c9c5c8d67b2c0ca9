/**
 * `npm run bench`: what the router costs beside a Worker that only forwards. See README.md of this folder for what the figures mean.
 * Puts the parts together and prints; a wrong answer of any target ends it with an error.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { printTable } from '../dev/table.ts';
import { startAccounts, type Code } from './accounts.ts';
import { buildWorkers } from './build-worker.ts';
import { onCell, progress, title, wanted, type Field, type Results } from './field.ts';
import { runGrowing } from './growing.ts';
import { GROWTHS } from './growths.ts';
import { measure } from './measure.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { accountRows, cpuRow, growthRows, timeRow } from './report.ts';
import { ACCOUNTS, SCENARIOS } from './scenarios.ts';
import { prepareWorkers, servedPeers, start, startables, startUpstream } from './stage.ts';
import { runColdStarts, runMemory } from './starts.ts';
import { runTail } from './tail.ts';

async function runTargets({ own: startable, served }: Field, options: Options, results: Results): Promise<void> {
  const scenarios = SCENARIOS.filter(({ name }) => wanted(name, options));
  const growths = GROWTHS.filter(({ name }) => wanted(`grows: ${name}`, options));
  if (scenarios.length + growths.length === 0) return;
  const running = await Promise.all(startable.map(start));
  const targets = [...running.map(({ target }) => target), ...served];
  if (scenarios.length > 0) {
    const measured = await measure(targets, scenarios, options, onCell('scenarios'));
    results['scenarios'] = measured;
    title('CPU of the process, and as a multiple of the passthrough (median of the ratios of each round)');
    printTable(measured.map(cpuRow));
    title(
      'Milliseconds to the first content, p50 / p99; to the end, p99; units per second (medians of the rounds; times on a shared machine)',
    );
    printTable(measured.map(timeRow));
    for (const fault of measured.flatMap(({ faults }) => Object.values(faults))) console.log(`Not measured: ${fault}`);
  }
  if (growths.length > 0) {
    // The other Workers say nothing here: what could grow is the work on a request, and they do none.
    const own = targets.filter(({ isRaw, pid }) => !isRaw && pid !== null);
    const measured = await measure(
      own,
      growths.flatMap(({ once, tenfold }) => [once, tenfold]),
      { ...options, rounds: Math.ceil(options.rounds / 2) }, // differences that would show are large
      onCell('growth'),
    );
    results['growth'] = measured;
    title('Ten times as much: CPU for each piece must not grow');
    printTable(
      growths.flatMap((growth, place) => {
        const [once, tenfold] = measured.slice(2 * place, 2 * place + 2);
        return once === undefined || tenfold === undefined ? [] : growthRows(growth, once, tenfold);
      }),
    );
  }
  await Promise.all(running.map(({ stop }) => stop()));
}

async function runAccounts(code: Code, upstream: string, options: Options, results: Results): Promise<void> {
  const scenarios = ACCOUNTS.filter(({ name }) => wanted(name, options));
  if (scenarios.length === 0) return;
  progress('accounts: starting');
  const { targets, stop } = await startAccounts(code, upstream);
  const measured = await measure(targets, scenarios, options, onCell('accounts'));
  await stop();
  results['accounts'] = measured;
  title('CPU of the process for each kind of caller, and what it is more than without accounts');
  for (const one of measured) printTable(accountRows(one));
}

async function main(options: Options): Promise<void> {
  const results: Results = {
    dateTime: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.platform}`,
    rounds: options.rounds,
    scale: options.scale,
  };
  progress('building');
  const built = await buildWorkers();
  const upstream = await startUpstream(options.upstreamPort);
  const workers = prepareWorkers(built, upstream);
  const field = { workers, own: startables(workers, options, upstream), served: servedPeers(options, upstream), upstream };
  await runTargets(field, options, results);
  await runAccounts({ router: built.tributary, cache: built.cache }, upstream, options, results);
  await runGrowing(field, built, options, results);
  await runTail(field, options, results);
  await runMemory(field, options, results);
  await runColdStarts(field, options, results);
  if (wanted('size', options)) {
    title('Size of the Worker, minified');
    const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
    results['size'] = { rawBytes: built.rawBytes, gzipBytes: built.gzipBytes };
    printTable([{ raw: kib(built.rawBytes), gzip: kib(built.gzipBytes) }]);
  }
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(HELP);
  else await main(options);
} catch (thrown) {
  console.error(`\n${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
}
process.exit(); // the upstream would keep us waiting
