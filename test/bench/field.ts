/** What the sections of the benchmark share: what is measured, results by name, and lines that say how far it is. */
import type { Options } from './options.ts';
import type { Scenario } from './scenarios.ts';
import type { Startable, Workers } from './stage.ts';
import type { Target } from './targets.ts';

/** Everything that is measured: what is started here, and servers that run elsewhere. */
export type Field = { workers: Workers; own: readonly Startable[]; served: readonly Target[]; upstream: string };

/** What is written as JSON. */
export type Results = Record<string, unknown>;

const startedMs = performance.now();

/** Shows how far the benchmark is: one line that is written over on a terminal, and now and then a line elsewhere. */
export function progress(text: string): void {
  const line = `[${((performance.now() - startedMs) / 1000).toFixed(0).padStart(4)} s] ${text}`;
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
}

let lastStep = '';

/** Shows which round is measured. */
export const onCell = (what: string) => (scenario: Scenario, round: number, target: Target) => {
  const step = `${what}, round ${round === 0 ? '0 (warming up)' : round}: ${scenario.name}`;
  if (!process.stderr.isTTY && step === lastStep) return;
  lastStep = step;
  progress(process.stderr.isTTY ? `${step}: ${target.name}` : step);
};

/** Prints the title of a table. */
export function title(text: string): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(`\n${text}\n`);
}

/** True where a row is to be measured. */
export const wanted = (name: string, { only }: Options): boolean => name.toLowerCase().includes(only);
