/** Estimates what the calls of a plan read and may cost, for `/explain`. What keys reserve is `worst-case.ts`, which counts the same. */
import { mostUsd, promptUsd } from '../registry/pricing.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { sentLimits, tierOf, usageOf } from './worst-case.ts';

/** What one call of a plan reads, and may write and cost at most. `completionTokens`: null = without a limit. `usd`: null = no price is known. */
export type CallEstimate = {
  promptTokens: number;
  completionTokens: number | null;
  usd: { prompt: number; most: number | null } | null;
};

/** Estimates one planned call. What the provider is told, or else what its model can write, limits the answer. */
export function estimateCall(
  request: UnifiedRequest,
  { candidate: { offering, modelId, rules }, fitted }: PlannedCall,
  promptTokens: (model: string) => number,
): CallEstimate {
  const prompt = promptTokens(modelId);
  const most = offering?.maxOutputTokens ?? Infinity;
  const { priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd, hasRequestFee = false } = offering ?? {};
  const calls = fitted.parts.map((part) => {
    const output = Math.min(most, ...sentLimits(part, rules));
    const usage = usageOf(request, { part, prompt, output });
    const billing = { tier: tierOf(part), webSearchUsd };
    const reading = price === undefined || hasRequestFee ? null : promptUsd(usage.promptTokens, price, billing);
    const dearestUse = price === undefined || usage.completionTokens === Infinity ? null : mostUsd(usage, price, billing);
    return { usage, reading, most: dearestUse?.isKnown === true ? dearestUse.usd : null };
  });
  const completionTokens = sum(calls.map(({ usage }) => usage.completionTokens));
  const [read, dearestAll] = [total(calls.map(({ reading }) => reading)), total(calls.map((one) => one.most))];
  return {
    promptTokens: sum(calls.map(({ usage }) => usage.promptTokens)),
    completionTokens: completionTokens === Infinity ? null : completionTokens,
    usd: read === null ? null : { prompt: read, most: dearestAll },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** A sum in USD; null where a part is not known. */
const total = (parts: readonly (number | null)[]): number | null =>
  parts.includes(null) ? null : Math.round(sum(parts.map((usd) => (usd ?? 0) * 1e9))) / 1e9;
