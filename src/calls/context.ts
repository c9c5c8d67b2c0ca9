/** What one request, and one upstream call of it, carries besides its plan. */
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { Ports } from '../ports.ts';
import type { StickyKey } from '../state/sticky-endpoints.ts';
import type { Deadlines } from '../stream/deadline.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { CallBudget } from './call-budget.ts';
import type { CallTally } from './call-tally.ts';

/** What a call needs besides its plan. `signal` fires when nobody waits for the answer any more. */
export type RunContext = {
  request: UnifiedRequest;
  generationId: string;
  ports: Ports;
  signal: CancelSignal;
  /** What the conversation is remembered by, where there was a choice of endpoints; null = there was none, or nothing names it. */
  conversation: StickyKey | null;
  /** Somebody waits for the answer: otherwise nothing new is begun for it, though what is under way may be read to its end. */
  isClientConnected: () => boolean;
  /** How much of the answer may be kept. */
  answerBudget: AnswerBudget;
  /** When the request came, in milliseconds since 1970. */
  requestedMs: number;
  /** The upstream calls that the request may still make. */
  budget: CallBudget;
  /** The upstream calls of this attempt. */
  tally: CallTally;
};

/** What one call needs: the same, and how long it may take. */
export type CallContext = RunContext & {
  deadlines: Deadlines;
  /** Nothing was shown to the client yet, and another endpoint may be asked: an answer in the wrong format may fail. */
  mayFail: boolean;
};
