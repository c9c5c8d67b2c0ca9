/** Checks the models of a provider file: ids, slugs, aliases, limits, prices, capabilities. Pure. */
import { isStandardTier } from '../pricing.ts';
import type { Operation } from '../../unified/request/parameters.ts';
import { matches, operationFor } from '../operation.ts';
import type { CompiledProvider, Offering } from '../provider.ts';
import { below, type StatedModel, type StatedOperation } from './operation.ts';
import { repeated, withSuggestion, type Complaint } from './suggest.ts';

/** The part of a provider file that states its models, and the operations that serve them. */
export type StatedModels = {
  operations: { [Name in Operation]?: readonly StatedOperation[] | undefined };
  leftOut?: Readonly<Record<string, string>> | undefined;
  models: readonly (StatedEntry & StatedOffering)[];
};

/** An entry under `models`. Without a slug it corrects a model of the provider's list. */
type StatedEntry = Omit<StatedModel, 'slug'> & { slug?: string | undefined; retired?: object | undefined };

type StatedRates = { above?: readonly { promptTokens: number }[] | undefined };
type StatedPrice = StatedRates & { tiers?: Readonly<Record<string, StatedRates>> | undefined };

type StatedOffering = {
  aliases?: readonly string[] | undefined;
  contextTokens?: number | undefined;
  input?: string[] | undefined;
  output?: string[] | undefined;
  quantization?: string | undefined;
  capabilities?: readonly string[] | undefined;
  priceUsdPerMillionTokens?: StatedPrice | undefined;
};

/** Values of OpenRouter's filter `quantizations`, and the kinds of content. */
const QUANTIZATIONS = ['int4', 'int8', 'fp4', 'fp6', 'fp8', 'fp16', 'bf16', 'fp32', 'unknown'];
const KINDS = ['text', 'image', 'audio', 'video', 'file', 'embeddings'];

/** Plausible prices per million tokens, in USD. A lower one is probably per token or per thousand tokens. */
const [MIN_USD, MAX_USD] = [0.0001, 10_000];

/** Returns the complaints about the models. `offered`: those that the provider offers, including those of its list. */
export function checkModels({ models, operations, leftOut = {} }: StatedModels, offered: readonly Offering[]): Complaint[] {
  const stated = Object.values(operations).flatMap((alternatives) => alternatives ?? []);
  const isServed = (id: string) => stated.some(({ onlyModels }) => onlyModels?.some((pattern) => matches(pattern, id)) ?? true);
  return [
    ...repeated(models, ({ slug, retired }) => (retired === undefined && slug !== undefined ? slug : {})).map(({ place, first }) => ({
      path: ['models', place, 'slug'],
      message: `is offered twice: the entry ${first} has the same slug`,
    })),
    ...repeated(models, ({ id }) => id).map(({ place, first }) => ({
      path: ['models', place, 'id'],
      message: `is offered twice: the entry ${first} has the same id`,
    })),
    ...checkAliases(models),
    ...models.flatMap((model, place) =>
      [
        ...checkOffering(model),
        ...(model.slug !== undefined || offered.some(({ id }) => id === model.id) || model.retired !== undefined
          ? []
          : [{ path: ['id'], message: 'is in no list of this provider, so it needs a slug' }]),
        ...(model.retired !== undefined || isServed(model.id)
          ? []
          : [{ path: ['id'], message: 'is served by no operation: none has it in onlyModels' }]),
      ].map(below(['models', place])),
    ),
    ...offered
      .filter(({ id }) => !isServed(id) && models.every((model) => model.id !== id))
      .map(({ id }) => ({ path: ['operations'], message: `none serves ${id}, which the provider's list has; leave it out in "leftOut"` })),
    ...Object.keys(leftOut).flatMap((pattern) =>
      models.some(({ id }) => matches(pattern, id))
        ? [{ path: ['leftOut', pattern], message: 'leaves out a model that has an entry below' }]
        : [],
    ),
  ];
}

