/** Reserves what a request may cost, before anything is sent for it. */
import type { RequestContext } from '../calls/context.ts';
import type { Lease } from '../ports.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { PlannedRequest } from './plan-and-prepare.ts';
import { worstCase } from './worst-case.ts';
import type { RenderingDialect } from '../dialects/dialect.ts';

/** Where no accounts are kept. */
const NO_LEASE: Lease = { headers: {}, settle: () => undefined };

/** Reserves for a planned request. @throws RouterError where a limit of the caller's key does not allow it. */
export async function reserve(
  request: UnifiedRequest,
  context: RequestContext,
  planned: Pick<PlannedRequest<RenderingDialect>, 'plans' | 'endpoints' | 'hedge'>,
): Promise<Lease> {
  const { accounts } = context.ports;
  if (accounts === null) return NO_LEASE;
  return accounts.reserve(context.caller, {
    generationId: context.generationId,
    user: userOf(request),
    session: request.session ?? null,
    worst: worstCase(request, planned),
  });
}

/** The lease of an answer that calls no upstream: it spends nothing, and is written to the ledger. */
export const spendNothing = ({ ports: { accounts }, caller }: RequestContext): Lease =>
  accounts === null ? NO_LEASE : { headers: {}, settle: (record) => accounts.record(caller, record) };

/** The hash of the end user that a request names; null = none. */
export const userOf = ({ userHashes = {} }: Pick<UnifiedRequest, 'userHashes'>): string | null =>
  userHashes['user'] ?? Object.values(userHashes)[0] ?? null;
