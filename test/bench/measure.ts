/**
 * Rounds: each scenario on every target in turn, again and again, so that what the machine does to one it does to all. Every answer is
 * checked; the first wrong one ends the run. Prints nothing.
 */
import { findFault } from './answer.ts';
import { runLoad, type Answer } from './client.ts';
import { cpuSeconds } from './process-figures.ts';
import type { Scenario } from './scenarios.ts';
import { median, present, quantile } from './statistics.ts';
import { callsPerAnswer, toExpected, toQuestion, type Target } from './targets.ts';

/** Longest time for one round of one scenario on one target, in milliseconds. */
export const CELL_MS = 60_000;

/** One round of one scenario on one target. */
export type Cell = {
  /** Null where the process is not known. */
  cpuMicrosecondsPerUnit: number | null;
  unitsPerSecond: number;
  firstContentMs: number | null;
  firstContentP99Ms: number | null;
  totalMs: number | null;
  totalP99Ms: number | null;
};

/** All rounds of one scenario: cells by the name of the target, in order of rounds. `faults`: of targets that gave a wrong answer. */
export type Measurement = { scenario: Scenario; cells: Record<string, Cell[]>; faults: Record<string, string> };

/** @throws naming target and scenario when an answer is not the scripted one. */
export function checkAnswers(answers: readonly Answer[], target: Target, scenario: Scenario): void {
  const expected = toExpected(target, scenario);
  for (const { status, raw } of answers) {
    const text = Buffer.concat(raw).toString();
    const fault = status === 200 ? findFault(text, expected) : `HTTP ${status}: ${text.slice(0, 300)}`;
    if (fault !== null) throw new Error(`${target.name} gave a wrong answer in "${scenario.name}": ${fault}`);
  }
}

/** @param scale how many times the scenario's answers. */
async function runCell(target: Target, scenario: Scenario, scale: number): Promise<Cell> {
  const calls = callsPerAnswer(target, scenario);
  // Streams that all begin together are a figure of their own number: more of them would be another scenario.
  const answers = scenario.staggerMs > 0 ? scenario.answers : Math.max(1, Math.round(scenario.answers * scale));
  const load = { count: answers * calls, atOnce: scenario.atOnce * calls, staggerMs: scenario.staggerMs, deadlineMs: CELL_MS };
  const before = target.pid === null ? null : cpuSeconds(target.pid);
  const start = performance.now();
  const got = await runLoad(load, toQuestion(target, scenario)).catch((thrown: unknown) => {
    throw new Error(`${target.name} failed in "${scenario.name}": ${String(thrown)}`, { cause: thrown });
  });
  const seconds = (performance.now() - start) / 1000;
  const used = target.pid === null || before === null ? null : cpuSeconds(target.pid) - before;
  checkAnswers(got, target, scenario);
  const units = answers * scenario.unitsPerAnswer;
  const totals = got.map(({ totalMs }) => totalMs);
  const firsts = present(got.map(({ firstContentMs }) => firstContentMs));
  return {
    cpuMicrosecondsPerUnit: used === null ? null : (used / units) * 1e6,
    unitsPerSecond: units / seconds,
    firstContentMs: median(firsts),
    firstContentP99Ms: quantile(firsts, 0.99),
    totalMs: median(totals),
    totalP99Ms: quantile(totals, 0.99),
  };
}

/** Measures scenarios on targets. @param onCell called before each round of each scenario on each target. */
export async function measure(
  targets: readonly Target[],
  scenarios: readonly Scenario[],
  { rounds, scale }: { rounds: number; scale: number },
  onCell: (scenario: Scenario, round: number, target: Target) => void,
): Promise<Measurement[]> {
  const cells = () => Object.fromEntries(targets.map(({ name }) => [name, []]));
  const all = scenarios.map((scenario): Measurement => ({ scenario, cells: cells(), faults: {} }));
  for (let round = 0; round <= rounds; round++) {
    for (const { scenario, cells: own, faults } of all) {
      // The first target finds another machine state than the last.
      const turn = targets.map((_, place) => targets[(place + round) % targets.length]).filter((target) => target !== undefined);
      for (const target of turn) {
        if (target.name in faults) continue;
        onCell(scenario, round, target);
        const warming = round === 0;
        try {
          const cell = await runCell(target, warming ? warmUp(scenario) : scenario, warming ? 1 : scale);
          if (!warming) own[target.name]?.push(cell);
        } catch (thrown) {
          if (target.mayBeWrong !== true) throw thrown;
          faults[target.name] = String(thrown);
          own[target.name] = [];
        }
      }
    }
  }
  return all;
}

/** As much as makes the code of a path hot. Paced streams pass it slowly, and after the fast ones, so that a few of them are enough. */
function warmUp(scenario: Scenario): Scenario {
  return scenario.staggerMs === 0 ? scenario : { ...scenario, answers: Math.ceil(scenario.answers / 4) };
}
