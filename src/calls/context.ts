/** The one context of a client request: facts read from its headers, and state that all of its upstream calls share. */
import type { Caller } from '../accounts/caller.ts';
import { createCancellation, type CancelSignal, type Cancellation } from '../lib/cancel-signal.ts';
import { KeptLiteral } from '../lib/kept-literal.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Deadlines } from '../stream/deadline.ts';
import type { CacheWish } from '../unified/request/cache-wish.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { createAnswerBudget, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { Slots, WAITING_CALLS } from '../upstream/call-limiter.ts';
import type { Hops } from '../upstream/loop.ts';
import { CallBudget } from './call-budget.ts';
import type { CallTally } from './call-tally.ts';

/** Facts of a request that are not in its body. */
export type RequestFacts = Readonly<{
  catalog: Catalog;
  ports: Ports;
  /** The caller brings keys of providers: its answers are for it alone. Default: false. */
  hasCallerKeys?: boolean;
  /** Who sent the request. */
  caller: Caller;
  generationId: string;
  /** Fires when the client has disconnected. */
  signal: CancelSignal;
  /** Base path that was called: `/v1` or `/api/v1`. It distinguishes clients of OpenAI and of OpenRouter. */
  base: string;
  /** Called once the request is planned and reserved. Absent or null = nothing waits for it. */
  onAccepted?: (() => void) | null | undefined;
  /** Adds the headers that every response has to those of an answer (`http/common-headers.ts`). Absent = they are added later. */
  commonHeaders?: { addTo(own: Readonly<Record<string, string>>): Record<string, string> } | undefined;
  /** The client requested `openrouter_metadata`. */
  wantsMetadata: boolean;
  /** Routers that the request has passed before this one. */
  hops: Hops;
  /** Sent on to a simulated upstream. */
  simulatorHeaders: Readonly<Record<string, string>>;
  /** Sent on to every upstream, see `idempotency-key.ts`. Absent = the client sent no key. */
  idempotencyKey?: Readonly<Record<string, string>> | undefined;
  /** Absent = the request has no trace. */
  trace?: RequestTrace | undefined;
  /** Absent or null = the response cache is not used. */
  cache?: CacheWish | null;
}>;

/** One client request. Created once and never copied; the cancel signal of the work for it is passed beside it. */
export type RequestContext = Omit<RequestFacts, 'signal'> &
  Readonly<{
    /** Fires when the client has disconnected: no new attempt starts, though a running one may be read to its end. */
    client: Cancellation;
    /** When the request came, in milliseconds since 1970. */
    requestedMs: number;
    /** Upstream calls that the request may still make. */
    callBudget: CallBudget;
    /** Bytes of the answer that may be kept. */
    answerBudget: AnswerBudget;
    /** The long text of an answer, as its upstream wrote it. */
    literal: KeptLiteral;
    /** Upstream calls that may wait for headers at a time. */
    slots: Slots;
  }>;

/** Starts a request: its clock and its budgets. */
export function createRequestContext(facts: RequestFacts): RequestContext {
  const { clock, limits } = facts.ports;
  return {
    ...facts, // its signal too, which nothing reads: V8 copies a whole object faster than all but one field
    client: createCancellation(facts.signal),
    requestedMs: clock.nowMs(),
    callBudget: new CallBudget(limits.upstreamCalls),
    answerBudget: createAnswerBudget(limits.answerBytes),
    literal: new KeptLiteral(),
    slots: new Slots(WAITING_CALLS),
  };
}

/** What the upstream calls of one attempt share. */
export type AttemptScope = Readonly<{
  context: RequestContext;
  /** The client's request, or the request for the rest of its answer. */
  request: UnifiedRequest;
  /** Upstream calls of the attempt. */
  tally: CallTally;
  /** What the attempt keeps of its answer; given back if the attempt fails. */
  answerBudget: AnswerBudget;
  deadlines: Deadlines;
  /**
   * Tells whether another endpoint could answer instead, of which the client would see nothing but its answer: one in the wrong format may then
   * fail. Null = it would see more, or none could.
   */
  rivals: { hasAnother(): boolean } | null;
}>;