/** Checks that an alias id belongs to one model only. */
function checkAliases(models: StatedModels['models']): Complaint[] {
  const taken = new Set(models.map(({ id }) => id));
  return models.flatMap(({ aliases = [] }, place) =>
    aliases.flatMap((alias, at) => {
      const message = 'is an id or an alias of an entry already';
      const complaints = taken.has(alias) ? [{ path: ['models', place, 'aliases', at], message }] : [];
      taken.add(alias);
      return complaints;
    }),
  );
}

function checkOffering(model: StatedEntry & StatedOffering): Complaint[] {
  const complaints: Complaint[] = [];
  const { contextTokens = Infinity, maxOutputTokens = 0, quantization } = model;
  if (maxOutputTokens > contextTokens)
    complaints.push({ path: ['maxOutputTokens'], message: `is more than contextTokens, ${contextTokens}` });
  if (quantization !== undefined && !QUANTIZATIONS.includes(quantization))
    complaints.push({
      path: ['quantization'],
      message: withSuggestion(`no filter asks for it; expected one of ${QUANTIZATIONS.join(', ')}`, quantization, QUANTIZATIONS),
    });
  for (const name of ['input', 'output'] as const)
    for (const [at, kind] of (model[name] ?? []).entries())
      if (!KINDS.includes(kind))
        complaints.push({ path: [name, at], message: withSuggestion(`expected one of ${KINDS.join(', ')}`, kind) });
  for (const name of ['input', 'output', 'capabilities'] as const)
    for (const { place } of repeated(model[name] ?? [], (entry) => entry))
      complaints.push({ path: [name, place], message: 'is stated twice' });
  const { tiers = {}, ...plain } = model.priceUsdPerMillionTokens ?? {};
  for (const [path, rates] of [[[], plain], ...Object.entries(tiers).map(([tier, own]) => [['tiers', tier], own] as const)] as const)
    complaints.push(...checkRates(rates).map(below(['priceUsdPerMillionTokens', ...path])));
  for (const word of Object.keys(tiers))
    if (isStandardTier(word))
      complaints.push({ path: ['priceUsdPerMillionTokens', 'tiers', word], message: 'is the plain tier, whose prices stand above' });
  return complaints;
}

/** Finds prices that look like another unit, and price steps without effect. */
function checkRates({ above = [], ...rates }: StatedRates): Complaint[] {
  const units = (one: object, path: (string | number)[]) =>
    Object.entries(one as Record<string, number | undefined>).flatMap(([name, price = 0]) =>
      name === 'promptTokens' || price === 0 || (price >= MIN_USD && price <= MAX_USD)
        ? []
        : [{ path: [...path, name], message: `expected USD for a million tokens; ${price} looks like another unit` }],
    );
  const steps = above.flatMap((step, at) => [
    ...units(step, ['above', at]),
    ...(step.promptTokens <= (above[at - 1]?.promptTokens ?? 0)
      ? [{ path: ['above', at, 'promptTokens'], message: 'never counts in this order: expected more than the step before' }]
      : []),
  ]);
  return [...units(rates, []), ...steps];
}

/** Capabilities, and the parameter with which a request uses them. */
const PARAMETER_OF: Readonly<Record<string, string>> = { tools: 'tools', structured_outputs: 'response_format' };

/** Finds capabilities of an entry that the rules of its operation do not accept. */
export function checkCapabilities(provider: CompiledProvider, { models }: StatedModels): Complaint[] {
  const bare = { ...provider, models: [] }; // an entry is not a rule
  return models.flatMap((model, place) =>
    (model.capabilities ?? []).flatMap((name, at) => {
      const parameter = PARAMETER_OF[name];
      const rules = operationFor(bare, 'chat', model.id)?.rules.parameters;
      if (parameter === undefined || rules?.[parameter] || model.retired !== undefined) return [];
      return [
        { path: ['models', place, 'capabilities', at], message: `has no effect: the rules of this model do not accept ${parameter}` },
      ];
    }),
  );
}
