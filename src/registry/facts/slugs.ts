/**
 * Public names of models: OpenRouter's slug where it has the model, else `author/name` by the author's name there. Pure.
 * Two rows of different providers get one slug only where their names are equal but for spelling, or a list states that they are one model.
 */
import type { ListedFacts } from '../provider.ts';

/** Authors as OpenRouter spells them: `providers/models/authors.jsonc`. */
export type Authors = {
  /** Spellings of others to OpenRouter's. */
  spellings: Readonly<Record<string, string>>;
  /** Author to the beginnings of the names of its models. */
  families: Readonly<Record<string, readonly string[]>>;
};

/** Names that are known, and what they stand for. */
export type KnownNames = {
  /** Name of a model, as {@link keyOf} spells it, to its slugs. */
  byName: Map<string, Set<string>>;
  /** models.dev's id across providers to the slug. */
  byCanonical: Map<string, string>;
  /** Slugs that OpenRouter has. */
  openRouter: Set<string>;
  authors: Authors;
};

/** Names of no model. */
export const noNames = (authors: Authors): KnownNames => ({ byName: new Map(), byCanonical: new Map(), openRouter: new Set(), authors });

/** Adds a name of a model. */
export function addName({ byName }: KnownNames, name: string, slug: string): void {
  const key = keyOf(name);
  byName.set(key, (byName.get(key) ?? new Set()).add(slug));
}

/** Adds what OpenRouter lists. Its aliases (`~author/x-latest`) and variants (`:free`) name no model of others. */
export function addOpenRouter(names: KnownNames, listed: readonly Pick<ListedFacts, 'id' | 'canonical'>[]): void {
  for (const { id, canonical } of listed) {
    names.openRouter.add(id);
    if (/^~|:/.test(id)) continue;
    addName(names, id, id);
    const isMain = canonical !== undefined && keyOf(canonical) === keyOf(id);
    if (canonical !== undefined && (isMain || !names.byCanonical.has(canonical))) names.byCanonical.set(canonical, id);
  }
}

/** Words at the end of a name that say how it is served, not which model it is. */
const SERVING = new Set(['fp8', 'fp4', 'nvfp4', 'bf16', 'int4', 'int8', 'tee', 'maas']);

/** The words of an id that name the model: without the path, the region, the vendor and the version of the address that stand before or behind it. */
function nameIn(id: string): string {
  const last = id
    .toLowerCase()
    .split('/')
    .at(-1)
    ?.replace(/^(global|us-gov|us|eu|apac|au|ca|jp|in)\./, '')
    .replace(
      /^(anthropic|amazon|meta|mistral|openai|deepseek|qwen|minimax|moonshotai|moonshot|nvidia|google|writer|xai|zai|cohere)\.(?=[a-z])/,
      '',
    )
    .replace(/(-v?\d+)?:\d+$/, '')
    .replace(/^zai-(?=glm)/, '')
    .replace(/^(?=[vr]\d+(\.|-v))/, 'deepseek-')
    .replace(/@.*$/, '');
  return (last ?? id).replace(/(?<=\d)[p_](?=\d)/g, '.');
}

/** One spelling of a name: words of letters and numbers, without those that say how it is served, and without the day of a release. */
export function keyOf(id: string): string {
  const words = nameIn(id).match(/[a-z]+|\d+/g) ?? [];
  while (words.length > 1 && SERVING.has(servingOf(words))) words.splice(-(/\d/.test(servingOf(words)) ? 2 : 1));
  if (/^20\d{6}$/.test(words.at(-1) ?? '')) words.pop();
  return words.join('-');
}

const servingOf = (words: readonly string[]) => (/^\d+$/.test(words.at(-1) ?? '') ? words.slice(-2).join('') : (words.at(-1) ?? ''));

/** The author of a model, as OpenRouter spells it: by the id, by the family, else the provider. */
function authorOf(id: string, provider: string, { spellings, families }: Authors): string {
  const dotted = /^(?:[a-z-]+\.)?([a-z]+)\.[a-z]/.exec(id.toLowerCase())?.[1];
  const parts = id.toLowerCase().split('/');
  const stated = parts.length > 1 ? parts.at(-2) : dotted;
  const name = nameIn(id);
  const isOf = (author: string) => families[author]?.some((beginning) => name.startsWith(beginning)) === true;
  const author = stated === undefined || stated === 'models' || stated === 'routers' ? null : stated;
  if (author === null) return Object.keys(families).find(isOf) ?? spellings[provider] ?? provider;
  return isOf(author) ? author : (spellings[author] ?? author);
}

/** An id without the author before its name: `openai-gpt-5` is gpt-5. */
function withoutAuthor(id: string, { spellings, families }: Authors): string {
  const prefix = [...Object.keys(spellings), ...Object.values(spellings), ...Object.keys(families)].find(
    (author) =>
      id.startsWith(`${author}-`) &&
      Object.values(families)
        .flat()
        .some((beginning) => id.startsWith(`${author}-${beginning}`)),
  );
  return prefix === undefined ? id : id.slice(prefix.length + 1);
}

/** The public slug of a model at a provider. */
export function slugFor({ id: given, canonical }: Pick<ListedFacts, 'id' | 'canonical'>, provider: string, names: KnownNames): string {
  if (given.includes('/') && names.openRouter.has(given)) return given;
  const id = withoutAuthor(given, names.authors);
  const author = authorOf(id, provider, names.authors);
  const named = keysOf(id).flatMap((key) => {
    const slugs = [...(names.byName.get(key) ?? [])];
    return slugs.find((slug) => slug.startsWith(`${author}/`)) ?? (slugs.length === 1 ? slugs : []);
  });
  // A distilled model is listed under its teacher.
  const same = canonical === undefined || /distill/i.test(id) ? undefined : names.byCanonical.get(canonical);
  const known = named.find((slug) => names.openRouter.has(slug)) ?? same ?? named[0];
  return known ?? `${author}/${nameIn(id).replace(/\s+/g, '-')}`;
}

/** Spellings under which a model may be known: with the version of its address, as it is, as tuned to instructions, without the month of its release. */
function keysOf(id: string): string[] {
  const key = keyOf(id);
  const version = /-v(\d+):\d+$/.exec(id)?.[1];
  return [...(version === undefined ? [] : [`${key}-v-${version}`]), key, `${key}-instruct`, key.replace(/-(0[1-9]|1[0-2])-20\d\d$/, '')];
}
