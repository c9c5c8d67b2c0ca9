/** Checks the folders that `start` and `dev` write to, and the browser of the tests. */
import { dirname, join } from 'node:path';
import { linesOf, type CheckLine } from './check.ts';
import type { Machine } from './machine.ts';

/** Folders with stored data: of `tributary start`, and of `tributary dev`. */
const FOLDERS = ['data', '.wrangler'];

/** Less free space than this is reported, in bytes: a day of a busy ledger. */
const LOW_BYTES = 256 * 2 ** 20;

export function checkFolders(root: string, machine: Machine): CheckLine[] {
  return FOLDERS.map((name) => checkFolder(root, name, machine));
}

function checkFolder(root: string, name: string, machine: Machine): CheckLine {
  const lines = linesOf(`folder ${name}`);
  const path = join(root, name);
  const found = machine.stat(path);
  if (found !== null && !found.isFolder) return lines.problem('is a file; a folder is expected', `mv ${name} ${name}.old`);
  const place = found === null ? dirname(path) : path;
  if (!machine.isWritable(place))
    return lines.problem(`${found === null ? 'cannot be made' : 'cannot be written'}: ${place}`, `ls -ld ${place}`);
  const free = machine.freeBytes(place);
  if (free !== null && free < LOW_BYTES) return lines.warning(`its disk has only ${Math.floor(free / 2 ** 20)} MiB left`, `df -h ${place}`);
  return lines.ok(found === null ? 'does not exist yet, and can be made' : 'can be written');
}

/** Where Chromium usually is. */
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Checks the browser of the tests of the console. Nothing else needs one. */
export function checkBrowser(chosen: string | undefined, machine: Machine): CheckLine {
  const lines = linesOf('browser');
  if (chosen !== undefined && chosen !== '')
    return machine.stat(chosen) === null
      ? lines.problem('CHROMIUM_PATH names no file, so browser tests fail', 'unset CHROMIUM_PATH')
      : lines.ok('CHROMIUM_PATH, for the tests of the console');
  const found = BROWSERS.find((path) => machine.stat(path) !== null);
  if (found !== undefined) return lines.ok(`${found}, for the tests of the console`);
  return lines.warning('no Chromium is found, so browser tests are skipped', 'sudo apt-get install chromium   # or set CHROMIUM_PATH');
}
