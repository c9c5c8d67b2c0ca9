/**
 * Computes the deadlines of one attempt: the client's own, else the provider file's, else ours. Pure.
 *
 * The first content may take 10 s and more while another endpoint could answer, and 120 s when none could. Models that reason get at least
 * 60 s, since reasoning takes time before its first text. Without a stream nothing arrives before the end.
 */
import type { RequestContext } from '../calls/context.ts';
import type { ReportedEndpoint } from '../calls/prepare.ts';
import type { Deadlines } from '../stream/deadline.ts';
import { isObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rules } from '../unified/rule.ts';
import type { PlannedCall } from '../routing/plan.ts';

const SECOND_MS = 1000;

/** Until the first content, where another endpoint could answer instead: this, and a second for each so many tokens of the prompt. */
const FIRST_CONTENT_MS = 10 * SECOND_MS;
const PROMPT_TOKENS_PER_SECOND = 4000;

/** Of the body of a request, roughly. */
const CHARACTERS_PER_TOKEN = 4;

/** Until the first content, where no other endpoint could answer. */
const PATIENT_FIRST_CONTENT_MS = 120 * SECOND_MS;

/** Until the first content of a model that reasons, at least. */
const REASONING_FIRST_CONTENT_MS = 60 * SECOND_MS;

/** Between two network reads after that. */
const IDLE_MS = 20 * SECOND_MS;

/** Between two pieces of a body that is no stream. Some providers send headers at once and the answer when it is done. */
const SILENT_BODY_MS = 120 * SECOND_MS;

/** Tokens that a model writes in a second, at least: how long an answer without a stream may be expected to take. */
const COMPLETION_TOKENS_PER_SECOND = 100;

/** Tokens of an answer whose length the client does not limit. */
const USUAL_COMPLETION_TOKENS = 250;

/** Of an answer that is no stream. */
const WHOLE_ANSWER_MS = 600 * SECOND_MS;

/** Rough number of tokens of the prompt: enough to estimate how long it takes to read. */
export const roughTokensOf = ({ parts }: ReportedEndpoint): number => (parts[0]?.call.body.length ?? 0) / CHARACTERS_PER_TOKEN;

/** What one attempt is given. @param options rough number of tokens of the prompt; whether another endpoint could answer instead. */
export function deadlinesFor(
  request: UnifiedRequest,
  planned: PlannedCall,
  { promptTokens, hasAnother }: { promptTokens: number; hasAnother: boolean },
): Deadlines {
  const own = request.preferences.timeouts ?? {};
  const file = planned.candidate.provider.timeouts ?? {};
  const firstContentMs = own.first_content_ms ?? file.firstContentMs ?? null;
  // Nothing shows that a whole answer is being made until it comes; once it does, a connection that falls silent is not waited for.
  if (!request.stream) {
    const idleMs = own.idle_ms ?? file.idleMs ?? SILENT_BODY_MS;
    return { firstContentMs, idleMs, totalMs: totalFor(request, planned), isWhole: true };
  }
  const base = hasAnother ? FIRST_CONTENT_MS + (promptTokens / PROMPT_TOKENS_PER_SECOND) * SECOND_MS : PATIENT_FIRST_CONTENT_MS;
  const usual = mayReason(request, planned) ? Math.max(base, REASONING_FIRST_CONTENT_MS) : base;
  return {
    firstContentMs: firstContentMs ?? Math.round(usual),
    idleMs: own.idle_ms ?? file.idleMs ?? IDLE_MS,
    totalMs: totalFor(request, planned),
  };
}

/**
 * How long a call without a stream may be silent before another endpoint is called beside it, in milliseconds: as long as reading so much
 * and writing so much explains, and no longer than `mostMs`. A model that reasons gets all of that.
 */
export function silentMsFor(
  request: UnifiedRequest,
  planned: PlannedCall,
  { characters, mostMs }: { characters: number; mostMs: number },
): number {
  if (mayReason(request, planned)) return mostMs;
  const { max_completion_tokens: limit, max_tokens: legacy } = request.parameters;
  const usual = request.operation === 'embeddings' ? 0 : USUAL_COMPLETION_TOKENS;
  const seconds =
    characters / CHARACTERS_PER_TOKEN / PROMPT_TOKENS_PER_SECOND + Number(limit ?? legacy ?? usual) / COMPLETION_TOKENS_PER_SECOND;
  return Math.min(mostMs, FIRST_CONTENT_MS + Math.round(seconds * SECOND_MS));
}

/** The deadline of the whole answer, all attempts at it included; null = none. */
function totalFor({ preferences, stream }: UnifiedRequest, { candidate: { provider } }: PlannedCall): number | null {
  return preferences.timeouts?.total_ms ?? provider.timeouts?.totalMs ?? (stream ? null : WHOLE_ANSWER_MS);
}

/** The deadline of the whole answer has passed: every endpoint would answer too late. */
export function isOutOfTime(request: UnifiedRequest, planned: PlannedCall, { ports, requestedMs }: RequestContext): boolean {
  const totalMs = totalFor(request, planned);
  return totalMs !== null && ports.clock.nowMs() - requestedMs >= totalMs;
}

/** Reasoning was requested, or the model always reasons. */
function mayReason({ parameters }: UnifiedRequest, { candidate }: PlannedCall): boolean {
  const { reasoning, reasoning_effort: effort } = parameters;
  const { effort: nested = effort, enabled } = isObject(reasoning) ? reasoning : {};
  const isAsked = (reasoning !== undefined || effort !== undefined) && nested !== 'none' && enabled !== false;
  return isAsked || alwaysReasons(candidate.rules.parameters);
}

/** The rules have a switch that can only be on, or efforts without "none". */
function alwaysReasons({ 'reasoning.enabled': toggle, reasoning_effort: effort }: Rules): boolean {
  if (toggle !== undefined && toggle !== false) return toggle.enum?.includes(false) === false;
  return effort !== undefined && effort !== false && effort.enum?.includes('none') === false;
}
