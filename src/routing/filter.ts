/**
 * Which endpoints a request may use: every hard wish of the `provider` object, one line each, with the reason for a no.
 * What no provider file states (privacy, quantization, price) counts as not granted: a filter that cannot be checked must not be
 * passed. Pure.
 */
import type { Price } from '../registry/catalog.ts';
import type { Preferences } from '../unified/preferences.ts';
import type { Candidate } from './candidates.ts';

/** Why a candidate may not be used, or null when it may. */
export function objectionTo(candidate: Candidate, wishes: Preferences): string | null {
  const { offering } = candidate;
  if (wishes.only?.length && !names(wishes.only, candidate)) return 'it is not in provider.only';
  if (wishes.ignore && names(wishes.ignore, candidate)) return 'it is in provider.ignore';
  if (wishes.order?.length && wishes.allow_fallbacks === false && !names(wishes.order, candidate))
    return 'it is not in provider.order, and allow_fallbacks is false';
  if (wishes.data_collection === 'deny') return 'provider.data_collection is "deny", and no data policy is known for it';
  if (wishes.zdr === true) return 'provider.zdr is true, and no data policy is known for it';
  if (wishes.enforce_distillable_text === true) return 'provider.enforce_distillable_text is true, and nothing is known of its licence';
  if (wishes.quantizations?.length && !wishes.quantizations.includes(offering?.quantization ?? 'unknown'))
    return `its quantization (${offering?.quantization ?? 'unknown'}) is not in provider.quantizations`;
  return wishes.max_price ? priceObjection(wishes.max_price, offering?.priceUsdPerMillionTokens) : null;
}

/** Whether a list of provider names holds this one: by slug, by slug with a variant (`deepinfra/turbo`), or by display name. */
export function names(list: readonly string[], candidate: Candidate): boolean {
  return list.some((name) => isNamed(name, candidate));
}

/** Whether a name means this candidate's provider. */
export function isNamed(name: string, { provider }: Candidate): boolean {
  const wanted = name.toLowerCase();
  return wanted === provider.slug || wanted.split('/')[0] === provider.slug || wanted === provider.name.toLowerCase();
}

function priceObjection(limit: NonNullable<Preferences['max_price']>, price: Price | undefined): string | null {
  for (const kind of ['prompt', 'completion'] as const) {
    const highest = limit[kind];
    if (highest === undefined || highest === null) continue;
    if (price === undefined) return `provider.max_price.${kind} is set, and its price is not known`;
    if (price[kind] > Number(highest)) return `its ${kind} price (${price[kind]} USD per million tokens) is above provider.max_price`;
  }
  return null;
}
