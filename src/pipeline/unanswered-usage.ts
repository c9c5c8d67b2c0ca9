/** What calls have cost that were sent and then cancelled before any content came: their provider has read the prompt. */
import type { Attempt } from '../attempts/attempt.ts';
import { billOf } from '../calls/call-tally.ts';
import { textOf } from '../lib/json.ts';
import { costUsd } from '../registry/pricing.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { sumUsage, usageOf, type Usage } from '../unified/response/usage.ts';

/**
 * Adds the prompts of such calls to the usage of an answer, as estimates. A call that failed has cost what its provider reported.
 *
 * @param isCancelled the client has disconnected: calls that have not failed were cancelled with it.
 */
export function withUnanswered(
  usage: Usage | null,
  attempts: readonly Attempt[],
  { request, isCancelled }: { request: UnifiedRequest; isCancelled: boolean },
): Usage | null {
  const lost = attempts.filter(
    (attempt) =>
      (attempt.isCancelled || (isCancelled && !attempt.isWhole && attempt.error?.upstreamStatus == null)) &&
      attempt.tally.calls > attempt.tally.refusedKeys.length &&
      billOf([attempt.tally]) === null,
  );
  if (lost.length === 0) return usage;
  const all = [...(usage === null ? [] : [usage]), ...lost.map(({ prepared }) => promptOnly(request, prepared.planned.candidate))];
  return sumUsage(
    all,
    all.reduce((sum, { calls }) => sum + calls, 0),
  );
}

function promptOnly(request: UnifiedRequest, { modelId, offering }: Attempt['prepared']['planned']['candidate']): Usage {
  const usage = usageOf({
    promptTokens: estimatePromptTokens(request, modelId),
    completionTokens: 0,
    estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cost'],
  });
  const price = offering?.priceUsdPerMillionTokens;
  return price === undefined ? usage : { ...usage, costUsd: costUsd(usage, price, { tier: textOf(request.parameters['service_tier']) }) };
}
