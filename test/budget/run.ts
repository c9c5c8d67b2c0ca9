/**
 * Starts the process that counts. Its V8 does not optimise, so that no object is left out, and looks at every allocation. It has no threads
 * beside: with them the time of a collection, and so the forms of objects, depends on what else the machine does. So the counts are the same in every
 * run on every machine, but for a few objects. They are those of one version of V8, so the Node of the package `node` is taken.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured } from './measure.ts';

const NODE = join(import.meta.dirname, '../../node_modules/node/bin/node');

const FLAGS = [
  '--sampling-heap-profiler-suppress-randomness',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--single-threaded',
  '--max-semi-space-size=64',
  '--disable-warning=ExperimentalWarning',
];

/** Counts rows. @param only rows with this text in their names. @param isWasteful true = with what `waste.ts` adds. */
export async function countRows(only = '', isWasteful = false): Promise<Readonly<Record<string, Measured>>> {
  const args = [...FLAGS, join(import.meta.dirname, 'count.ts'), only, ...(isWasteful ? ['waste'] : [])];
  const { stdout } = await promisify(execFile)(NODE, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Record<string, Measured>; // our own process
}
