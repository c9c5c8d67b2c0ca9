/** Sections that start processes anew for each figure: the memory of open streams, and cold starts. */
import { printTable } from '../dev/table.ts';
import { coldStartMs } from './cold-start.ts';
import { progress, title, wanted, type Field, type Results } from './field.ts';
import { bytesPerStream } from './memory.ts';
import type { Options } from './options.ts';
import { show, wantedCells } from './report.ts';
import { HELD, SCENARIOS, WANTED_START } from './scenarios.ts';
import { start, type Startable } from './stage.ts';
import { median, medianRatio, present } from './statistics.ts';
import { toQuestion } from './targets.ts';

/** Starts of each Worker in a round of cold starts. */
const STARTS = 3;

/** Prints the memory that each open stream takes. */
export async function runMemory({ own, served }: Field, options: Options, results: Results): Promise<void> {
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
      const bytesEach = median(present(each));
      return {
        target,
        'KiB per stream': show(bytesEach === null ? null : bytesEach / 1024),
        ratio: `x${show(medianRatio(each, bytes['passthrough'] ?? []))}`,
        ...(target === 'tributary' ? wantedCells(bytes, HELD.wanted) : {}),
      };
    }),
  );
}

/** Prints how long each router takes from the start of its process to its first answer. */
export async function runColdStarts({ workers, own }: Field, options: Options, results: Results): Promise<void> {
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
  const laterMs = Object.fromEntries(
    routers.map(({ name }) => [name, (tookMs[name] ?? []).map((ms, place) => ms - (tookMs['empty']?.[place] ?? 0))]),
  );
  title('Cold start, from the start of the process to the first answer');
  printTable(
    routers.map(({ name }) => ({
      target: name,
      'empty Worker': show(median(tookMs['empty'] ?? []), ' ms'),
      'first answer': show(median(tookMs[name] ?? []), ' ms'),
      later: show(median(laterMs[name] ?? []), ' ms'),
      ...(name === ours.name ? wantedCells(laterMs, WANTED_START) : {}),
    })),
  );
}
