/** Describes a provider for `provider show`: what it needs, what it accepts, its models. Pure. */
import type { ProviderParameters } from '../../http/parameters.ts';
import type { Access } from '../../ports.ts';
import { variablePrefix, type Auth, type CompiledProvider, type Offering } from '../../registry/provider.ts';
import { describeAccepted, describeConditions } from './rule-words.ts';

/** One parameter, in the words of a table. */
export type ParameterRow = { name: string; sentAs: string; accepts: string; note: string; from: string };

/** One model, in the words of a table. */
export type ModelRow = { id: string; slug: string; context: string; output: string; prompt: string; completion: string; facts: string };

/** Rows of the rules of one operation. Accepted parameters come first. */
export function toParameterRows({ rules }: Pick<ProviderParameters, 'rules'>): ParameterRow[] {
  const rows = Object.entries(rules).map(([name, rule]) => ({
    isAccepted: rule.accepted,
    name,
    sentAs: rule.accepted && rule.name !== undefined && rule.name !== name ? rule.name : '',
    accepts: describeAccepted(rule),
    note: [...describeConditions(rule), rule.reason ?? ''].filter((part) => part !== '').join('; '),
    from: rule.from,
  }));
  return rows
    .toSorted((one, other) => Number(other.isAccepted) - Number(one.isAccepted) || (one.name < other.name ? -1 : 1))
    .map(({ isAccepted: _isAccepted, ...row }) => row);
}

const DAY_MS = 86_400_000;

/** Days since the facts about a model were last confirmed. @param today `YYYY-MM-DD`. */
export const ageInDays = (checked: string, today: string): number => Math.floor((Date.parse(today) - Date.parse(checked)) / DAY_MS);

/** Row of a model. What is not known is empty. Prices are in USD per million tokens. */
export function toModelRow(
  { id, slug, contextTokens, maxOutputTokens, priceUsdPerMillionTokens: price, checked }: Offering,
  today: string,
): ModelRow {
  const shown = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    id,
    slug,
    context: shown(contextTokens),
    output: shown(maxOutputTokens),
    prompt: shown(price?.prompt),
    completion: shown(price?.completion),
    facts: `${checked}, ${ageInDays(checked, today)} days`,
  };
}

/** How a key is sent, and the variables it is read from. */
export function describeAuth(auth: Auth): string {
  const optional = auth.optional ? ', optional' : '';
  switch (auth.scheme) {
    case 'none':
      return 'no key';
    case 'header':
      return `header ${auth.header} with ${auth.secret}${optional}`;
    case 'query':
      return `query parameter ${auth.parameter} with ${auth.secret}${optional}`;
    case 'aws-sigv4':
      return `AWS signature with ${auth.accessKeyId} and ${auth.secret}${optional}`;
    default:
      return `${auth.scheme} with ${auth.secret}${optional}`;
  }
}

/** What is missing to call a provider, as a sentence without its full stop; null = nothing. */
export function describeMissing({ slug, discontinued }: CompiledProvider, { missingVariables, keys, auth }: Access): string | null {
  if (discontinued !== null) return `discontinued: ${discontinued.replace(/\.$/, '')}`;
  if (missingVariables.length > 0) return `set ${missingVariables.join(' and ')} in .dev.vars`;
  return keys.length > 0 || auth.scheme === 'none' || auth.optional ? null : `set ${variablePrefix(slug)}_API_KEY in .dev.vars`;
}
