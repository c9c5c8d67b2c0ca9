/**
 * Runs a script as the head of a process group of its own. The group ends when this process ends, in whatever way: the script ends the group
 * when its channel to this process closes (`endWithParent`).
 */
import { fork } from 'node:child_process';
import { ROOT } from './root.ts';

/** What is run. */
type GroupScript = {
  /** Path of the script. */
  script: string;
  given: readonly string[];
  /** Longest time the group may take to end after a signal, in milliseconds. Then it is killed. */
  patienceMs: number;
};

/** Runs the script, passes signals on as the message `end`, and exits with its exit code; with 0 after a signal. */
export function runGroup({ script, given, patienceMs }: GroupScript): void {
  const group = fork(script, given, { cwd: ROOT, detached: true, stdio: 'inherit' });
  let isEnding = false;
  function end(): void {
    if (isEnding) return;
    isEnding = true;
    if (group.connected) group.send('end');
    setTimeout(() => kill(group.pid), patienceMs);
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  if (process.env['npm_lifecycle_event'] !== undefined) endAfterNpm(end);
  if (process.connected) process.on('disconnect', end); // the command line has started this process, and was killed
  group.on('exit', (code) => {
    kill(group.pid); // what it may have left behind
    process.exit(isEnding ? 0 : (code ?? 1));
  });
}

/** For the script that is run. @param end ends everything in an orderly way. */
export function endWithParent(end: () => void): void {
  process.on('message', end);
  process.on('disconnect', killOwnGroup); // the process that started this one is gone, and could send nothing
}

/** Kills this process, and every process of its group. */
export const killOwnGroup = (): void => kill(process.pid);

/** npm can be killed without a signal to its scripts. */
function endAfterNpm(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, 500);
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // the group is gone already
  }
}
