/** Checks Node, the installed packages, and that the local runtime starts. */
import { join } from 'node:path';
import { isObject, parseJson, textOf } from '../../lib/json.ts';
import { linesOf, type CheckLine } from './check.ts';
import type { Machine } from './machine.ts';

/** Packages with a line of their own: without them nothing runs. */
const NAMED = new Set(['wrangler', 'workerd']);

/** Names of packages that are listed; the others are counted. */
const MAX_LISTED = 5;

/** @param running version of the Node that runs this. */
export async function checkPackages(root: string, running: string, machine: Machine): Promise<CheckLine[]> {
  const wanted = exactVersions(root, machine);
  const installed = (name: string) => versionOf(join(root, 'node_modules', name), machine);
  const ofWrangler = parseJson(machine.readText(join(root, 'node_modules/wrangler/package.json')) ?? '');
  const workerd = isObject(ofWrangler) && isObject(ofWrangler['dependencies']) ? textOf(ofWrangler['dependencies']['workerd']) : null;
  const named = [
    { name: 'wrangler', version: wanted.get('wrangler') ?? null },
    { name: 'workerd', version: workerd },
  ].map(({ name, version }) => checkVersion(name, version, installed(name)));
  const others = [...wanted].filter(([name, version]) => !NAMED.has(name) && installed(name) !== version).map(([name]) => name);
  return [checkNode(running, wanted.get('node') ?? null), ...named, checkOthers(others, wanted.size), await checkRuntime(root, machine)];
}

function checkNode(running: string, wanted: string | null): CheckLine {
  const lines = linesOf('node');
  const [major = 0, minor = 0] = running.split('.').map(Number);
  // From 22.18 Node runs TypeScript without a flag (nodejs.org, release notes of 22.18.0, as last known 2025-08).
  if (major < 22 || (major === 22 && minor < 18))
    return lines.problem(
      `Node ${running} does not run TypeScript; 22.18 or newer is needed`,
      'npm ci   # installs the Node of the project',
    );
  if (wanted === null || running === wanted) return lines.ok(`Node ${running}`);
  return lines.ok(`Node ${running}; scripts of the project run with ${wanted}`);
}

function checkVersion(name: string, wanted: string | null, installed: string | null): CheckLine {
  const lines = linesOf(name);
  if (installed === null) return lines.problem(`${name} is not installed`, 'npm ci');
  if (wanted !== null && installed !== wanted) return lines.problem(`${name} ${installed} is installed; ${wanted} is expected`, 'npm ci');
  return lines.ok(`${name} ${installed}`);
}

function checkOthers(others: readonly string[], count: number): CheckLine {
  const lines = linesOf('packages');
  if (count === 0) return lines.problem('package.json cannot be read', 'git checkout package.json');
  if (others.length === 0) return lines.ok(`${count} packages have the versions of package.json`);
  const more = others.length > MAX_LISTED ? ` and ${others.length - MAX_LISTED} more` : '';
  return lines.problem(
    `missing, or of another version than package.json states: ${others.slice(0, MAX_LISTED).join(', ')}${more}`,
    'npm ci',
  );
}

/** Whether the runtime starts: its program is installed by a script of the package, which an option of npm skips. */
async function checkRuntime(root: string, machine: Machine): Promise<CheckLine> {
  const lines = linesOf('runtime');
  const result = await machine.run(join(root, 'node_modules/.bin/workerd'), ['--version']);
  const version = /workerd \d{4}-\d{2}-\d{2}/.exec(result?.output ?? '')?.[0];
  if (result?.code === 0 && version !== undefined) return lines.ok(`${version} starts`);
  return lines.problem(
    'the program workerd does not start: its package is incomplete, or this system is not supported (Linux needs glibc 2.35 or newer)',
    'npm ci && npm rebuild workerd',
  );
}

/** Packages of package.json, with their versions. The project states exact ones only. */
function exactVersions(root: string, machine: Machine): Map<string, string> {
  const body = parseJson(machine.readText(join(root, 'package.json')) ?? '');
  const lists = isObject(body) ? [body['dependencies'], body['devDependencies']] : [];
  const entries = lists.filter(isObject).flatMap((list) => Object.entries(list));
  return new Map(entries.flatMap(([name, version]) => (typeof version === 'string' ? [[name, version]] : [])));
}

function versionOf(folder: string, machine: Machine): string | null {
  const body = parseJson(machine.readText(join(folder, 'package.json')) ?? '');
  return isObject(body) ? textOf(body['version']) : null;
}
