/**
 * `npm run models:sync PROVIDER`: asks a provider for its list of models, with your key, and shows what that changes in its file, as a
 * diff. `--write` makes the changes, `--all` adds every listed model instead of those that another file already knows, `--add ID` adds
 * one (may be repeated). Keys come from the environment or from .dev.vars; they are sent to the provider and shown to nobody.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { createAccess } from '../../src/platform/env.ts';
import { systemClock, systemFetch } from '../../src/platform/system.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { readModelList, syncModels, type ListedModel, type Sync } from '../../src/registry/sync.ts';
import { authorize } from '../../src/upstream/auth/index.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { createCallKeys } from '../../src/upstream/keys.ts';
import { ROOT } from './serve.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    add: { type: 'string', multiple: true, default: [] },
  },
});

const catalog = createCatalog(PROVIDERS);

/** An end with a message instead of a stack. */
class Refusal extends Error {}

function providerOf(slug: string | undefined): CompiledProvider {
  const provider = slug === undefined ? undefined : catalog.provider(slug);
  if (provider !== undefined) return provider;
  const said = slug === undefined ? 'Which provider?' : `No provider is called "${slug}".`;
  throw new Refusal(
    `${said} There are ${PROVIDERS.map((known) => known.slug).join(', ')}.\nUse: npm run models:sync -- novita [--write] [--all] [--add ID]`,
  );
}

/** Variables as `npm run dev` sees them. */
function variables(): Record<string, string | undefined> {
  const file = join(ROOT, '.dev.vars');
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

/** The provider's list. */
async function askForModels(provider: CompiledProvider): Promise<{ url: string; models: ListedModel[] }> {
  const access = createAccess(variables())(provider);
  // Some providers show their list to everybody: a missing key is only missed when they refuse.
  if (access.baseUrl === null) throw new Refusal(`${provider.name} is not set up: set ${access.missingVariables.join(' and ')}.`);
  const url = `${access.baseUrl}${provider.modelsPath}`;
  const call = { url, headers: { accept: 'application/json', ...headersOf(provider) }, body: '' };
  const keyHealth = createKeyHealth(systemClock);
  const credentials = createCallKeys({ access, provider: provider.slug, model: '' }, { clock: systemClock, keyHealth }).next();
  const sent = credentials === null ? call : await authorize(access.auth, credentials, call, { fetch: systemFetch, clock: systemClock });
  console.error(`Asking ${url} ...`);
  const response = await systemFetch(sent.url, { headers: sent.headers, redirect: 'manual' }).catch(() => {
    throw new Refusal(`${provider.name} could not be reached.`);
  });
  if (!response.ok) {
    const missing =
      access.missingVariables.length === 0 ? '' : ` Set ${access.missingVariables.join(' and ')}, in the environment or in .dev.vars.`;
    throw new Refusal(`${provider.name} answered with HTTP ${response.status}.${missing}`);
  }
  const models = readModelList(await response.json());
  if (models.length === 0)
    throw new Refusal(`${provider.name} answered with a list that holds no models, or in a shape that is not known here.`);
  return { url, models };
}

const headersOf = ({ operations }: CompiledProvider) =>
  (operations.chat ?? operations.completions ?? operations.embeddings)?.[0]?.headers ?? {};

/** The slug under which another file offers a model of this id. */
function knownSlug({ id }: ListedModel): string | null {
  const wanted = id.toLowerCase();
  return catalog.slugs().find((slug) => slug === wanted || slug.split('/')[1] === wanted.split('/').at(-1)) ?? null;
}

/** Shows the difference as git does. */
function showDiff(path: string, before: string, after: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'models-sync-'));
  try {
    const [old, fresh] = [join(folder, 'old.jsonc'), join(folder, 'new.jsonc')];
    writeFileSync(old, before);
    writeFileSync(fresh, after);
    const color = process.stdout.isTTY ? 'always' : 'never';
    const { stdout, error } = spawnSync('git', ['diff', '--no-index', `--color=${color}`, '--', old, fresh], { encoding: 'utf8' });
    if (error !== undefined) throw new Refusal('git is needed to show the difference.');
    console.log(stdout.replaceAll(old, `/${path}`).replaceAll(fresh, `/${path}`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function summarize({ updated, added, unlisted, left }: Sync, listed: number): void {
  console.log(`${listed} models listed; ${updated.length} entries changed, ${added.length} added.`);
  if (unlisted.length > 0) console.log(`In the file and not in the list (left alone): ${unlisted.join(', ')}`);
  if (left.length > 0)
    console.log(
      `${left.length} listed models are not in the file; --all adds them, --add ID adds one: ${left.slice(0, 20).join(', ')}${left.length > 20 ? ', ...' : ''}`,
    );
}

try {
  const provider = providerOf(positionals[0]);
  const path = `providers/${provider.slug}.jsonc`;
  const text = readFileSync(join(ROOT, path), 'utf8');
  const { url, models } = await askForModels(provider);
  const wanted = new Set(options.add);
  const sync = syncModels(text, models, {
    slug: provider.slug,
    source: url.startsWith('https://') ? url : provider.docs,
    today: new Date().toISOString().slice(0, 10),
    adds: (model) => options.all || wanted.has(model.id) || (wanted.size === 0 && knownSlug(model) !== null),
    publicSlug: knownSlug,
  });
  if (sync.text === text) console.log('The file says what the list says.');
  else showDiff(path, text, sync.text);
  summarize(sync, models.length);
  if (options.write && sync.text !== text) {
    writeFileSync(join(ROOT, path), sync.text);
    console.log(`Written to ${path}. Look at it, then run npm run check.`);
  } else if (sync.text !== text) console.log('Nothing was written; --write does.');
} catch (thrown) {
  if (!(thrown instanceof Refusal)) throw thrown;
  console.error(thrown.message);
  process.exitCode = 1;
}
