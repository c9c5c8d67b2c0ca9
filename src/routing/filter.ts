/**
 * Which endpoints a request may use: every hard wish of the `provider` object, one line each, with the reason for a no.
 * What no provider file states (privacy, quantization, price) counts as not granted: a filter that cannot be checked must not be
 * passed. Pure.
 */
import type { Price } from '../registry/provider.ts';
import { arrayOf } from '../lib/json.ts';
import type { Preferences } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate } from './resolve-model.ts';

/** Why a candidate may not be used, or null when it may. */
export function rejectionReason(candidate: Candidate, request: UnifiedRequest): string | null {
  const preferences = request.preferences;
  if (preferences.only?.length && !names(preferences.only, candidate)) return 'it is not in provider.only';
  if (preferences.ignore && names(preferences.ignore, candidate)) return 'it is in provider.ignore';
  if (preferences.order?.length && preferences.allow_fallbacks === false && !names(preferences.order, candidate))
    return 'it is not in provider.order, and allow_fallbacks is false';
  const quantization = candidate.offering?.quantization ?? 'unknown';
  if (preferences.quantizations?.length && !preferences.quantizations.some((wanted) => covers(wanted, quantization)))
    return `its quantization (${quantization}) is not in provider.quantizations`;
  if (preferences.enforce_distillable_text === true)
    return 'provider.enforce_distillable_text is true, and nothing is known of its licence';
  return (
    policyObjection(preferences, candidate) ?? priceObjection(preferences.max_price, candidate.offering?.priceUsdPerMillionTokens, request)
  );
}

/** Why a candidate is not one that costs nothing, or null when it is. Some are offered under a slug of their own. */
export function costObjection({ offering }: Pick<Candidate, 'offering'>): string | null {
  if (offering?.slug.endsWith(':free') === true) return null;
  const price = offering?.priceUsdPerMillionTokens;
  if (price === undefined) return 'the name ends in ":free", and its price is not known';
  if (price.prompt === 0 && price.completion === 0) return null;
  return `the name ends in ":free", and it costs ${price.prompt} and ${price.completion} USD per million tokens`;
}

/** Whether a list of provider names holds this one. */
function names(list: readonly string[], candidate: Candidate): boolean {
  return list.some((name) => isNamed(name, candidate));
}

/** Whether a name means this candidate's provider: by slug, by slug with a variant (`deepinfra/turbo`), or by display name. */
export function isNamed(name: string, { provider }: Candidate): boolean {
  const wanted = name.toLowerCase();
  return wanted === provider.slug || wanted.split('/')[0] === provider.slug || wanted === provider.name.toLowerCase();
}

/** Formats that are kinds of another one. */
const KINDS: Readonly<Record<string, readonly string[]>> = { fp4: ['mxfp4', 'nvfp4'], fp8: ['mxfp8'] };

const covers = (wanted: string, quantization: string) => wanted === quantization || KINDS[wanted]?.includes(quantization) === true;

/** Collecting is keeping what is sent, or training on it. */
function policyObjection({ data_collection: collection, zdr }: Preferences, { provider }: Candidate): string | null {
  const wish = zdr === true ? 'provider.zdr is true' : collection === 'deny' ? 'provider.data_collection is "deny"' : null;
  if (wish === null) return null;
  if (provider.dataPolicy === undefined) return `${wish}, and no data policy is known for it`;
  if (provider.dataPolicy.retains) return `${wish}, and it keeps what is sent to it`;
  return collection === 'deny' && provider.dataPolicy.trains
    ? 'provider.data_collection is "deny", and it trains on what is sent to it'
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
  // No provider file states these prices. Where there is nothing to pay for, none is needed.
  const asked = (['image', 'audio', 'request'] as const).find((kind) => (limit[kind] ?? null) !== null && paysFor(kind, request));
  return asked === undefined ? null : `provider.max_price.${asked} is set, and its price is not known`;
}

const PARTS = { image: 'image_url', audio: 'input_audio' } as const;

/** Whether a request has pictures or sound in it, or asks for some. */
function paysFor(kind: 'image' | 'audio' | 'request', { input, parameters }: UnifiedRequest): boolean {
  if (kind === 'request' || arrayOf(parameters.modalities).includes(kind)) return true;
  if (input.kind !== 'messages') return false;
  return input.messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === PARTS[kind]));
}
