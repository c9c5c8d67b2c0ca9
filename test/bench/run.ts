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
import { prepareWorkers, servedPeers, start, startables, startUpstream, type Startable, type Workers } from './stage.ts';
import { median, medianRatio, present } from './statistics.ts';
import { toQuestion, type Target } from './targets.ts';

/** Starts of each Worker in a round of cold starts. */
const STARTS = 3;

type Results = Record<string, unknown>;

/** Everything that is measured: what is started here, and servers that run elsewhere. */
type Field = { workers: Workers; own: readonly Startable[]; served: readonly Target[] };

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
    title('Milliseconds to the first content / units per second (medians; times on a shared machine)');
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

async function runMemory({ own, served }: Field, options: Options, results: Results): Promise<void> {
  if (!wanted(`memory: ${HELD.name}`, options)) return;
  const rounds = Math.ceil(options.rounds / 3);
  const bytes: Record<string, (number | null)[]> = {};
  for (let round = 1; round <= rounds; round++) {
    for (const startable of own) {
      progress(`memory, round ${round}: ${startable.name}`);
      const { target, stop } = await start(startable);
      (bytes[startable.name] ??= []).push(await bytesPerStream(target, HELD));
      await stop();
    }
    for (const peer of served) (bytes[peer.name] ??= []).push(await bytesPerStream(peer, HELD));
  }
  results['memoryBytesPerStream'] = bytes;
  title(`Memory for each stream, ${HELD.name} (largest resident size over that at rest)`);
  printTable(
    Object.entries(bytes).map(([target, each]) => {
      const ratio = medianRatio(each, bytes['passthrough'] ?? []);
      const limit = target === 'tributary' ? HELD.atMost : null;
      const bytesEach = median(present(each));
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

async function runColdStarts({ workers, own }: Field, options: Options, results: Results): Promise<void> {
  if (!wanted('cold start', options)) return;
  const [first] = SCENARIOS;
  if (first === undefined) throw new Error('there are no scenarios');
  const routers = own.filter((startable) => !startable.toTarget('', 0).isRaw);
  const ask = (startable: Startable) => (url: string) => toQuestion(startable.toTarget(url, 0), first);
  const [ours] = routers;
  if (ours === undefined) throw new Error('there is no router');
  const tookMs: Record<string, number[]> = { empty: [] };
  for (let round = 0; round < options.rounds * STARTS; round++) {
    progress(`cold start ${round + 1} of ${options.rounds * STARTS}`);
    tookMs['empty']?.push(await coldStartMs({ worker: workers.empty, question: ask(ours) }));
    for (const router of routers) (tookMs[router.name] ??= []).push(await coldStartMs({ worker: router.worker, question: ask(router) }));
  }
  results['coldStartMs'] = tookMs;
  title('Cold start, from the start of the process to the first answer');
  printTable(
    routers.map(({ name }) => {
      const later = median((tookMs[name] ?? []).map((ms, place) => ms - (tookMs['empty']?.[place] ?? 0)));
      const limit = name === ours.name ? LIMITS.coldStartLaterMs : null;
      return {
        target: name,
        'empty Worker': show(median(tookMs['empty'] ?? []), ' ms'),
        'first answer': show(median(tookMs[name] ?? []), ' ms'),
        later: show(later, ' ms'),
        'at most': limit === null ? '' : `${limit} ms later`,
        '': verdict(later, limit),
      };
    }),
  );
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
  const field = { workers, own: startables(workers, options, upstream), served: servedPeers(options, upstream) };
  await runTargets(field, options, results);
  await runAccounts(built.tributary, upstream, options, results);
  await runMemory(field, options, results);
  await runColdStarts(field, options, results);
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
