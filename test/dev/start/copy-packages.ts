/**
 * Last step of the build of the container's image: copies the packages that `npm start` needs at run time, with all that they depend on, into the
 * folder that is named. The others (tests, clients, linters) are four fifths of node_modules.
 */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from '../root.ts';

type Manifest = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> };

/** Names of a package and of all packages that it needs, where they are installed: a package for another system is not. */
export function packagesOf(name: string, known: Set<string> = new Set()): ReadonlySet<string> {
  const path = join(ROOT, 'node_modules', name, 'package.json');
  if (known.has(name) || !existsSync(path)) return known;
  known.add(name);
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) packagesOf(each, known);
  return known;
}

const [target] = process.argv.slice(2);
if (process.argv[1] === import.meta.filename && target !== undefined)
  for (const name of packagesOf('miniflare')) cpSync(join(ROOT, 'node_modules', name), resolve(target, name), { recursive: true });
