/** Finds the Chromium of this machine. */
import { existsSync } from 'node:fs';

/** Where distributions put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

/** Path of a Chromium; null = there is none. `CHROMIUM_PATH` comes first: an empty one means none. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  return (named === undefined ? PLACES : [named]).find((path) => existsSync(path)) ?? null;
}

/** Where there is none, prints why tests are skipped. Vitest runs it once, before the browser tests. */
export default function setup(): void {
  if (findChromium() === null)
    console.log('Browser tests skipped: install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
}

/**
 * No sandbox: tests run as root in containers. No service of Google, and no name is looked up: whatever is not on this machine cannot be reached.
 */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
