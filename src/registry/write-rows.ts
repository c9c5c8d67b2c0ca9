/** Writes the models of the catalogue in the compact form that `rows.ts` reads. Runs at build time. */
import type { CompiledProvider, Offering, Price, Rates, ReasoningFacts } from './provider.ts';
import { idFrom, ID_SIGNS, KINDS, nameOf, PARAMETERS, RATES, type Profile, type SharedRows } from './rows.ts';
import { marks } from './slug-lines.ts';

/** The models of a provider. */
type Rows = Pick<CompiledProvider, 'models' | 'retired'>;

/** Returns the lines of all providers. @throws Error for more providers than {@link marks}, or text that a line cannot contain. */
export function writeRows(providers: readonly Rows[]): { shared: SharedRows; rows: { rows: string; source: string; checked: string }[] } {
  if (providers.length > marks().length)
    throw new Error(`${providers.length} providers, and marks for ${marks().length}: add some in slug-lines.ts`);
  const profiles = new Map<string, number>();
  const offered = providers.flatMap(({ models }, at) => models.map((model) => ({ model, at })));
  const bySlug = Map.groupBy(offered, ({ model }) => model.slug);
  const common = new Map<string, string[]>();
  const slugs = [...bySlug.keys()].toSorted();
  const places = new Map(slugs.map((slug, place) => [slug, place]));
  const lines = slugs.map((slug) => {
    const all = bySlug.get(slug) ?? [];
    const rows = all.map(({ model }) => fieldsOf(model, profiles));
    const fields = [0, 1, 2, 3].map((at) => mostFrequent(rows.map((row) => row[at] ?? '')));
    const offeredBy = [...new Set(all.map(({ at }) => marks()[at] ?? ''))].join('');
    const id = mostFrequent(all.map(({ model }) => signOf(model)));
    const name = mostFrequent(all.map(({ model }) => model.name ?? ''));
    const released = mostFrequent(all.map(({ model }) => model.released ?? ''));
    common.set(slug, [...fields, id]);
    return toLine([
      slug,
      offeredBy,
      ...fields,
      released.slice(2).replaceAll('-', ''),
      isSpelt(name, slug) ? '' : name,
      id === ID_SIGNS.slug ? '' : id,
    ]);
  });
  const rows = providers.map(({ models }) => writeProvider(models, (model) => fieldsOf(model, profiles), { common, places }));
  return { shared: { slugs: lines.join('\n'), profiles: [...profiles.keys()].join('\n'), ...writeRetired(providers) }, rows };
}

/** Returns the sign of an id that can be derived from its slug; else the id. */
const signOf = ({ id, slug }: Offering): string =>
  [ID_SIGNS.slug, ID_SIGNS.name, ID_SIGNS.dashed].find((sign) => idFrom(sign, [slug]) === id) ?? id;

/** True when a name can be derived from a slug, except for case and punctuation. */
const isSpelt = (name: string, slug: string) => name === '' || lettersOf(name) === lettersOf(nameOf(slug));
const lettersOf = (text: string) => text.toLowerCase().replace(/[^a-z0-9.]/g, '');

function toLine(fields: readonly string[]): string {
  const odd = fields.find((field) => /[\t\n]/.test(field));
  if (odd !== undefined) throw new Error(`a tab or a line break in ${JSON.stringify(odd)}`);
  return fields.join('\t').replace(/\t+$/, '');
}

/** Returns the most frequent value of a list; of several the first. */
function mostFrequent(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one)[0]?.[0] ?? '';
}

/** Facts with their own field in a line. */
const PLACED: ReadonlySet<string> = new Set(
  (
    'id slug name released source checked contextTokens maxOutputTokens priceUsdPerMillionTokens input output tools structuredOutputs ' +
    'temperature reasoning status parameters'
  ).split(' '),
);

