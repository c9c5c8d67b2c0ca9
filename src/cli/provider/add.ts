/** Prepares a new provider file: asks the service for its models, and keeps what the build step accepts. Writes nothing. */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { createAccess } from '../../platform/provider-access.ts';
import { describeProblem, type Problem } from '../../registry/compile.ts';
import type { Authors } from '../../registry/facts/slugs.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import { writeCatalog } from '../../registry/write-catalog.ts';
import { askModels, explainAnswer } from './ask-models.ts';
import { isOwnMachine, namesIn, omit, toEntries, type ModelEntry, type Omission } from './model-entries.ts';
import type { Formats, NewProvider } from './new-provider.ts';
import { writeProviderFile, type ReadList } from './write-file.ts';

/** What the preparation needs of the project and of the machine. */
export type AddPorts = {
  fetch: Fetch;
  clock: Clock;
  /** `YYYY-MM-DD`. */
  today: string;
  formats: Formats;
  /** The existing providers. */
  providers: readonly CompiledProvider[];
  authors: Authors;
  /** Variables by name, as the router would see them. Only the one of the key is read. */
  variables: Readonly<Record<string, string | undefined>>;
  /** Compiles one file as the build step does. */
  compile(file: { path: string; text: string }): { providers: CompiledProvider[]; problems: Problem[] };
  /** Formats a file as `npm run format` does. */
  format(path: string, text: string): string;
};

/** A file that passes the build step, or its problems. */
export type PreparedFile = { path: string; text: string; list: ReadList; hasKey: boolean } | { path: string; problems: Problem[] };

/** @param options.readsModels whether the service is asked for its models. */
export async function prepareProvider(
  provider: NewProvider,
  ports: AddPorts,
  { readsModels }: { readsModels: boolean },
): Promise<PreparedFile> {
  const path = `providers/${provider.slug}.jsonc`;
  const write = (list: ReadList) => writeProviderFile(provider, list, ports);
  const bare: ReadList = { entries: [], omissions: [], url: '', note: 'The list of models of the service was not asked for.' };
  const trial = ports.compile({ path, text: write(bare) });
  const [compiled] = trial.providers;
  if (compiled === undefined || trial.problems.length > 0) return { path, problems: trial.problems };
  const hasKey = provider.auth.scheme !== 'none' && (ports.variables[provider.keyVariable] ?? '').trim() !== '';
  const list = readsModels
    ? keepValid(await readList(provider, compiled, ports), (each) => ports.compile({ path, text: write(each) }))
    : bare;
  const text = ports.format(path, write(list));
  const final = ports.compile({ path, text });
  if (final.problems.length > 0) return { path, problems: final.problems };
  writeCatalog([...ports.providers, ...final.providers]); // throws where the catalogue has no room for the file
  return { path, text, list, hasKey };
}

async function readList(provider: NewProvider, compiled: CompiledProvider, ports: AddPorts): Promise<ReadList> {
  const access = createAccess({ [provider.keyVariable]: ports.variables[provider.keyVariable] })(compiled);
  const [key = ''] = access.keys;
  const asked = await askModels({ provider: compiled, access, key }, ports);
  const { answer, url } = asked;
  if (answer.kind !== 'listed') {
    const note = `The list of models was not read: ${explainAnswer(asked, key === '' ? null : provider.keyVariable)}.`;
    return { entries: [], omissions: [], url, note };
  }
  const operations = Object.keys(compiled.operations);
  const entries = toEntries(answer.models, {
    slug: provider.slug,
    isSelfHosted: isOwnMachine(provider.baseUrl),
    embeds: !operations.includes('embeddings') ? 'no' : operations.length === 1 ? 'only' : 'yes',
    names: namesIn(ports.providers, ports.authors),
    today: ports.today,
  });
  return { ...entries, url, note: null };
}

/** Rounds of leaving out what the build step refuses: the shape is checked before the meaning, and one fact may hide another. */
const MAX_ROUNDS = 5;

/** Leaves out facts and entries that the build step refuses, and reports them with its reasons. */
function keepValid(list: ReadList, compileWith: (list: ReadList) => { problems: Problem[] }): ReadList {
  const omissions = new Map(list.omissions.map((omission) => [omission.reason, { ...omission }]));
  let { entries } = list;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { problems } = compileWith({ ...list, entries });
    const inModels = problems.filter(({ key }) => key.startsWith('models.'));
    if (inModels.length === 0) return { ...list, entries, omissions: [...omissions.values()] };
    entries = withoutRefused(entries, inModels, omissions);
  }
  return { ...list, entries: [], omissions: [{ reason: 'the build step refuses the entries', count: list.entries.length, examples: [] }] };
}

function withoutRefused(entries: readonly ModelEntry[], problems: readonly Problem[], omissions: Map<string, Omission>): ModelEntry[] {
  const refused = new Map<number, Map<string, string>>();
  for (const { key, message } of problems) {
    const [, place = '', fact = 'id'] = key.split('.');
    refused.set(Number(place), (refused.get(Number(place)) ?? new Map<string, string>()).set(fact, message));
  }
  return entries.flatMap((entry, place) => {
    const facts = refused.get(place);
    if (facts === undefined) return [entry];
    const isWhole = facts.has('id') || facts.has('slug');
    for (const [fact, message] of facts)
      if (!isWhole || fact === 'id' || fact === 'slug') omit(omissions, { reason: `its "${fact}" ${message}`, id: entry.id });
    return isWhole ? [] : [Object.fromEntries(Object.entries(entry).filter(([fact]) => !facts.has(fact))) as ModelEntry];
  });
}

/** Formats problems of a file that cannot be written, one a line. */
export const explainProblems = (problems: readonly Problem[]): string =>
  problems.map((problem) => `  ${describeProblem(problem)}`).join('\n');
