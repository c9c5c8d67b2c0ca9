/** `openrouter_metadata`: how the request was routed, for a client that requests it (https://openrouter.ai/docs, read 2026-08-22). */
import type { Candidate } from '../routing/resolve-model.ts';
import type { RoutePlan } from '../routing/plan.ts';
import type { JsonObject } from '../lib/json.ts';
import { countTries } from '../attempts/attempt-list.ts';
import type { Run } from '../attempts/fan-out.ts';

/** The object, for an answer that came. */
export function routerMetadata(plans: readonly RoutePlan[], run: Run): JsonObject {
  const servedBy = run.servedBy();
  const [first] = servedBy;
  // Of several that were called, the choices name who answered.
  const verb = servedBy.length > 1 ? 'was called for' : 'served';
  const requested = servedBy.map(({ planned }) => planned.candidate.requested).join(', ');
  const usable = plans.flatMap(({ calls, leftOut }) => [...calls.all().map(({ candidate }) => candidate), ...leftOut().others]);
  return {
    requested,
    strategy: strategyOf(first?.planned.candidate),
    region: null,
    summary: servedBy.map(({ planned: { candidate } }) => `${candidate.provider.name} ${verb} ${candidate.modelId}`).join('; '),
    attempt: countTries(run.attempts()),
    is_byok: false,
    endpoints: {
      total: usable.length + plans.reduce((sum, { leftOut }) => sum + leftOut().rejected.length, 0),
      available: usable.map((entry) => ({
        provider: entry.provider.name,
        model: entry.modelId,
        selected: servedBy.some(({ planned }) => planned.candidate === entry),
      })),
    },
    attempts: run.attempts().flatMap((attempt) => attempt.describe()),
    pipeline: [],
  };
}

/** OpenRouter's name for how the first endpoint was found. */
function strategyOf(candidate: Candidate | undefined): string {
  if (candidate?.alias !== undefined) return 'alias';
  return candidate?.requested.startsWith('@') === true ? 'direct' : 'fallback';
}
