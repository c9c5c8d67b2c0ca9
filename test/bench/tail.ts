/**
 * Section of the time to the first content of a stream while many others are open, on a machine that has time left: a tenth of it is idle. The
 * pace of the events is found by a short run of every target, and is the same for all of them. Each stream that ends is followed by another.
 */
import { cpus } from 'node:os';
import { printTable } from '../dev/table.ts';
import { runLoad, type Answer } from './client.ts';
import { progress, title, wanted, type Field, type Results } from './field.ts';
import { CELL_MS, checkAnswers } from './measure.ts';
import type { Options } from './options.ts';
import { cpuSeconds } from './process-figures.ts';
import { show } from './report.ts';
import { TAIL_STREAMS, tailScenario, type Scenario } from './scenarios.ts';
import { start } from './stage.ts';
import { present, quantile } from './statistics.ts';
import { toQuestion, type Target } from './targets.ts';

/** Busiest part of the machine that is aimed at, and the most that is accepted. */
const [AIM, MOST] = [0.8, 0.9];

/** Milliseconds between events of one of a hundred streams where the search for the pace begins. */
const FIRST_PACE_MS = 30;

/** Answers of one run, and how busy the machine was: all processors, and the process of the target of one processor. */
type Run = { answers: Answer[]; machine: number; process: number };

/** Prints times to the first content at each number of open streams. */
export async function runTail({ own, served }: Field, options: Options, results: Results): Promise<void> {
  const counts = TAIL_STREAMS.filter((count) => wanted(`tail: ${count} open streams`, options));
  if (counts.length === 0) return;
  const startable = own.filter(({ name }) => name !== 'identity');
  const running = await Promise.all(startable.map(start));
  const targets = [...running.map(({ target }) => target), ...served];
  progress('tail: finding the pace');
  let paceMs = (await findPaceMs(targets)) / 100; // for one stream
  const rows = [];
  for (const count of counts) {
    const found = await runAll(targets, { count, paceMs, rounds: Math.ceil(options.rounds / 3) });
    ({ paceMs } = found);
    for (const [name, runs] of Object.entries(found.runs)) rows.push(tailRow(name, count, found.scenario, runs));
    results[`tail: ${count}`] = { eventMs: found.scenario.script.paceMs, runs: Object.fromEntries(rows.map((row) => [row.target, row])) };
  }
  await Promise.all(running.map(({ stop }) => stop()));
  title('Milliseconds to the first content and to the end of a stream, of streams that begin while so many are open');
  printTable(rows);
}

/** A pace at which no target takes more of the machine than is aimed at, of a hundred streams. */
async function findPaceMs(targets: readonly Target[]): Promise<number> {
  let paceMs = FIRST_PACE_MS;
  for (let turn = 0; turn < 2; turn++) {
    let busiest = 0;
    for (const target of targets) busiest = Math.max(busiest, busyOf(await run(target, tailScenario(100, paceMs))));
    paceMs = Math.max(1, Math.ceil((paceMs * busiest) / AIM));
  }
  return paceMs;
}

type Plan = { count: number; paceMs: number; rounds: number };

/** Runs all targets, again at a slower pace where one took too much of the machine. */
async function runAll(
  targets: readonly Target[],
  { count, paceMs, rounds }: Plan,
): Promise<{ scenario: Scenario; paceMs: number; runs: Record<string, Run[]> }> {
  const scenario = tailScenario(count, Math.max(1, Math.round(paceMs * count)));
  const runs: Record<string, Run[]> = {};
  for (let round = 1; round <= rounds; round++) {
    for (const target of targets) {
      progress(`tail, round ${round}: ${count} open streams, ${scenario.script.paceMs} ms between events: ${target.name}`);
      const made = await run(target, scenario);
      const busy = busyOf(made);
      if (busy > MOST) return runAll(targets, { count, paceMs: Math.ceil((scenario.script.paceMs * busy) / AIM) / count, rounds });
      (runs[target.name] ??= []).push(made);
    }
  }
  return { scenario, paceMs, runs };
}

const busyOf = ({ machine, process }: Run): number => Math.max(machine, process);

async function run(target: Target, scenario: Scenario): Promise<Run> {
  const { answers: count, atOnce, staggerMs } = scenario;
  const [before, beforeSeconds, startMs] = [cpuTimes(), target.pid === null ? 0 : cpuSeconds(target.pid), performance.now()];
  const all = await runLoad({ count, atOnce, staggerMs, deadlineMs: CELL_MS }, toQuestion(target, scenario));
  const seconds = (performance.now() - startMs) / 1000;
  const after = cpuTimes();
  checkAnswers(all, target, scenario);
  return {
    answers: all.filter(({ turn }) => turn > atOnce), // the first ones found fewer streams open
    machine: 1 - (after.idle - before.idle) / (after.all - before.all),
    process: target.pid === null ? 0 : (cpuSeconds(target.pid) - beforeSeconds) / seconds,
  };
}

/** Milliseconds of all processors since the machine began. */
function cpuTimes(): { idle: number; all: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    all: times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
}

function tailRow(target: string, count: number, { script }: Scenario, runs: readonly Run[]): Record<string, string> & { target: string } {
  const answers = runs.flatMap((one) => one.answers);
  const firsts = present(answers.map(({ firstContentMs }) => firstContentMs));
  const percent = (shares: readonly number[]) => `${Math.round(100 * Math.max(...shares))} %`;
  return {
    'open streams': `${count}`,
    target,
    'ms between events': `${script.paceMs}`,
    machine: percent(runs.map(({ machine }) => machine)),
    'process, of a core': percent(runs.map(({ process }) => process)),
    'first p50': show(quantile(firsts, 0.5)),
    'first p99': show(quantile(firsts, 0.99)),
    'end p99': show(
      quantile(
        answers.map(({ totalMs }) => totalMs),
        0.99,
      ),
    ),
  };
}
