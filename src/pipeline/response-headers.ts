/** What an answer says about itself besides its content: who served it, what was tried, what was changed. Builds no body. */
import type { Serving } from '../dialects/dialect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import { reportOf, type Reported } from '../calls/prepare.ts';

/** The name of the provider that serves; says so where the simulator stands in for it. */
export function servingName({ planned: { candidate, access } }: Reported): string {
  return access.simulated ? `${candidate.provider.name} (simulated)` : candidate.provider.name;
}

/** Who serves, as a client dialect tells it. */
export const toServing = (serving: Reported): Serving => ({
  slug: serving.planned.candidate.offering?.slug ?? null,
  upstreamModel: serving.planned.candidate.modelId,
  provider: servingName(serving),
});

/** The slugs of the providers that serve. */
export const slugsOf = (serving: readonly Reported[]): string => serving.map(({ planned }) => planned.candidate.provider.slug).join(', ');

/** What every answer says in its headers, as far as it is known when they leave. @param attempts how many there have been. */
export function answerHeaders(serving: readonly Reported[], attempts: number): Record<string, string> {
  const adjustments: readonly Adjustment[] = reportOf(serving);
  return {
    'x-tributary-provider': slugsOf(serving),
    'x-tributary-attempts': String(Math.max(1, attempts)),
    ...(adjustments.length === 0 ? {} : { 'x-tributary-adjustments': adjustmentsField(adjustments) }),
    ...(serving.some(({ planned }) => planned.access.simulated) ? { 'x-tributary-simulated': 'true' } : {}),
  };
}
