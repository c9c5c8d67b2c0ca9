/**
 * `usageMetadata`: cumulative, so the last one counts. Thoughts are not part of the candidates' tokens, nor are results of the host's own
 * tools part of the prompt's; zeros are left out (generativelanguage v1beta protos, UsageMetadata, read 2026-11-20).
 */
import type { StreamEvent } from '../../unified/event.ts';
import { isObject, numberOf } from '../../unified/json.ts';
import { usageOf } from '../../unified/usage.ts';

/** The counts; nothing where there are none: early chunks of Vertex hold only `trafficType`. */
export function readUsage(raw: unknown): StreamEvent[] {
  if (!isObject(raw)) return [];
  const [prompt, candidates, thoughts] = [raw.promptTokenCount, raw.candidatesTokenCount, raw.thoughtsTokenCount].map(numberOf);
  if (prompt == null && candidates == null && thoughts == null) return [];
  const usage = usageOf({
    promptTokens: (prompt ?? 0) + (numberOf(raw.toolUsePromptTokenCount) ?? 0),
    completionTokens: (candidates ?? 0) + (thoughts ?? 0),
    cachedTokens: numberOf(raw.cachedContentTokenCount),
    reasoningTokens: thoughts ?? null,
  });
  return [{ type: 'usage', usage }];
}
