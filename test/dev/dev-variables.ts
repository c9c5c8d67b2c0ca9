/** Variables that `npm run dev` sets where the developer did not. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { ROOT } from './root.ts';

/** The admin key of a developer who has set none. It stays the same, so that a browser stays signed in. */
const ADMIN_KEY_FILE = join(ROOT, '.wrangler/dev-admin-key');

/** Variables for `wrangler dev`; `adminKey` is the one that was made here, null where the developer has set one. */
export type DevVariables = { readonly values: Readonly<Record<string, string>>; readonly adminKey: string | null };

/** @param flags the developer's flags of `wrangler dev`. */
export function devVariables(flags: readonly string[]): DevVariables {
  const ownNames = new Set([...namesInFiles(), ...flags.flatMap((flag) => /([A-Z_]+):/.exec(flag)?.[1] ?? [])]);
  const adminKey = ownNames.has('ADMIN_API_KEY') ? null : devAdminKey();
  const defaults = { LEDGER_FOR: 'all', LOG: 'off', ...(adminKey === null ? {} : { ADMIN_API_KEY: adminKey }) };
  const unset = Object.entries(defaults).filter(([name]) => !ownNames.has(name));
  return { values: { ALLOW_ANONYMOUS: 'true', ...Object.fromEntries(unset) }, adminKey };
}

/** The files that wrangler reads. */
function namesInFiles(): string[] {
  const path = ['.dev.vars', '.env'].map((name) => join(ROOT, name)).find(existsSync);
  return path === undefined ? [] : Object.keys(parseEnv(readFileSync(path, 'utf8')));
}

function devAdminKey(): string {
  if (existsSync(ADMIN_KEY_FILE)) return readFileSync(ADMIN_KEY_FILE, 'utf8').trim();
  const key = `dev-admin-${randomBytes(12).toString('hex')}`;
  mkdirSync(dirname(ADMIN_KEY_FILE), { recursive: true });
  writeFileSync(ADMIN_KEY_FILE, `${key}\n`, { mode: 0o600 });
  return key;
}
