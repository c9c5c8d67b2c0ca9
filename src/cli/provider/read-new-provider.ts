/** Reads what a new provider file is written from: options of the command line, answers, defaults. */
import type { Cli } from '../cli.ts';
import { namesIn } from '../check-names.ts';
import { CliError, refuseValue } from '../cli-error.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import { readBaseUrl } from '../../platform/base-url.ts';
import { FieldReader } from './ask-fields.ts';
import {
  baseUrlObjection,
  defaultKeyVariable,
  defaultName,
  dialectsObjection,
  docsObjection,
  keyVariableObjection,
  modelsPathObjection,
  nameObjection,
  readAuth,
  slugObjection,
  usualAuth,
  type Formats,
  type NewProvider,
} from './new-provider.ts';

/** Options of `provider add`. */
export type AddOptions = {
  name?: string;
  baseUrl?: string;
  keyVariable?: string;
  dialect?: string;
  docs?: string;
  auth?: string;
  modelsPath?: string;
  models?: boolean;
  dryRun?: boolean;
};

/** What is known of the project. `slugs`: of all files, also of those with problems. `reserved`: variables with another meaning. */
export type ProjectFacts = {
  formats: Formats;
  providers: readonly CompiledProvider[];
  slugs: readonly string[];
  reserved: readonly string[];
};

/** @throws CliError for values that cannot be used, and for missing ones where the user cannot be asked. */
export async function readNewProvider(
  given: { slug: string | undefined; options: AddOptions },
  { formats, providers, slugs, reserved }: ProjectFacts,
  cli: Pick<Cli, 'canAsk' | 'ask' | 'output'>,
): Promise<NewProvider> {
  const { options } = given;
  const fields = new FieldReader(cli);
  const slug = await fields.read({
    option: 'SLUG',
    question: 'Slug, the name of the file and of the models (@slug/model)',
    given: given.slug,
    usual: null,
    objection: (value) => slugObjection(value, slugs),
  });
  const name = await fields.read({
    option: '--name',
    question: 'Name',
    given: options.name,
    usual: defaultName(slug),
    objection: nameObjection,
  });
  const baseUrl = await fields.read({
    option: '--base-url',
    question: 'Base URL, the address before /chat/completions',
    given: options.baseUrl,
    usual: null,
    objection: baseUrlObjection,
  });
  const docs = await fields.read({
    option: '--docs',
    question: 'Address of the API reference',
    given: options.docs,
    usual: null,
    objection: docsObjection,
  });
  const dialect = await fields.read({
    option: '--dialect',
    question: `Wire format, one for each operation, separated by commas (${Object.keys(formats).join(', ')})`,
    given: options.dialect,
    usual: 'openai-chat',
    objection: (value) => dialectsObjection(namesIn(value), formats),
  });
  const dialects = namesIn(dialect);
  const keyVariable = await fields.read({
    option: '--key-variable',
    question: 'Variable of the key (its name, not the key)',
    given: options.keyVariable,
    usual: slug === '' ? '' : defaultKeyVariable(slug),
    objection: (value) => keyVariableObjection(value, reserved),
  });
  const modelsPath = options.modelsPath ?? '/models';
  const pathObjection = modelsPathObjection(modelsPath);
  if (pathObjection !== null) throw new CliError('usage', `--models-path: ${pathObjection}.`);
  fields.complete();
  const url = readBaseUrl(baseUrl).url ?? baseUrl;
  return { slug, name, docs, baseUrl: url, keyVariable, dialects, modelsPath, ...authFor(options.auth, dialects, { formats, providers }) };
}

function authFor(
  given: string | undefined,
  dialects: readonly string[],
  { formats, providers }: Pick<ProjectFacts, 'formats' | 'providers'>,
): Pick<NewProvider, 'auth' | 'authLike' | 'headers'> {
  if (given !== undefined) {
    const auth = readAuth(given);
    if (auth === null) throw refuseValue('--auth', given, 'bearer, none, header:NAME or query:NAME');
    return { auth, authLike: null, headers: {} };
  }
  const usual = usualAuth(dialects[0] ?? '', formats, providers);
  if (usual === null) return { auth: { scheme: 'bearer' }, authLike: null, headers: {} };
  const isPlain = usual.auth.scheme === 'bearer' && Object.keys(usual.headers).length === 0;
  return { auth: usual.auth, authLike: isPlain ? null : usual.like, headers: usual.headers };
}
