/**
 * `npm run models:sync -- [PROVIDER ...]`: brings `providers/models/*.json` up to what public lists say today, and shows what changes as
 * a table. Without a key it reads models.dev's api.json (`--from URL` or `--file PATH`; default https://models.dev/api.json); where a
 * key is set it asks the provider for its own list as well, which then decides which models there are. `--write` makes the changes.
 * A list that would retire more than a third of a file's models is refused unless `--force` stands there. `--json` prints the changes as one JSON
 * document, and nothing else to stdout. Keys come from the environment
 * or from .dev.vars; they are sent to the provider and shown nowhere.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'jsonc-parser';
import { compileProviders, describeProblems } from '../../src/build.ts';
import { systemClock, systemFetch } from '../../src/platform/system.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import { matches, operationFor } from '../../src/registry/operation.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { compareEntry, type StatedModel } from '../../src/registry/facts/merge.ts';
import { readModelFile, writeModelFile, type FactSource, type ModelFile } from '../../src/registry/facts/model-file.ts';
import { readModelsDev } from '../../src/registry/facts/models-dev.ts';
import { readPiAi } from '../../src/registry/facts/pi-ai.ts';
import { addName, addOpenRouter, noNames, type Authors, type KnownNames } from '../../src/registry/facts/slugs.ts';
import { lossOf, updateModels, VENDOR, type FactList, type Update } from '../../src/registry/facts/update.ts';
import { readModelList } from '../../src/registry/facts/vendor-list.ts';
import { authorize } from '../../src/upstream/auth/index.ts';
import { createKeyRates } from '../../src/upstream/key-rates.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { createCallKeys } from '../../src/upstream/keys.ts';
import { isObject, textOf } from '../../src/lib/json.ts';
import { endRefused, readOptions } from './options.ts';
import { ROOT } from './root.ts';
import { printTable } from './table.ts';

const { values: options, positionals } = readOptions(
  {
    allowPositionals: true,
    options: {
      from: { type: 'string', default: 'https://models.dev/api.json' },
      file: { type: 'string' },
      'openrouter-list': { type: 'string' },
      'pi-ai': { type: 'string' },
      write: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      folder: { type: 'string', default: join(ROOT, 'providers/models') },
    },
  },
  'npm run models:sync -- [PROVIDER ...] [--from URL | --file FILE] [--write] [--force] [--json]',
);

/** An end with a message instead of a stack. */
class Refusal extends Error {}

const TODAY = new Date().toISOString().slice(0, 10);

/** The fields of a provider file that are about its models and their sources. */
type ProviderFile = { catalog?: string; leftOut?: Record<string, string>; models?: StatedModel[]; baseUrl?: string };

const statedBy = (slug: string) => parse(readFileSync(join(ROOT, 'providers', `${slug}.jsonc`), 'utf8')) as ProviderFile;

function fileOf(slug: string): ModelFile | null {
  const path = join(options.folder, `${slug}.json`);
  return existsSync(path) ? readModelFile(readFileSync(path, 'utf8')) : null;
}

/** Reads JSON from an address. @throws Refusal where there is none. */
async function fetchJson(url: string, headers: Record<string, string>, name: string): Promise<unknown> {
  const response = await systemFetch(url, { headers: { accept: 'application/json', ...headers }, redirect: 'manual' }).catch(() => null);
  if (response === null) throw new Refusal(`${name} could not be reached at ${url}.`);
  if (!response.ok) throw new Refusal(`${name} answered with HTTP ${response.status}.`);
  const text = await response.text().catch(() => null);
  if (text === null) throw new Refusal(`The list of ${name} broke off before its end.`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`The list of ${name} is not JSON.`);
  }
}

/** A list that lies in a file, with the day and the licence it states. */
type Snapshot = { body: unknown; source: FactSource };

