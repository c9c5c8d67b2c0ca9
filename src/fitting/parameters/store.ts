/**
 * Fits `store`: where the client allows no provider to keep its requests (`provider.data_collection: "deny"`, `provider.zdr`), the provider is
 * asked to store nothing. Pure.
 */
import type { NativeRequest, UnifiedRequest } from '../../unified/request/request.ts';
import { ruleOf, type FitContext } from '../fit-parameter.ts';

/** Why nothing may be stored; null when it may. */
export function storingObjection({ preferences }: Pick<UnifiedRequest, 'preferences'>): string | null {
  if (preferences.zdr === true) return 'provider.zdr is true';
  return preferences.data_collection === 'deny' ? 'provider.data_collection is "deny"' : null;
}

/** Returns the value of `store` that is sent. */
export function sentStore(fitting: FitContext, store: unknown): unknown {
  const reason = storingObjection(fitting.request);
  if (reason === null || store !== true || ruleOf(fitting, 'store') === null) return store;
  fitting.adjustments.push({ param: 'store', action: 'clamped', from: true, to: false, reason });
  return false;
}

/**
 * Returns a client's own body that stores nothing. Providers of such bodies store where the body does not say otherwise (`store` of OpenAI's
 * Responses is true by default; developers.openai.com/api/reference/resources/responses, read 2026-11-30).
 */
export function fitNativeStore(native: NativeRequest, fitting: FitContext): NativeRequest {
  const reason = storingObjection(fitting.request);
  const { store } = native.body;
  if (reason === null || store === false || ruleOf(fitting, 'store') === null) return native;
  const change = typeof store === 'boolean' ? ({ action: 'clamped', from: store } as const) : ({ action: 'defaulted' } as const);
  fitting.adjustments.push({ param: 'store', ...change, to: false, reason });
  return { ...native, body: { ...native.body, store: false } };
}
