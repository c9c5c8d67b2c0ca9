/**
 * Reads the models of the catalogue from a compact form: one line per public slug with the facts that most providers share, and for each
 * provider the places of its slugs and one line per model with the differences. The build writes them (`write-rows.ts`); a provider's lines
 * are read on first use, and only they.
 *
 * Fields are separated by tabs; an empty field has the value of the slug's line. A line that begins with `+` is another model of the slug
 * before it. An id that can be derived from its slug is written as in {@link idFrom}.
 */
import { once } from '../lib/memoize.ts';
import type { ModelFacts, Offering, Price, Rates, ReasoningFacts, RetiredModel } from './provider.ts';
import { marks, placeOf } from './slug-lines.ts';

/** Data shared by all providers. */
export type SharedRows = {
  /** One line per slug: slug, marks of its providers, context, output limit, prices, profile, release, name, id. */
  slugs: string;
  /** Distinct {@link Profile}s, one per line. */
  profiles: string;
  /** Retired models, one per line: mark of the provider, id, slug, date, index of the source in `sources`, slug of the replacement, other ids. */
  retired: string;
  sources: string;
};

/** The parameters of `supported_parameters`, as bits of a number. New ones are appended. */
export const PARAMETERS = (
  'frequency_penalty include_reasoning logit_bias logprobs max_completion_tokens max_tokens min_p parallel_tool_calls prediction ' +
  'presence_penalty reasoning reasoning_effort repetition_penalty response_format seed stop structured_outputs temperature tool_choice ' +
  'tools top_a top_k top_logprobs top_p verbosity web_search_options'
).split(' ');

/** Kinds of content, by digit. */
export const KINDS = ['text', 'image', 'file', 'audio', 'video', 'embeddings'];

/** Prices in the order in which they are written. */
export const RATES = [
  'prompt',
  'completion',
  'cachedPrompt',
  'cacheWrite',
  'cacheWrite1h',
  'audioPrompt',
  'cachedAudioPrompt',
  'audioCompletion',
  'imagePrompt',
  'imageCompletion',
  'reasoning',
] as const;

/** Facts that many models share as a combination. */
export type Profile = Pick<
  ModelFacts,
  'input' | 'output' | 'tools' | 'structuredOutputs' | 'temperature' | 'reasoning' | 'status' | 'parameters'
>;

/** Context for reading the models of a provider. */
export type RowContext = {
  /** The lines of `slug-lines.ts`. */
  slugs: readonly string[];
  profiles: readonly string[];
  /** Its list, for models without another source. */
  source: string;
  checked: string;
};

/** Reads the models of one provider. Each is read on first use, because few of many are used. */
export type RowReader = {
  /** Returns all models, in the order of `CompiledProvider.models`. */
  all(): Offering[];
  /** Returns the model with this id or alias id. */
  byId(id: string): Offering | null;
  /** Returns the first model with this public slug. */
  bySlug(slug: string): Offering | null;
};

/** Reads the lines of a provider. The first one has the places of its slugs. */
export function openRows(rows: string, context: RowContext): RowReader {
  // A model without differences has an empty line.
  const [steps = '', ...lines] = rows === '' ? [] : rows.split('\n');
  const places = placesOf(steps, lines);
  const commonOf = (at: number) => (context.slugs[places[at] ?? -1] ?? '').split('\t');
  const made: (Offering | undefined)[] = [];
  const read = (at: number) => (made[at] ??= readRow((lines[at] ?? '').replace(/^\+/, ''), commonOf(at), context));
  const found = (at: number) => (at < 0 ? null : read(at));
  const idOf = (line: string, at: number) => idFrom(/^\+?([^\t]*)/.exec(line)?.[1] ?? '', commonOf(at));
  const ids = once(() => new Map(lines.map((line, at) => [idOf(line, at), at])));
  const withAliases = once(() => lines.flatMap((line, at) => (line.includes('"aliases"') ? [at] : [])));
  return {
    all: () => lines.map((_, at) => read(at)),
    byId: (id) => found(ids().get(id) ?? withAliases().find((at) => read(at).aliases?.includes(id)) ?? -1),
    bySlug: (slug) => {
      const place = placeOf(slug, context.slugs);
      return found(place < 0 ? -1 : places.indexOf(place));
    },
  };
}

/** Reads the place of the slug of each line, from the steps between them in base 36; an empty step is 1. A line with `+` has the slug before. */
function placesOf(steps: string, lines: readonly string[]): readonly number[] {
  const each = steps.split(',');
  let [place, next] = [-1, 0];
  return lines.map((line) => (line.startsWith('+') ? place : (place += Number.parseInt(each[next++] || '1', 36))));
}

/** Signs for derived ids: the most common id, the slug, its name, and its name with hyphens for dots. */
export const ID_SIGNS = { common: '', slug: '=', name: '/', dashed: '-' } as const;

