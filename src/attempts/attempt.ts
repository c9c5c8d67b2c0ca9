/**
 * One attempt at an answer: observes the events and the failure of one endpoint, and reports them to the health of the endpoint, to the
 * memory of conversations, and to the client. Failures that the request caused are not reported to health, nor any after a cancellation.
 */
import { ANSWERED, billOf, createTally, type CallTally } from '../calls/call-tally.ts';
import type { RequestContext } from '../calls/context.ts';
import type { ReportedEndpoint } from '../calls/prepare.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { JsonObject } from '../lib/json.ts';
import type { RecordedTry } from '../accounts/generation-record.ts';
import type { ObservedAttempt } from '../accounts/telemetry.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { hasChoice, type RoutePlan } from '../routing/plan.ts';
import { namesSession } from '../state/sticky-endpoints.ts';
import type { OutcomeKind } from '../unified/endpoint-health.ts';
import type { RouterError } from '../unified/error.ts';
import { consequenceOf } from '../unified/meaning.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { Usage } from '../unified/response/usage.ts';
import { secretsOfAccess } from '../upstream/call.ts';
import { contentSecrets, mask, maskDeep } from '../upstream/secrets.ts';

/** What the attempts at one answer share. */
export type AttemptOrigin = Readonly<{
  context: RequestContext;
  /** The client's request, or the request for the rest of its answer. */
  request: UnifiedRequest;
  /** The plan whose conversation is remembered where it had a choice of endpoints; null = none is. */
  plan: RoutePlan | null;
}>;

/** Fewer tokens than this do not measure the speed of an endpoint. */
const MIN_TOKENS = 16;

/** One attempt. */
export class Attempt {
  readonly prepared: ReportedEndpoint;
  readonly tally: CallTally = createTally();
  readonly #origin: AttemptOrigin;
  readonly #signal: CancelSignal;
  readonly #startedMs: number;
  /** HTTP status of the upstream; null while none has come. */
  #status: number | null = null;
  #error: RouterError | null = null;
  /** From the start to the first content; null while none has come. */
  #firstContentMs: number | null = null;
  #isWhole = false;
  #endedMs: number | null = null;
  #isCancelled = false;

  /** @param signal fires when the attempt is cancelled. */
  constructor(prepared: ReportedEndpoint, origin: AttemptOrigin, signal: CancelSignal) {
    this.prepared = prepared;
    this.#origin = origin;
    this.#signal = signal;
    this.#startedMs = origin.context.ports.clock.nowMs();
  }

  /** Why it failed; null while it has not. */
  get error(): RouterError | null {
    return this.#error;
  }

  /** Its answer has come to its end. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** It was cancelled, since another one answered or took its place. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Tries that are reported to clients: one for each key that was not accepted, and the last one. */
  get tries(): number {
    return 1 + this.tally.refusedKeys.length;
  }

  /** The upstream has answered with HTTP 200. */
  answered(): void {
    this.#status ??= ANSWERED;
  }