const MODELS_DEV = { url: 'https://models.dev/api.json', licence: 'MIT, Copyright (c) 2025 models.dev; see THIRD-PARTY-NOTICES.md' };
const PI_AI = {
  url: 'https://www.npmjs.com/package/@earendil-works/pi-ai',
  licence: 'MIT, Copyright (c) 2025 Mario Zechner; see THIRD-PARTY-NOTICES.md',
};
const OPENROUTER = { url: 'https://openrouter.ai/api/v1/models', licence: 'facts of a public list' };

function readSnapshot(path: string, about: Omit<FactSource, 'snapshot'>): Snapshot {
  if (!existsSync(path)) throw new Refusal(`There is no file ${path}.`);
  let body: unknown;
  try {
    body = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Refusal(`${path} is not JSON.`);
  }
  return { body, source: { ...about, snapshot: dayOf(body) } };
}

/** The day that a snapshot states, else today. */
function dayOf(body: unknown): string {
  const about = isObject(body) && isObject(body['about']) ? body['about'] : {};
  const stated = textOf(about['snapshot']) ?? textOf(about['generatedAt']) ?? textOf(about['fetched']);
  return /^\d{4}-\d{2}-\d{2}/.exec(stated ?? '')?.[0] ?? TODAY;
}

/** Variables as `npm run dev` sees them. */
function variables(): Record<string, string | undefined> {
  const file = join(ROOT, '.dev.vars');
  return { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
}

const access = createAccess(variables());

/** The provider's own list; null where no key for it is set. */
async function askProvider(provider: CompiledProvider): Promise<FactList | null> {
  const way = access(provider);
  if (way.isSimulated || way.keys.length === 0) return null;
  if (way.baseUrl === null || way.missingVariables.length > 0)
    throw new Refusal(`${provider.name} is not set up: set ${way.missingVariables.join(' and ')}.`);
  const url = `${way.baseUrl}${provider.modelsPath}`;
  const headers = (provider.operations.chat ?? provider.operations.completions ?? provider.operations.embeddings)?.[0]?.headers ?? {};
  const call = { url, headers: { ...headers }, body: { toSend: () => '' } };
  const [keyHealth, keyRates] = [createKeyHealth(systemClock), createKeyRates(systemClock)];
  const credentials = createCallKeys(
    { access: way, provider: provider.slug, model: '', countTokens: () => 0 },
    { clock: systemClock, keyHealth, keyRates },
  ).next();
  const sent = credentials === null ? call : await authorize(way.auth, call, { ...credentials, fetch: systemFetch, clock: systemClock });
  console.error(`Asking ${url} ...`);
  const models = readModelList(await fetchJson(sent.url, sent.headers, provider.name));
  if (models.length === 0)
    throw new Refusal(`${provider.name} answered with a list that holds no models, or in a shape that is not known here.`);
  const source = { url: url.startsWith('https://') ? url : provider.docs, snapshot: TODAY, licence: "facts of the provider's own list" };
  return { name: VENDOR, source, models, role: 'decides' };
}

type Lists = { main: Snapshot; openRouter: Snapshot | null; piAi: Snapshot | null };

/** Names of providers in pi-ai that are not those of models.dev. */
const IN_PI_AI: Readonly<Record<string, string>> = {
  azure: '', // its list there is that of OpenAI
  'fireworks-ai': 'fireworks',
  togetherai: 'together',
  vercel: 'vercel-ai-gateway',
};

function listsFor(source: string, { main, openRouter, piAi }: Lists): FactList[] {
  const models = readModelsDev(main.body, source);
  if (models === null) throw new Refusal(`models.dev lists no provider "${source}".`);
  const known = new Set(models.map(({ id }) => id));
  const more = piAi === null ? null : readPiAi(piAi.body, IN_PI_AI[source] ?? source);
  const own = openRouter === null || source !== 'openrouter' ? null : readModelList(openRouter.body);
  // Of a model that models.dev knows, also one that it calls deprecated, the second list has nothing newer to say.
  const fresh = (more ?? []).filter(({ id }) => !known.has(id) && !/[:-]batch$/.test(id));
  return [
    { name: 'models.dev', source: main.source, models, role: 'adds' },
    ...(own === null || openRouter === null
      ? []
      : [{ name: 'openrouter', source: openRouter.source, models: own, role: 'describes' as const }]),
    ...(piAi === null || fresh.length === 0 ? [] : [{ name: 'pi-ai', source: piAi.source, models: fresh, role: 'adds' as const }]),
  ];
}

/** Every public name in any list or file. */
function knownNames({ main, openRouter, piAi }: Lists, providers: readonly CompiledProvider[]): KnownNames {
  const names = noNames(parse(readFileSync(join(ROOT, 'providers/models/authors.jsonc'), 'utf8')) as Authors);
  addOpenRouter(names, readModelsDev(main.body, 'openrouter') ?? []);
  addOpenRouter(names, readPiAi(piAi?.body, 'openrouter') ?? []);
  const listed = isObject(openRouter?.body) && Array.isArray(openRouter.body['data']) ? openRouter.body['data'].filter(isObject) : [];
  for (const model of listed) {
    const [id, weights] = [textOf(model['id']), textOf(model['hugging_face_id'])];
    if (id === null) continue;
    addOpenRouter(names, [{ id }]);
    if (weights !== null && !/^~|:/.test(id)) addName(names, weights, id);
  }
  for (const { models, retired = [], baseUrl } of providers)
    if (!isLocal(baseUrl)) for (const { id, slug } of [...models, ...retired]) if (!/^~|:/.test(slug)) addName(names, id, slug);
  return names;
}

const isLocal = (baseUrl: string | null) => baseUrl?.startsWith('http://localhost') === true;

/** Facts of interest in a table of changes. */
const SHOWN = new Set(['contextTokens', 'maxInputTokens', 'maxOutputTokens', 'priceUsdPerMillionTokens', 'expires', 'status']);

const short = (value: unknown) => {
  const text = value === undefined ? '-' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

function show(slug: string, update: Update, entries: readonly StatedModel[], before: ModelFile | null): void {
  const { added, gone, changed, conflicts, unknown } = update;
  console.log(
    `\n${slug}: ${update.models.filter(({ retired }) => retired === undefined).length} models; ${added.length} added, ${gone.length} gone, ${new Set(changed.map(({ id }) => id)).size} changed`,
  );
  const rows = [
    ...(before === null ? [] : added.map((id) => ({ what: 'added', model: id, fact: '', from: '', to: '' }))),
    ...gone.map((id) => ({
      what: 'gone',
      model: id,
      fact: '',
      from: '',
      to: update.models.find((model) => model.id === id)?.retired?.instead ?? '',
    })),
    ...changed
      .filter(({ fact }) => SHOWN.has(fact))
      .map(({ id, fact, from, to }) => ({ what: 'changed', model: id, fact, from: short(from), to: short(to) })),
    ...conflicts.map(({ id, fact, kept, by, other, otherBy }) => ({
      what: 'conflict',
      model: id,
      fact,
      from: `${by}: ${short(kept)} (kept)`,
      to: `${otherBy}: ${short(other)}`,
    })),
    ...entries.flatMap((entry) =>
      compareEntry({ about: '', sources: {}, models: update.models }, entry)
        .filter(({ fact }) => fact !== 'slug')
        .map(({ fact, entry: ours, row, isSame }) => ({
          what: isSame ? 'not needed' : 'conflict',
          model: entry.id,
          fact,
          from: `${slug}.jsonc: ${short(ours)}${isSame ? '' : ' (kept)'}`,
          to: `list: ${short(row)}`,
        })),
    ),
  ];
  if (rows.length > 0) printTable(rows);
  if (unknown.length > 0) console.log(`Listed by the provider and left alone, as no list says what they are: ${unknown.join(', ')}`);
}

function embeds(provider: CompiledProvider, id: string): 'no' | 'yes' | 'by name' {
  const isNamed = provider.operations.embeddings?.some(({ onlyModels }) => onlyModels?.some((pattern) => matches(pattern, id)));
  if (isNamed === true) return 'by name';
  return operationFor(provider, 'embeddings', id) === null ? 'no' : 'yes';
}

/** What a run found of one provider. `refused`: why its file stays as it is. */
type Outcome = { provider: string; isChanged: boolean; update?: Omit<Update, 'models' | 'sources'>; refused?: string };

/** One provider. @throws Refusal */
async function sync(provider: CompiledProvider, lists: Lists, names: KnownNames): Promise<Outcome> {
  const { slug } = provider;
  const stated = statedBy(slug);
  const source = stated.catalog?.split('/')[1];
  if (source === undefined) throw new Refusal(`providers/${slug}.jsonc names no list of its models ("catalog": "models.dev/...").`);
  const before = fileOf(slug);
  const own = await askProvider(provider);
  const all = [...(own === null ? [] : [own]), ...listsFor(source, lists)];
  const update = updateModels(before, all, {
    provider: slug,
    isSelfHosted: isLocal(provider.baseUrl),
    leftOut: [
      ...Object.keys(stated.leftOut ?? {}),
      ...(stated.models ?? []).filter(({ retired }) => retired !== undefined).map(({ id }) => id),
    ],
    embeds: (id) => embeds(provider, id),
    names,
    today: TODAY,
  });
  if (!options.json) show(slug, update, stated.models ?? [], before);
  const loss = lossOf(update, before);
  if (loss !== null && !options.force) throw new Refusal(loss);
  const text = writeModelFile(update);
  const path = join(options.folder, `${slug}.json`);
  const isChanged = !existsSync(path) || readFileSync(path, 'utf8') !== text;
  if (options.write && isChanged) {
    mkdirSync(options.folder, { recursive: true });
    writeFileSync(path, text);
  }
  const { models: _models, sources: _sources, ...changes } = update;
  return { provider: slug, isChanged, update: changes };
}

async function run(): Promise<void> {
  const { providers, problems } = compileProviders();
  if (problems.length > 0) throw new Refusal(describeProblems(problems));
  const unknown = positionals.find((slug) => providers.every((provider) => provider.slug !== slug));
  if (unknown !== undefined)
    throw new Refusal(`No provider is called "${unknown}". There are ${providers.map(({ slug }) => slug).join(', ')}.`);
  const chosen = providers.filter(({ slug }) =>
    positionals.length === 0 ? statedBy(slug).catalog !== undefined : positionals.includes(slug),
  );
  const main =
    options.file === undefined
      ? { body: await fetchJson(options.from, {}, 'models.dev'), source: { ...MODELS_DEV, snapshot: TODAY } }
      : readSnapshot(options.file, MODELS_DEV);
  const lists: Lists = {
    main,
    openRouter: options['openrouter-list'] === undefined ? null : readSnapshot(options['openrouter-list'], OPENROUTER),
    piAi: options['pi-ai'] === undefined ? null : readSnapshot(options['pi-ai'], PI_AI),
  };
  const names = knownNames(lists, providers);
  const outcomes: Outcome[] = [];
  for (const provider of chosen) {
    try {
      outcomes.push(await sync(provider, lists, names));
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      console.error(`${provider.slug}: nothing is changed. ${thrown.message}`);
      outcomes.push({ provider: provider.slug, isChanged: false, refused: thrown.message });
      process.exitCode = 1;
    }
  }
  if (options.json) console.log(JSON.stringify({ is_written: options.write, providers: outcomes.map(toJson) }, null, 2));
  else console.log(`\n${summarize(outcomes)}`);
}

const toJson = ({ provider, isChanged, update, refused }: Outcome) => ({
  provider,
  is_changed: isChanged,
  ...update,
  ...(refused === undefined ? {} : { refused }),
});

function summarize(outcomes: readonly Outcome[]): string {
  const changes = outcomes.filter(({ isChanged }) => isChanged).length;
  if (changes === 0)
    return outcomes.some(({ refused }) => refused !== undefined) ? 'No file changes.' : 'The files say what the lists say.';
  return options.write
    ? `${changes} files written. Look at them, then run npm run check.`
    : `${changes} files would change. Nothing was written; --write does.`;
}

try {
  await run();
} catch (thrown) {
  if (!(thrown instanceof Refusal)) throw thrown;
  endRefused(thrown.message, options.json);
}