function writeProvider(
  models: readonly Offering[],
  fieldsOf: (model: Offering) => string[],
  { common, places }: { common: ReadonlyMap<string, string[]>; places: ReadonlyMap<string, number> },
): { rows: string; source: string; checked: string } {
  const source = mostFrequent(models.map((model) => model.source));
  const checked = mostFrequent(models.map((model) => model.checked));
  let before = '';
  const sorted = models.toSorted((one, other) => (one.slug < other.slug ? -1 : one.slug > other.slug ? 1 : 0));
  const rows = sorted.map((model) => {
    const rest = Object.entries(model).filter(([key]) => !PLACED.has(key));
    if (model.source !== source) rest.push(['source', model.source]);
    if (model.checked !== checked) rest.push(['checked', model.checked]);
    const shared = common.get(model.slug) ?? [];
    const fields = fieldsOf(model).map((field, at) => (field === shared[at] ? '' : field));
    const sign = signOf(model);
    const first = `${model.slug === before ? '+' : ''}${sign === shared[4] ? ID_SIGNS.common : sign}`;
    before = model.slug;
    return toLine([first, ...fields, rest.length === 0 ? '' : JSON.stringify(Object.fromEntries(rest))]);
  });
  const own = [...new Set(sorted.map(({ slug }) => places.get(slug) ?? -1))];
  const steps = own.map((place, at) => place - (own[at - 1] ?? -1)).map((step) => (step === 1 ? '' : step.toString(36)));
  return { rows: rows.length === 0 ? '' : [steps.join(','), ...rows].join('\n'), source, checked };
}

/** Returns the fields context, output limit, prices, profile; `-` for a fact that is not stated. */
function fieldsOf(model: Offering, profiles: Map<string, number>): string[] {
  const text = writeProfile(model);
  if (!profiles.has(text)) profiles.set(text, profiles.size);
  const price = writePrice(model.priceUsdPerMillionTokens);
  return [String(model.contextTokens ?? '-'), String(model.maxOutputTokens ?? '-'), price || '-', (profiles.get(text) ?? 0).toString(36)];
}

const writeFlag = (value: boolean | undefined) => (value === undefined ? '' : value ? '1' : '0');
const writeKinds = (kinds: readonly string[] | undefined) => (kinds ?? []).map((kind) => KINDS.indexOf(kind)).join('');

function writeReasoning(reasoning: boolean | ReasoningFacts | undefined): string {
  if (typeof reasoning !== 'object') return writeFlag(reasoning);
  const { efforts = [], switch: toggle, budget } = reasoning;
  const range = budget === undefined ? '' : `b${budget.minimum ?? ''}-${budget.maximum ?? ''}`;
  return `r${toggle === true ? 't' : ''}${range}:${efforts.join(',')}`;
}

function writeProfile(facts: Profile): string {
  const unknown = facts.parameters?.find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) throw new Error(`${unknown} is not among the PARAMETERS of rows.ts`);
  const bits = facts.parameters?.reduce((sum, name) => sum + 2 ** PARAMETERS.indexOf(name), 0);
  const fields = [
    writeKinds(facts.input),
    writeKinds(facts.output),
    writeFlag(facts.tools),
    writeFlag(facts.structuredOutputs),
    writeFlag(facts.temperature),
    writeReasoning(facts.reasoning),
    facts.status?.charAt(0) ?? '',
    bits?.toString(36) ?? '',
  ];
  return fields.join('|').replace(/\|+$/, '');
}

function writePrice(price: Price | undefined): string {
  if (price === undefined) return '';
  return [writeSteps(price), ...Object.entries(price.tiers ?? {}).map(([tier, own]) => `${tier}=${writeSteps(own)}`)].join('!');
}

const writeSteps = (price: Omit<Price, 'tiers'>) =>
  [writeRates(price), ...(price.above ?? []).map((step) => `${step.promptTokens}:${writeRates(step)}`)].join(';');

const writeRates = (rates: Rates) =>
  RATES.map((kind) => rates[kind] ?? '')
    .join(',')
    .replace(/,+$/, '');

function writeRetired(providers: readonly Rows[]): Pick<SharedRows, 'retired' | 'sources'> {
  const sources: string[] = [];
  const lines = providers.flatMap(({ retired = [] }, at) =>
    retired.map(({ id, slug, aliases = [], retired: { on, source, instead = '' } }) => {
      if (!sources.includes(source)) sources.push(source);
      return toLine([marks()[at] ?? '', id, slug === id ? '' : slug, on, String(sources.indexOf(source)), instead, aliases.join(',')]);
    }),
  );
  return { retired: lines.join('\n'), sources: sources.join('\n') };
}
