/** `openrouter_metadata`: how the request was routed, for a client that asks (https://openrouter.ai/docs, read 2026-08-22). */
import type { RoutePlan } from '../routing/plan.ts';
import type { JsonObject } from '../unified/json.ts';
import type { Prepared } from './prepare.ts';

/** The object, for an answer that came. */
export function routerMetadata(plan: RoutePlan, { planned }: Prepared): JsonObject {
  const { candidate } = planned;
  const usable = [candidate, ...plan.others];
  return {
    requested: candidate.requested,
    strategy: candidate.requested.startsWith('@') ? 'direct' : 'fallback',
    region: null,
    summary: `${candidate.provider.name} served ${candidate.modelId}`,
    attempt: 1,
    is_byok: false,
    endpoints: {
      total: usable.length + plan.rejected.length,
      available: usable.map((entry) => ({ provider: entry.provider.name, model: entry.modelId, selected: entry === candidate })),
    },
    attempts: [{ provider: candidate.provider.name, model: candidate.modelId, status: 200 }],
    pipeline: [],
  };
}
