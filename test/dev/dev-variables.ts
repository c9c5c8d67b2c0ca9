/** Variables that `npm run dev` sets where the developer did not. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { ROOT } from './root.ts';

/** The admin key of a developer who has set none. It stays the same, so that a browser stays signed in. */
const ADMIN_KEY_FILE = '.wrangler/dev-admin-key';

/** Variables for `wrangler dev`; `adminKey` is the one that was made here, null where the developer has set one. */
export type DevVariables = { readonly values: Readonly<Record<string, string>>; readonly adminKey: string | null };

/** @param flags the developer's flags of `wrangler dev`. @param folder of the project. */
export function devVariables(flags: readonly string[], folder: string = ROOT): DevVariables {
  const ownNames = new Set([...namesInFiles(folder), ...flags.flatMap((flag) => /([A-Z_]+):/.exec(flag)?.[1] ?? [])]);
  const adminKey = ownNames.has('ADMIN_API_KEY') ? null : devAdminKey(join(folder, ADMIN_KEY_FILE));
  const defaults = { LEDGER_FOR: 'all', LOG: 'off', ...(adminKey === null ? {} : { ADMIN_API_KEY: adminKey }) };
  const unset = Object.entries(defaults).filter(([name]) => !ownNames.has(name));
  return { values: { ALLOW_ANONYMOUS: 'true', ...Object.fromEntries(unset) }, adminKey };
}

/** The variables that are set in the file that wrangler reads. An empty one counts as not set, as everywhere: `.dev.vars.example` has some. */
function namesInFiles(folder: string): string[] {
  const path = ['.dev.vars', '.env'].map((name) => join(folder, name)).find(existsSync);
  if (path === undefined) return [];
  const entries = Object.entries(parseEnv(readFileSync(path, 'utf8')));
  return entries.flatMap(([name, value]) => (value?.trim() === '' ? [] : [name]));
}

function devAdminKey(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const key = `dev-admin-${randomBytes(12).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${key}\n`, { mode: 0o600 });
  return key;
}
