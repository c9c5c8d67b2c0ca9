/**
 * `npm run bench`: what the router costs beside a Worker that only forwards. See README.md of this folder for what the figures mean.
 * Puts the parts together and prints; a wrong answer of any target ends it with an error.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { printTable } from '../dev/table.ts';
import { startAccounts } from './accounts.ts';
import { buildWorkers } from './build-worker.ts';
import { coldStartMs } from './cold-start.ts';
import { measure } from './measure.ts';
import { bytesPerStream } from './memory.ts';
import { HELP, readOptions, type Options } from './options.ts';
import { accountRows, cpuRow, growthRows, show, timeRow, verdict } from './report.ts';
import { ACCOUNTS, GROWTHS, HELD, LIMITS, SCENARIOS, type Scenario } from './scenarios.ts';
import { LOCAL, peersOf, prepareWorkers, startLocal, startUpstream, toTarget, type Workers } from './stage.ts';
import { median, medianRatio, present } from './statistics.ts';
import { toQuestion, type Target } from './targets.ts';

/** Starts of each Worker in a round of cold starts. */
const STARTS = 3;

type Results = Record<string, unknown>;

const startedMs = performance.now();

/** One line that is written over on a terminal, and now and then a line elsewhere. */
function progress(text: string): void {
  const line = `[${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s] ${text}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

let lastStep = '';
const onCell = (what: string) => (scenario: Scenario, round: number, target: Target) => {
  const step = `${what}, round ${round === 0 ? '0 (warming up)' : round}: ${scenario.name}`;
  if (!process.stderr.isTTY && step === lastStep) return;
  lastStep = step;
  progress(process.stderr.isTTY ? `${step}: ${target.name}` : step);
};

const title = (text: string) => {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(`\n${text}\n`);
};

const wanted = (name: string, { only }: Options) => name.toLowerCase().includes(only);

async function runTargets(workers: Workers, options: Options, results: Results): Promise<void> {
  const scenarios = SCENARIOS.filter(({ name }) => wanted(name, options));
  const growths = GROWTHS.filter(({ name }) => wanted(`grows: ${name}`, options));
  if (scenarios.length + growths.length === 0) return;
  const running = await Promise.all(LOCAL.map((name) => startLocal(name, workers)));
  const targets = [...running.map(({ target }) => target), ...peersOf(options)];
  if (scenarios.length > 0) {
    const measured = await measure(targets, scenarios, options, onCell('scenarios'));
    results['scenarios'] = measured;
    title('CPU of the process, and as a multiple of the passthrough (median of the ratios of each round)');
    printTable(measured.map(cpuRow));
    title('Milliseconds to the first content / units per second (medians; times on a shared machine)');
    printTable(measured.map(timeRow));
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

async function runAccounts(code: string, upstream: string, options: Options, results: Results): Promise<void> {
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

async function runMemory(workers: Workers, options: Options, results: Results): Promise<void> {
  if (!wanted(`memory: ${HELD.name}`, options)) return;
  const rounds = Math.ceil(options.rounds / 3);
  const bytes: Record<string, (number | null)[]> = {};
  for (let round = 1; round <= rounds; round++) {
    for (const name of LOCAL) {
      progress(`memory, round ${round}: ${name}`);
      const { target, stop } = await startLocal(name, workers);
      (bytes[name] ??= []).push(await bytesPerStream(target, HELD));
      await stop();
    }
    for (const peer of peersOf(options)) (bytes[peer.name] ??= []).push(await bytesPerStream(peer, HELD));
  }
  results['memoryBytesPerStream'] = bytes;
  title(`Memory for each stream, ${HELD.name} (largest resident size over that at rest)`);
  printTable(
    Object.entries(bytes).map(([target, own]) => {
      const ratio = medianRatio(own, bytes['passthrough'] ?? []);
      const limit = target === 'tributary' ? HELD.atMost : null;
      const bytesEach = median(present(own));
      return {
        target,
        'KiB per stream': show(bytesEach === null ? null : bytesEach / 1024),
        ratio: `x${show(ratio)}`,
        'at most': limit === null ? '' : `x${limit}`,
        '': verdict(ratio, limit),
      };
    }),
  );
}

async function runColdStarts(workers: Workers, options: Options, results: Results): Promise<void> {
  if (!wanted('cold start', options)) return;
  const [first] = SCENARIOS;
  if (first === undefined) throw new Error('there are no scenarios');
  const question = (url: string) => toQuestion(toTarget('tributary', url, 0), first);
  const tookMs: { empty: number[]; tributary: number[] } = { empty: [], tributary: [] };
  for (let start = 0; start < options.rounds * STARTS; start++) {
    progress(`cold start ${start + 1} of ${options.rounds * STARTS}`);
    tookMs.empty.push(await coldStartMs({ worker: workers.empty, question }));
    tookMs.tributary.push(await coldStartMs({ worker: workers.tributary, question }));
  }
  results['coldStartMs'] = tookMs;
  const later = median(tookMs.tributary.map((ms, start) => ms - (tookMs.empty[start] ?? 0)));
  title('Cold start, from the start of the process to the first answer');
  printTable([
    {
      'empty Worker': show(median(tookMs.empty), ' ms'),
      tributary: show(median(tookMs.tributary), ' ms'),
      later: show(later, ' ms'),
      'at most': `${LIMITS.coldStartLaterMs} ms later`,
      '': verdict(later, LIMITS.coldStartLaterMs),
    },
  ]);
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
  await runTargets(workers, options, results);
  await runAccounts(built.tributary, upstream, options, results);
  await runMemory(workers, options, results);
  await runColdStarts(workers, options, results);
  if (wanted('size', options)) {
    title('Size of the Worker, minified');
    const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
    results['size'] = { rawBytes: built.rawBytes, gzipBytes: built.gzipBytes };
    printTable([
      {
        raw: kib(built.rawBytes),
        gzip: kib(built.gzipBytes),
        'at most': kib(LIMITS.gzipBytes),
        '': verdict(built.gzipBytes, LIMITS.gzipBytes),
      },
    ]);
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