  /** Observes events of the answer, in order. */
  observe(events: readonly StreamEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.answered();
    if (this.#firstContentMs === null && events.some(isContent)) this.#firstContentMs = this.#nowMs() - this.#startedMs;
    if (!isTerminal(last) || this.#isCancelled) return;
    if (last.type === 'end') this.succeed(last.usage);
    else this.fail(last.error);
  }

  /** The answer is whole. @param usage what it cost; null = not known. */
  succeed(usage: Usage | null): void {
    this.#isWhole = true;
    this.#endedMs ??= this.#nowMs();
    if (this.#signal.aborted) return;
    const { context, request } = this.#origin;
    const { health } = context.ports;
    const endpoint = endpointOf(this.prepared.planned.candidate);
    const atMs = this.#nowMs();
    // Without a stream the first content is the whole answer, which measures neither.
    const firstContentMs = request.stream ? this.#firstContentMs : null;
    const writingMs = firstContentMs === null ? 0 : atMs - this.#startedMs - firstContentMs;
    const tokens = usage?.completionTokens ?? 0;
    const tokensPerSecond = writingMs > 0 && tokens >= MIN_TOKENS ? (1000 * tokens) / writingMs : null;
    health.report(endpoint, { atMs, kind: 'success', firstContentMs, tokensPerSecond });
    if ((usage?.cachedTokens ?? 0) > 0 || namesSession(request)) this.#rememberConversation(endpoint);
  }

  #rememberConversation(endpoint: string): void {
    const { plan, context } = this.#origin;
    const conversation = plan !== null && hasChoice(plan) ? plan.conversation() : null;
    if (conversation !== null) context.ports.sticky.remember(conversation, endpoint);
  }

  /** The attempt has failed, before its first content or after. The first failure counts. */
  fail(error: RouterError): void {
    if (this.#isCancelled || this.#error !== null) return;
    this.#error = error;
    this.#endedMs ??= this.#nowMs();
    this.#status = error.upstreamStatus ?? this.#status;
    const kind = outcomeOf(error);
    if (kind === null || this.#signal.aborted) return;
    const { context, request } = this.#origin;
    // A key of the caller says nothing about the endpoint for others.
    if (this.prepared.planned.access.isCallerKey === true && consequenceOf(error.proven).against === 'key') return;
    // A deadline that one client sets must not change the endpoint's health for other clients.
    if (error.type === 'timeout' && request.preferences.timeouts) return;
    const { retryAfterSeconds } = error.details;
    context.ports.health.report(endpointOf(this.prepared.planned.candidate), {
      atMs: this.#nowMs(),
      kind,
      firstContentMs: null,
      tokensPerSecond: null,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
    });
  }

  /** The answer cannot be used, which is no failure of the endpoint. */
  discard(error: RouterError): void {
    this.#error ??= error;
    this.#endedMs ??= this.#nowMs();
  }

  /** The attempt was cancelled, since another one answered or took its place. */
  cancelled(): void {
    this.#isCancelled = true;
    this.#endedMs ??= this.#nowMs();
  }

  /** The attempt as clients see it: an entry for each key that was not accepted (not which key), and one for the last try. */
  describe(): JsonObject[] {
    const { calls, refusedKeys } = this.tally;
    const refused = refusedKeys.map(({ error, status }) =>
      this.#describeTry(error, { status, first_content_ms: null, billed_tokens: null, calls: 1 }),
    );
    const billed = billOf([this.tally]);
    const last = this.#describeTry(this.#error, {
      status: this.#status,
      first_content_ms: this.#firstContentMs,
      billed_tokens: billed === null ? null : billed.promptTokens + billed.completionTokens,
      calls: calls - refusedKeys.length,
      ...(this.#isCancelled ? { cancelled: true } : {}),
    });
    return [...refused, last];
  }

  /** The same entries as they are recorded: without texts. @param requestedMs when the request came, in milliseconds since 1970. */
  recorded(requestedMs: number): RecordedTry[] {
    const { calls, refusedKeys, sentMs } = this.tally;
    const refused = refusedKeys.map((refusal) =>
      this.#recordTry(refusal.error, {
        status: refusal.status,
        startedMs: refusal.sentMs - requestedMs,
        firstContentMs: null,
        durationMs: refusal.endedMs - refusal.sentMs,
        calls: 1,
        isCancelled: false,
      }),
    );
    // After other keys the last try has a start of its own. Calls for several choices have none in common but that of the attempt.
    const startedMs = refused.length > 0 && calls - refused.length === 1 ? sentMs : this.#startedMs;
    const last = this.#recordTry(this.#error, {
      status: this.#status,
      startedMs: startedMs - requestedMs,
      firstContentMs: this.#firstContentMs === null ? null : this.#startedMs + this.#firstContentMs - startedMs,
      durationMs: this.#endedMs === null ? null : this.#endedMs - startedMs,
      calls: calls - refused.length,
      isCancelled: this.#isCancelled,
    });
    return [...refused, last];
  }

  /** The attempt as a trace has it. */
  observed(): ObservedAttempt {
    const { candidate, access } = this.prepared.planned;
    return {
      slug: candidate.provider.slug,
      provider: candidate.provider.telemetryName ?? candidate.provider.slug,
      model: candidate.modelId,
      baseUrl: access.baseUrl,
      startedMs: this.#startedMs,
      endedMs: this.#endedMs,
      firstContentMs: this.#firstContentMs,
      status: this.#status,
      errorType: this.#error?.type ?? null,
      isCancelled: this.#isCancelled,
      calls: this.tally.calls,
    };
  }

  /** The bodies that it has sent, without secrets. */
  sentBodies(): JsonObject[] {
    const secrets = contentSecrets(secretsOfAccess(this.prepared.planned.access));
    return [...this.tally.bodies].map((body) => maskDeep(body, (text) => mask(text, secrets)));
  }

  #describeTry(failure: RouterError | null, more: JsonObject): JsonObject {
    const { provider, modelId } = this.prepared.planned.candidate;
    return { provider: provider.name, model: modelId, error_type: failure?.type ?? null, message: failure?.message ?? null, ...more };
  }

  #recordTry(error: RouterError | null, more: Omit<RecordedTry, 'provider' | 'providerName' | 'model' | 'errorType'>): RecordedTry {
    const { provider, modelId } = this.prepared.planned.candidate;
    return { provider: provider.slug, providerName: provider.name, model: modelId, errorType: error?.type ?? null, ...more };
  }

  #nowMs(): number {
    return this.#origin.context.ports.clock.nowMs();
  }
}

/** Null = the request was at fault, not the endpoint. */
function outcomeOf({ proven }: RouterError): OutcomeKind | null {
  if (proven === 'rate-limited') return 'limited';
  return consequenceOf(proven).against === 'request' ? null : 'failure';
}
