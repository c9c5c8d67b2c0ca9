/**
 * Reports how an attempt ended to the health of its endpoint, and remembers which endpoint served a conversation. Failures that the request
 * caused are not reported, nor those of a client that left.
 */
import { endpointOf } from '../routing/resolve-model.ts';
import type { RouterError } from '../unified/error.ts';
import type { OutcomeKind } from '../unified/endpoint-health.ts';
import { consequenceOf } from '../unified/meaning.ts';
import type { Usage } from '../unified/response/usage.ts';
import type { Reported } from '../calls/prepare.ts';
import type { RunContext } from '../calls/context.ts';

/** What is read of an attempt. */
type Reporting = { prepared: Reported; startedMs: number; firstContentMs: number | null };

/** Fewer tokens than this say little about how fast an endpoint is. */
const MIN_TOKENS = 16;

/** It answered to the end. @param usage what it cost; null = not known. */
export function reportSuccess(attempt: Reporting, usage: Usage | null, context: RunContext): void {
  const { ports, request, signal, conversation } = context;
  if (signal.aborted) return;
  const { candidate } = attempt.prepared.planned;
  const atMs = ports.clock.nowMs();
  // Without a stream the first content is the whole of it, which says nothing of either.
  const firstContentMs = request.stream ? attempt.firstContentMs : null;
  const writingMs = firstContentMs === null ? 0 : atMs - attempt.startedMs - firstContentMs;
  const tokens = usage?.completionTokens ?? 0;
  const tokensPerSecond = writingMs > 0 && tokens >= MIN_TOKENS ? (1000 * tokens) / writingMs : null;
  ports.health.report(endpointOf(candidate), { atMs, kind: 'success', firstContentMs, tokensPerSecond });

  if (conversation !== null && (conversation.isSession || (usage?.cachedTokens ?? 0) > 0)) {
    ports.sticky.remember(conversation.key, endpointOf(candidate));
  }
}

/** It failed, before its first content or after. */
export function reportFailure(attempt: Reporting, error: RouterError, context: RunContext): void {
  const { ports, request, signal } = context;
  const kind = kindOf(error);
  if (kind === null || signal.aborted) return;
  // Who has less patience than we have must not speak ill of an endpoint to everybody.
  if (error.type === 'timeout' && request.preferences.timeouts) return;
  const { retryAfterSeconds } = error.details;
  ports.health.report(endpointOf(attempt.prepared.planned.candidate), {
    atMs: ports.clock.nowMs(),
    kind,
    firstContentMs: null,
    tokensPerSecond: null,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
  });
}

/** Null = the request was at fault, not the endpoint. */
function kindOf({ proven }: RouterError): OutcomeKind | null {
  if (proven === 'rate-limited') return 'limited';
  return consequenceOf(proven).against === 'request' ? null : 'failure';
}
