/** What a reservation and a record of an answer have in common: which request it answers, in which format, and who serves it. */
import type { ReportedEndpoint } from '../calls/prepare.ts';
import type { RequestContext } from '../calls/context.ts';
import type { Reservation } from '../ports.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { toServedBy } from './response-headers.ts';

/** The fields that both have. */
type AnswerIdentity = Omit<Reservation, 'isByok' | 'worst'>;

/** @param format of the client. @param servedBy the endpoint that serves, or comes first. */
export function identityOf(
  request: UnifiedRequest,
  context: Pick<RequestContext, 'generationId' | 'requestedMs'>,
  { format, servedBy }: { format: string; servedBy: ReportedEndpoint },
): AnswerIdentity {
  const { slug, upstreamModel, provider } = toServedBy(servedBy);
  return {
    id: context.generationId,
    createdMs: context.requestedMs,
    operation: request.operation,
    format,
    model: slug ?? upstreamModel,
    modelAsked: request.models[0] ?? '',
    provider: servedBy.planned.candidate.provider.slug,
    providerName: provider,
    user: userOf(request),
    session: request.session ?? null,
    streamed: request.stream,
  };
}

/** The hash of the end user that a request names; null = none. */
export const userOf = ({ userHashes = {} }: Pick<UnifiedRequest, 'userHashes'>): string | null =>
  userHashes['user'] ?? Object.values(userHashes)[0] ?? null;
