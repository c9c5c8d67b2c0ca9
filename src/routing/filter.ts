/**
 * Applies the hard filters of the `provider` object, and returns the reason for each rejection. A property that the provider file does not
 * state (privacy, quantization, price) does not pass a filter, because it cannot be checked. Pure.
 */
import type { Price } from '../registry/provider.ts';
import { arrayOf } from '../lib/json.ts';
import type { Preferences } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate } from './resolve-model.ts';

/** Returns why a candidate may not be used; null when it may. */
export function rejectionReason(candidate: Candidate, request: UnifiedRequest): string | null {
  const preferences = request.preferences;
  if (preferences.only?.length && !includesProvider(preferences.only, candidate)) return 'it is not in provider.only';
  if (preferences.ignore && includesProvider(preferences.ignore, candidate)) return 'it is in provider.ignore';
  if (preferences.order?.length && preferences.allow_fallbacks === false && !includesProvider(preferences.order, candidate))
    return 'it is not in provider.order, and allow_fallbacks is false';
  const quantization = candidate.offering?.quantization ?? 'unknown';
  if (preferences.quantizations?.length && !preferences.quantizations.some((wanted) => covers(wanted, quantization)))
    return `its quantization (${quantization}) is not in provider.quantizations`;
  if (preferences.enforce_distillable_text === true) return 'provider.enforce_distillable_text is true, and its licence is not known';
  return (
    policyObjection(preferences, candidate) ?? priceObjection(preferences.max_price, candidate.offering?.priceUsdPerMillionTokens, request)
  );
}

/** Returns why a candidate is not free of charge; null when it is. Some free offerings have their own slug. */
export function costObjection({ offering }: Pick<Candidate, 'offering'>): string | null {
  if (offering?.slug.endsWith(':free') === true) return null;
  const price = offering?.priceUsdPerMillionTokens;
  if (price === undefined) return 'the name ends in ":free", and its price is not known';
  if (price.prompt === 0 && price.completion === 0) return null;
  return `the name ends in ":free", and it costs ${price.prompt} and ${price.completion} USD per million tokens`;
}

/** True when a list of provider names contains this one. */
function includesProvider(list: readonly string[], candidate: Candidate): boolean {
  return list.some((name) => isNamed(name, candidate));
}

/** True when a name means this candidate's provider: slug, slug with a variant (`deepinfra/turbo`), or display name. */
export function isNamed(name: string, { provider }: Candidate): boolean {
  const wanted = name.toLowerCase();
  return wanted === provider.slug || wanted.split('/')[0] === provider.slug || wanted === provider.name.toLowerCase();
}

/** Quantization formats that are included in another one. */
const SUBTYPES: Readonly<Record<string, readonly string[]>> = { fp4: ['mxfp4', 'nvfp4'], fp8: ['mxfp8'] };

const covers = (wanted: string, quantization: string) => wanted === quantization || SUBTYPES[wanted]?.includes(quantization) === true;

/** Applies `data_collection` and `zdr`. "Collection" means that requests are stored or used for training. */
function policyObjection({ data_collection: collection, zdr }: Preferences, { provider }: Candidate): string | null {
  const preference = zdr === true ? 'provider.zdr is true' : collection === 'deny' ? 'provider.data_collection is "deny"' : null;
  if (preference === null) return null;
  if (provider.dataPolicy === undefined) return `${preference}, and its data policy is not known`;
  if (provider.dataPolicy.retains) return `${preference}, and it stores requests`;
  return collection === 'deny' && provider.dataPolicy.trains
    ? 'provider.data_collection is "deny", and it uses requests for training'
    : null;
}

function priceObjection(limit: Preferences['max_price'], price: Price | undefined, request: UnifiedRequest): string | null {
  if (!limit) return null;
  for (const kind of ['prompt', 'completion'] as const) {
    const highest = limit[kind];
    if (highest === undefined || highest === null) continue;
    if (price === undefined) return `provider.max_price.${kind} is set, and its price is not known`;
    if (price[kind] > Number(highest)) return `its ${kind} price (${price[kind]} USD per million tokens) is above provider.max_price`;
  }
  // No provider file states these prices. They matter only for a request that would pay them.
  const asked = (['image', 'audio', 'request'] as const).find((kind) => (limit[kind] ?? null) !== null && usesMedia(kind, request));
  return asked === undefined ? null : `provider.max_price.${asked} is set, and its price is not known`;
}

/** True when a request contains images or audio, or requests some as output. */
function usesMedia(kind: 'image' | 'audio' | 'request', { input, parameters }: UnifiedRequest): boolean {
  if (kind === 'request' || arrayOf(parameters.modalities).includes(kind)) return true;
  return input.kind === 'messages' && input.conversation.has(kind);
}
