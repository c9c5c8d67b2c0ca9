/** What the playground asks the router. */
import { callJson } from '../../api.ts';
import { readKey } from '../../session.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Explanation } from './explanation.ts';
import { compactModel, indexModels, type ListedModel, type ModelIndex } from './model-list.ts';
import type { ParameterInfo } from './parameter-list.ts';

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

/** The unified parameters of chat. */
export async function loadParameters(signal: AbortSignal): Promise<readonly ParameterInfo[]> {
  const { data } = await callJson<{ data: { unified: ParameterInfo[] } }>('/parameters?operation=chat', { signal });
  return data.unified;
}

/** Asks what the router would send for a request. Nothing is sent upstream. @throws ApiError */
export const explainRequest = (body: JsonObject, signal: AbortSignal): Promise<Explanation> =>
  callJson<Explanation>('/explain/chat/completions', { body, signal });
