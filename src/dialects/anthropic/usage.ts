/**
 * Token counts of the Messages API. A stream tells them twice, and later counts replace earlier ones: they are never added up
 * (Anthropic's streaming page; @anthropic-ai/sdk 1.11.0, Usage and MessageDeltaUsage; read 2026-11-20).
 */
import { isObject, numberOf, type JsonObject } from '../../unified/json.ts';
import { usageOf, type Usage } from '../../unified/usage.ts';

/** Counts of one answer, as they become known. */
export interface Counts {
  /** Takes what a `usage` object says. */
  take(raw: unknown): void;
  /** What is known; null while the host has not said what it read and wrote. */
  usage(): Usage | null;
}

export function createCounts(): Counts {
  const most = new Map<string, number>();
  const see = (name: string, value: unknown) => {
    const count = numberOf(value);
    if (count !== null) most.set(name, Math.max(count, most.get(name) ?? 0));
  };
  const of = (name: string) => most.get(name) ?? null;
  return {
    take(raw) {
      if (!isObject(raw)) return;
      for (const name of ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens', 'output_tokens']) see(name, raw[name]);
      const details: JsonObject = isObject(raw.output_tokens_details) ? raw.output_tokens_details : {};
      see('thinking_tokens', details.thinking_tokens);
    },
    usage() {
      const [input, output] = [of('input_tokens'), of('output_tokens')];
      const [written, cached] = [of('cache_creation_input_tokens'), of('cache_read_input_tokens')];
      if (input === null && output === null) return null;
      return usageOf({
        promptTokens: (input ?? 0) + (written ?? 0) + (cached ?? 0), // input_tokens leaves both out
        completionTokens: output ?? 0,
        cachedTokens: cached,
        cacheWriteTokens: written,
        reasoningTokens: of('thinking_tokens'),
      });
    },
  };
}
