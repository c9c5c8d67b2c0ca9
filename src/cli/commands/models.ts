/** `tributary models`: models by name, price, context and capability, as this project or a router lists them. */
import { arrayOf, isObject, numberOf, wordOf, type JsonObject } from '../../lib/json.ts';
import { Option } from 'commander';
import { checkNames, checkProviders, namesIn } from '../check-names.ts';
import { refuseValue } from '../cli-error.ts';
import type { Cli, RegisterCommand } from '../cli.ts';
import { openRouter } from '../local-router.ts';
import { countLine } from '../output.ts';
import { addRouterOptions } from '../router-address.ts';
import type { RouterClient } from '../router-client.ts';
import { cyan, dim } from '../styled.ts';
import type { Column } from '../table.ts';

/** Capabilities, and the filter of `GET /models` that each is. Any other word is the name of a parameter that must be supported. */
const CAPABILITIES: Readonly<Record<string, readonly [filter: string, value: string]>> = {
  tools: ['supported_parameters', 'tools'],
  reasoning: ['supported_parameters', 'reasoning'],
  schema: ['supported_parameters', 'structured_outputs'],
  image: ['input_modalities', 'image'],
  audio: ['input_modalities', 'audio'],
  video: ['input_modalities', 'video'],
  file: ['input_modalities', 'file'],
  'image-output': ['output_modalities', 'image'],
  'audio-output': ['output_modalities', 'audio'],
  embeddings: ['output_modalities', 'embeddings'],
};

/** Orders, and the `sort` of `GET /models` that each is; null = by name. */
const SORTS: Readonly<Record<string, string | null>> = {
  name: null,
  price: 'pricing-low-to-high',
  context: 'context-high-to-low',
  newest: 'newest',
};

type ModelsOptions = { url?: string; provider?: string; maxPrice?: string; minContext?: string; capability?: string; sort: string };

/** What is shown of a model. */
type ModelRow = {
  readonly id: string;
  readonly context: number | null;
  readonly prompt: number | null;
  readonly completion: number | null;
  readonly can: string;
  readonly providers: readonly string[];
};

export const registerModels: RegisterCommand = (program, cli) => {
  const command = program
    .command('models [search]')
    .summary('search models')
    .description(
      'Lists models whose id or name contains the text, with context, prices in USD per million tokens, and providers. An empty cell is not known.',
    )
    .option('--provider <slugs>', 'offered by one of these providers (a,b)')
    .option('--max-price <usd>', 'at most this price per million tokens of the prompt')
    .option('--min-context <tokens>', 'at least this context, such as 128000 or 128k')
    .option('--capability <names>', `with all of these (a,b): ${Object.keys(CAPABILITIES).join(', ')}, or names of parameters`)
    .addOption(new Option('--sort <order>', 'order').choices(Object.keys(SORTS)).default('name'));
  addRouterOptions(command, 'ask this router instead, with TRIBUTARY_KEY').action(
    async (search: string | undefined, options: ModelsOptions) => {
      const router = await openRouter(options.url, cli);
      const query = toQuery(search, options);
      await checkProviders(namesIn(options.provider), router);
      const models = await askModels(router, query);
      if (models.length === 0) await checkCapabilities(namesIn(options.capability), router);
      if (SORTS[options.sort] === null) models.sort((one, other) => (wordOf(one['id']) < wordOf(other['id']) ? -1 : 1));
      printModels(models, cli);
    },
  );
};

async function askModels(router: RouterClient, query: URLSearchParams): Promise<JsonObject[]> {
  const { data } = await router.ask(`/models${query.size > 0 ? `?${query.toString()}` : ''}`);
  return arrayOf(data).filter(isObject);
}

/** A misspelt parameter is one that no model has. @throws CliError with the nearest names. */
async function checkCapabilities(names: readonly string[], router: RouterClient): Promise<void> {
  if (names.every((name) => name in CAPABILITIES)) return;
  const parameters = (await askModels(router, new URLSearchParams())).flatMap((model) =>
    arrayOf(model['supported_parameters']).map(wordOf),
  );
  const known = [...new Set([...Object.keys(CAPABILITIES), ...parameters])];
  checkNames(names, known, { option: '--capability', expected: `${Object.keys(CAPABILITIES).join(', ')}, or a parameter of a model` });
}

