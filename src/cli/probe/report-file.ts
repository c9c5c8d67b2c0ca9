/** The report file of a probe: below `.tributary/probes/`, which git ignores. An unfinished one is continued. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readReport, writeLine, type KnownReport } from './report-lines.ts';
import { MAX_AGE_MS } from './run.ts';
import type { ProbeTarget } from './target.ts';

/** An open report. */
export type ReportFile = { readonly path: string; readonly known: KnownReport; readonly append: (text: string) => void };

/** Largest report that is read, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** What a report is opened for. */
export type ReportOptions = {
  readonly root: string;
  readonly target: ProbeTarget;
  readonly nowMs: number;
  /** A report that exists is put aside. */ readonly isFresh: boolean;
};

/** Opens the report of a target. A finished, an old or an unwanted one is put aside under the time of its beginning. */
export function openReport({ root, target, nowMs, isFresh }: ReportOptions): ReportFile {
  const { provider, operation, model } = target;
  const path = join(root, '.tributary/probes', provider.slug, `${operation}-${model.replace(/[^\w.-]+/g, '_')}.jsonl`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const found = readIfThere(path);
  const begun = found?.head?.begun ?? new Date(nowMs).toISOString();
  // Names of two models may become the name of one file.
  const isUsable =
    found !== null && found.head?.model === model && !isFresh && !found.isFinished && nowMs - Date.parse(begun) <= MAX_AGE_MS;
  if (found !== null && !isUsable) renameSync(path, path.replace(/\.jsonl$/, `-${begun.replaceAll(':', '-')}.jsonl`));
  const append = (text: string) => appendFileSync(path, text, { mode: 0o600 });
  if (!isUsable) append(writeLine({ probe: { provider: provider.slug, model, operation, begun: new Date(nowMs).toISOString() } }));
  // The last line may have been cut by a kill.
  else append('\n');
  return { path, known: isUsable ? found : readReport(''), append };
}

function readIfThere(path: string): KnownReport | null {
  if (!existsSync(path) || statSync(path).size > MAX_BYTES) return null;
  return readReport(readFileSync(path, 'utf8'));
}
