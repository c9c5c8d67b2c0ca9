/** Reserves what a request may cost, before anything is sent for it. */
import { hasLimits, limitsUsd, type KeyRecord } from '../accounts/key-record.ts';
import type { RequestContext } from '../calls/context.ts';
import type { Accounts, Lease, Reservation } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { PlannedRequest } from './plan-and-prepare.ts';
import type { RateLimit } from '../unified/rate-limits.ts';
import { identityOf } from './answer-identity.ts';
import { isOnlyByok, worstCase } from './worst-case.ts';
import type { ClientFormat } from '../dialects/client-dialect.ts';
import type { RenderingDialect } from '../dialects/dialect.ts';

/** Where no accounts are kept. */
const NO_LEASE: Lease = { headers: {}, rateLimits: [], settle: () => undefined };

/** A planned request, as far as its reservation needs it. */
type Reserved = Pick<PlannedRequest<RenderingDialect>, 'plans' | 'endpoints' | 'hedge'>;

/** Reserves for a planned request: a promise only where the caller's key has limits. @throws RouterError where one does not allow it. */
export function reserve(
  request: UnifiedRequest,
  { context, client }: { context: RequestContext; client: Pick<ClientFormat, 'format' | 'rateLimitHeaders'> },
  planned: Reserved,
): Lease | Promise<Lease> {
  const { caller, ports } = context;
  if (ports.accounts === null) return NO_LEASE;
  const { key } = caller;
  if (key === null || !hasLimits(key)) return ports.accounts.open(caller);
  const reservation = reservationOf(request, { context, format: client.format, key, accounts: ports.accounts }, planned);
  return ports.accounts.reserve(caller, key, reservation).catch((thrown: unknown) => {
    if (!(thrown instanceof RouterError)) throw thrown;
    const { rateLimits = [], headers } = thrown.details;
    const shown = limitHeaders(rateLimits, client, ports.clock.nowMs());
    throw new RouterError(thrown.type, thrown.message, { ...thrown.details, headers: { ...shown, ...headers } });
  });
}

/** The lease of an answer that calls no upstream: it spends nothing, and is written to the ledger. */
export const spendNothing = ({ ports: { accounts }, caller }: RequestContext): Lease => accounts?.open(caller) ?? NO_LEASE;

function reservationOf(
  request: UnifiedRequest,
  { context, format, key, accounts }: { context: RequestContext; format: string; key: KeyRecord; accounts: Accounts },
  planned: Reserved,
): Reservation {
  const worst = worstCase(request, planned, { outputTokens: accounts.outputTokens, isByokCounted: key.isByokCounted });
  if (worst.unpriced !== null && key.onUnpriced === 'refuse' && limitsUsd(key)) throw unpriced(worst.unpriced);
  const [servedBy] = planned.endpoints;
  return { ...identityOf(request, context, { format, servedBy }), isByok: isOnlyByok(planned), worst };
}

const unpriced = (model: string) =>
  new RouterError(
    'permission_denied',
    `The price of ${model} is not known, and this key does not allow such models while a limit counts USD (on_unpriced: refuse). Choose models with a price (GET /models), leave out the others with provider.ignore, or use a key with on_unpriced: allow.`,
    { param: 'model' },
  );

/** Limits as headers of the client's format; none where there are none, or the format has none. */
export const limitHeaders = (
  limits: readonly RateLimit[],
  client: Pick<ClientFormat, 'rateLimitHeaders'>,
  nowMs: number,
): Readonly<Record<string, string>> => (limits.length === 0 ? {} : (client.rateLimitHeaders?.(limits, nowMs) ?? {}));
