/** The one context of a client request: facts read from its headers, and state that all of its upstream calls share. */
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { Ports } from '../ports.ts';
import type { StickyKey } from '../state/sticky-endpoints.ts';
import type { Deadlines } from '../stream/deadline.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { CallTally } from './call-tally.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { Hops } from '../upstream/loop.ts';
import type { CallBudget } from './call-budget.ts';

/** Facts of a request that are not in its body. */
export type RequestFacts = Readonly<{
  catalog: Catalog;
  ports: Ports;
  generationId: string;
  /** Fires when the client has disconnected. */
  signal: CancelSignal;
  /** The client's SDK accepts `usage: null` on chunks without usage. */
  allowsNullUsage: boolean;
  /** The client asked for `openrouter_metadata`. */
  wantsMetadata: boolean;
  /** Routers that the request has passed before this one. */
  hops: Hops;
  /** Sent on to a simulated upstream. */
  simulatorHeaders: Readonly<Record<string, string>>;
}>;

/** What a call needs besides its plan. `signal` fires when the work is cancelled. */
export type RunContext = {
  request: UnifiedRequest;
  generationId: string;
  ports: Ports;
  signal: CancelSignal;
  /** Names the conversation, where there was a choice of endpoints; null = there was none, or the conversation has no name. */
  conversation: StickyKey | null;
  /** The client waits for the answer: otherwise no new call starts, though a running one may be read to its end. */
  isClientConnected: () => boolean;
  /** Bytes of the answer that may be kept. */
  answerBudget: AnswerBudget;
  /** When the request came, in milliseconds since 1970. */
  requestedMs: number;
  /** Upstream calls that the request may still make. */
  budget: CallBudget;
  /** Upstream calls of this attempt. */
  tally: CallTally;
};

/** What one call needs: the same, and how long it may take. */
export type CallContext = RunContext & {
  deadlines: Deadlines;
  /** The client has seen no content, and another endpoint may be called: an answer in the wrong format may fail. */
  mayFail: boolean;
};
