/** What the playground asks the router. */
import { ApiError, callJson } from '../../api.ts';
import { readKey } from '../../session.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Explanation } from './explanation.ts';
import { compactModel, indexModels, type ListedModel, type ModelIndex } from './model-list.ts';
import type { ParameterInfo, ProviderRules } from './parameter-list.ts';

/** A provider, as `GET /v1/providers` lists it. */
export type ProviderInfo = {
  readonly slug: string;
  readonly name: string;
  readonly ready: boolean;
  readonly simulated: boolean;
  readonly missing: readonly string[];
};

let models: { key: string | null; list: Promise<ModelIndex> } | null = null;

/** The models that the caller may use. The list is 1.2 MB: it is loaded once for each key, and kept in compact form. */
export function loadModels(): Promise<ModelIndex> {
  const key = readKey();
  if (models === null || models.key !== key) {
    const list = callJson<{ data: ListedModel[] }>('/models').then(({ data }) => indexModels(data.map(compactModel)));
    models = { key, list };
    list.catch(() => {
      models = null; // the next visit tries again
    });
  }
  return models.list;
}

/** The providers, by slug. */
export async function loadProviders(signal: AbortSignal): Promise<ReadonlyMap<string, ProviderInfo>> {
  const { data } = await callJson<{ data: ProviderInfo[] }>('/providers', { signal });
  return new Map(data.map((provider) => [provider.slug, provider]));
}

/** Parameters of chat, and what the providers of a model accept of them. */
export type Parameters = { readonly unified: readonly ParameterInfo[]; readonly providers: readonly ProviderRules[] };

/**
 * Asks for them. Rules of a model that the router does not know are empty.
 *
 * @param slugs of providers; empty = all that offer the model.
 */
export async function loadParameters(model: string | undefined, slugs: readonly string[], signal: AbortSignal): Promise<Parameters> {
  const ask = async (query: Record<string, string>) =>
    (await callJson<{ data: Parameters }>(`/parameters?${new URLSearchParams({ operation: 'chat', ...query }).toString()}`, { signal }))
      .data;
  const provider = slugs.slice(0, MAX_NAMED).join(',');
  if (model !== undefined) {
    try {
      return await ask({ model, ...(provider === '' ? {} : { provider }) });
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status === 0 || thrown.status >= 500) throw thrown;
    }
  }
  // Without a model the rules of every provider would come: none is named, and none is shown.
  return { unified: (await ask({})).unified, providers: [] };
}

/** Most providers that one question may name. */
const MAX_NAMED = 10;

/** Asks what the router would send for a request. Nothing is sent upstream. @throws ApiError */
export const explainRequest = (body: JsonObject, signal: AbortSignal): Promise<Explanation> =>
  callJson<Explanation>('/explain/chat/completions', { body, signal });
