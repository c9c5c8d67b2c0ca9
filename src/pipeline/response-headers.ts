/** Builds what is reported of an answer besides its content: who served it, what was tried, what was changed. Builds no body. */
import type { ServedBy } from '../dialects/client-dialect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import { reportOf, type ReportedEndpoint } from '../calls/prepare.ts';

/** The name of the provider that serves, marked where the simulator replaces it. */
function servedByName({ planned: { candidate, access } }: ReportedEndpoint): string {
  return access.isSimulated ? `${candidate.provider.name} (simulated)` : candidate.provider.name;
}

/** Who serves, as a client dialect writes it. */
export const toServedBy = (servedBy: ReportedEndpoint): ServedBy => ({
  slug: servedBy.planned.candidate.offering?.slug ?? null,
  upstreamModel: servedBy.planned.candidate.modelId,
  provider: servedByName(servedBy),
});

/** The slugs of the providers that serve. */
export const slugsOf = (servedBy: readonly ReportedEndpoint[]): string =>
  servedBy.map(({ planned }) => planned.candidate.provider.slug).join(', ');

/** The headers of every answer, as far as their values are known when they are sent. @param attempts how many there have been. */
export function responseHeaders(servedBy: readonly ReportedEndpoint[], attempts: number): Record<string, string> {
  const adjustments: readonly Adjustment[] = reportOf(servedBy);
  return {
    'x-tributary-provider': slugsOf(servedBy),
    'x-tributary-attempts': String(Math.max(1, attempts)),
    ...(adjustments.length === 0 ? {} : { 'x-tributary-adjustments': adjustmentsField(adjustments) }),
    ...(servedBy.some(({ planned }) => planned.access.isSimulated) ? { 'x-tributary-simulated': 'true' } : {}),
  };
}
