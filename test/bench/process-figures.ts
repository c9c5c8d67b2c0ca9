/** What a process has used so far: CPU seconds and resident memory, from `/proc` or, where there is none, from `ps`. Reads only. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of `/proc` in a second; a constant of the kernel's interface on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

const hasProc = existsSync('/proc/self/stat');
/** Linux may count each thread's nanoseconds; its ticks of 10 ms are coarse for a short round. */
const hasSchedstat = existsSync(`/proc/self/task/${process.pid}/schedstat`);

/** User and system seconds of a process since it began. @throws when there is no such process. */
export function cpuSeconds(pid: number): number {
  if (hasSchedstat) return threadSeconds(pid);
  return hasProc ? parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) : parsePsTime(ps('time=', pid));
}

/** workerd keeps its threads, so nothing is lost with one that has ended. */
function threadSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  return nanoseconds.reduce((sum, own) => sum + own, 0) / 1e9;
}

/** Resident memory of a process in bytes. @throws when there is no such process. */
export function residentBytes(pid: number): number {
  if (!hasProc) return Number(ps('rss=', pid).trim()) * 1024;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

const ps = (column: string, pid: number): string => execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' });

/** User and system seconds in the text of `/proc/<pid>/stat`. The name in it may contain anything, so counting starts after it. */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Seconds in what `ps` calls TIME: `[[days-]hours:]minutes:seconds[.hundredths]`. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? text.trim().split('-') : ['0', text.trim()];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