/** @throws CliError for a value that is no number. */
function toQuery(search: string | undefined, { provider, maxPrice, minContext, capability, sort }: ModelsOptions): URLSearchParams {
  const filters = new Map<string, string[]>();
  const add = (name: string, value: string | null | undefined) => {
    if (value !== undefined && value !== null) filters.set(name, [...(filters.get(name) ?? []), value]);
  };
  add('q', search);
  add('providers', provider);
  add('max_price', maxPrice === undefined ? null : readNumber('--max-price', maxPrice, 'USD per million tokens, such as 0.5'));
  add('context', minContext === undefined ? null : readTokens(minContext));
  add('sort', SORTS[sort]);
  for (const name of namesIn(capability)) {
    const [filter, value] = CAPABILITIES[name] ?? ['supported_parameters', name];
    add(filter, value);
  }
  return new URLSearchParams([...filters].map(([name, values]) => [name, values.join(',')]));
}

function readNumber(name: string, text: string, expected: string): string {
  if (!/^\d{1,15}(\.\d{1,15})?$/.test(text)) throw refuseValue(name, text, expected);
  return text;
}

const THOUSANDS: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

/** `128000`, `128k` (thousands) or `1m`. */
function readTokens(text: string): string {
  const [, digits, unit = ''] = /^(\d{1,12})([km]?)$/i.exec(text) ?? [];
  if (digits === undefined) throw refuseValue('--min-context', text, 'a number of tokens, such as 128000 or 128k');
  return String(Number(digits) * (THOUSANDS[unit.toLowerCase()] ?? 1));
}

function printModels(models: readonly JsonObject[], { output }: Cli): void {
  output.result({ data: models }, () => {
    output.table(COLUMNS, models.map(toRow));
    output.note(countLine(models.length, 'model'));
    if (models.length === 0) output.note('Any other model of a provider can be called as @provider/<id at that provider>.');
  });
}

const COLUMNS: readonly Column<ModelRow>[] = [
  { title: 'MODEL', cell: ({ id }) => cyan(id) },
  { title: 'CONTEXT', cell: ({ context }) => context?.toLocaleString('en') ?? '', align: 'right' },
  { title: 'IN', cell: ({ prompt }) => priceText(prompt), align: 'right' },
  { title: 'OUT', cell: ({ completion }) => priceText(completion), align: 'right' },
  { title: 'CAN', cell: ({ can }) => can },
  { title: 'PROVIDERS', cell: ({ providers }) => dim(providers.join(' ')) },
];

const priceText = (usd: number | null) => (usd === null ? '' : String(usd));

function toRow(model: JsonObject): ModelRow {
  const pricing = isObject(model['pricing']) ? model['pricing'] : {};
  const architecture = isObject(model['architecture']) ? model['architecture'] : {};
  const parameters = new Set(arrayOf(model['supported_parameters']).map(wordOf));
  const inputs = arrayOf(architecture['input_modalities']).map(wordOf);
  return {
    id: wordOf(model['id']),
    context: numberOf(model['context_length']),
    prompt: usdPerMillion(pricing['prompt']),
    completion: usdPerMillion(pricing['completion']),
    can: [...['tools', 'reasoning'].filter((name) => parameters.has(name)), ...inputs.filter((name) => name !== 'text')].join(' '),
    providers: [...new Set(arrayOf(model['endpoints']).map((endpoint) => (isObject(endpoint) ? wordOf(endpoint['provider']) : '')))],
  };
}

/** A price per token as a text; below 0 = not known, as at OpenRouter. */
function usdPerMillion(price: unknown): number | null {
  const usd = typeof price === 'string' && price !== '' ? Number(price) : -1;
  return usd >= 0 ? Number((usd * 1e6).toPrecision(12)) : null;
}