/** Returns the id of a sign; any other text is the id itself. */
export function idFrom(text: string, common: readonly string[]): string {
  const [slug = ''] = common;
  const name = slug.slice(slug.indexOf('/') + 1);
  if (text === ID_SIGNS.common) return idFrom(common[8] || ID_SIGNS.slug, [slug]);
  if (text === ID_SIGNS.slug) return slug;
  if (text === ID_SIGNS.name) return name;
  return text === ID_SIGNS.dashed ? name.replaceAll('.', '-') : text;
}

function readRow(line: string, common: readonly string[], { profiles, source, checked }: RowContext): Offering {
  const [id, ...own] = line.split('\t');
  const [slug = '', , , , , , released, name] = common;
  const field = (at: number) => own[at] || common[at + 2];
  const [context, output, price, profile = '0'] = [field(0), field(1), field(2), field(3)];
  return {
    id: idFrom(id ?? '', common),
    slug,
    name: name || nameOf(slug),
    ...(released ? { released: `20${released.slice(0, 2)}-${released.slice(2, 4)}-${released.slice(4)}` } : {}),
    ...(isStated(context) ? { contextTokens: Number(context) } : {}),
    ...(isStated(output) ? { maxOutputTokens: Number(output) } : {}),
    ...readProfile(profiles[Number.parseInt(profile, 36)] ?? ''),
    ...(isStated(price) ? { priceUsdPerMillionTokens: readPrice(price) } : {}),
    source,
    checked,
    ...(own[4] ? (JSON.parse(own[4]) as Partial<Offering>) : {}),
  };
}

const isStated = (field: string | undefined): field is string => field !== undefined && field !== '' && field !== '-';

/** Derives a name from a slug: `openai/gpt-4o-mini` gives `GPT 4o Mini`. */
export function nameOf(slug: string): string {
  return slug
    .slice(slug.indexOf('/') + 1)
    .split(/[-:]/)
    .map((word) =>
      /^(gpt|glm|vl|ocr|oss|it|[ae]?\d+(\.\d+)?[bmt])$/.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(' ');
}

const readFlag = (text: string | undefined) => (text === '1' ? true : text === '0' ? false : undefined);
const readKinds = (text: string | undefined) => (text ? Array.from(text, (digit) => KINDS[Number(digit)] ?? '') : undefined);

function readReasoning(text: string): boolean | ReasoningFacts | undefined {
  const [, toggle, range, efforts] = /^r(t?)(?:b(\d*-\d*))?:(.*)$/.exec(text) ?? [];
  if (efforts === undefined) return readFlag(text);
  const [minimum, maximum] = range?.split('-') ?? [];
  const budget = { ...(minimum ? { minimum: Number(minimum) } : {}), ...(maximum ? { maximum: Number(maximum) } : {}) };
  return {
    ...(efforts === '' ? {} : { efforts: efforts.split(',') }),
    ...(toggle === 't' ? { switch: true } : {}),
    ...(range === undefined ? {} : { budget }),
  };
}

function readProfile(text: string): Partial<Profile> {
  const [input, output, tools, structured, temperature, reasoning = '', status, bits] = text.split('|');
  const facts = {
    input: readKinds(input),
    output: readKinds(output),
    tools: readFlag(tools),
    structuredOutputs: readFlag(structured),
    temperature: readFlag(temperature),
    reasoning: readReasoning(reasoning),
    status: status === 'b' ? 'beta' : status === 'd' ? 'deprecated' : undefined,
    parameters: bits ? PARAMETERS.filter((_, at) => Math.floor(Number.parseInt(bits, 36) / 2 ** at) % 2 === 1) : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Partial<Profile>;
}

/** Reads prices in the order of {@link RATES}; steps follow `;`, tiers follow `!`. */
function readPrice(text: string): Price {
  const [plain = '', ...tiers] = text.split('!');
  const named = tiers.map((tier) => [tier.slice(0, tier.indexOf('=')), readSteps(tier.slice(tier.indexOf('=') + 1))] as const);
  return { ...readSteps(plain), ...(named.length > 0 ? { tiers: Object.fromEntries(named) } : {}) };
}

function readSteps(text: string): Price {
  const [plain = '', ...steps] = text.split(';');
  const above = steps.map((step) => {
    const [promptTokens = '', rates = ''] = step.split(':');
    return { promptTokens: Number(promptTokens), ...readRates(rates) };
  });
  return { ...readRates(plain), ...(above.length > 0 ? { above } : {}) };
}

const readRates = (list: string) =>
  Object.fromEntries(list.split(',').flatMap((rate, at) => (rate === '' ? [] : [[RATES[at], Number(rate)]]))) as Rates;

/** Reads the retired models, with the index of their provider. */
export function readRetired({ retired, sources }: SharedRows): { model: RetiredModel; at: number }[] {
  const addresses = sources.split('\n');
  if (retired === '') return [];
  return retired.split('\n').map((line) => {
    const [mark = '', id = '', slug = '', on = '', source = '', instead, aliases] = line.split('\t');
    const how = { on, source: addresses[Number(source)] ?? '', ...(instead ? { instead } : {}) };
    return {
      at: marks().indexOf(mark),
      model: { id, slug: slug || id, ...(aliases ? { aliases: aliases.split(',') } : {}), retired: how },
    };
  });
}
