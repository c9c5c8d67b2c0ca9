/**
 * Marks of what a provider should cache. They are hints: an upstream without them answers the same, so they are left out without a report.
 * A mark has Anthropic's form here, which OpenRouter, Bedrock and others have as well. OpenAI's newer models have a form of their own.
 */
import { isObject, type JsonObject } from '../../lib/json.ts';

/** Fields of a message, a part or a tool that are marks. */
export const MARK_FIELDS: readonly string[] = ['cache_control', 'prompt_cache_breakpoint'];

/** Reads the mark that an object of a client bears, in Anthropic's form: `{type: "ephemeral", ttl?: "5m" | "1h"}`; null = none. */
export function readCacheMark({ cache_control: mark, prompt_cache_breakpoint: breakpoint }: JsonObject): JsonObject | null {
  if (isObject(mark)) return mark;
  if (!isObject(breakpoint)) return null;
  // OpenAI's marks live 30 minutes or 12 hours; the nearest of Anthropic's are 5 minutes, which is the default, and an hour.
  return { type: 'ephemeral', ...(breakpoint['ttl'] === '12h' ? { ttl: '1h' } : {}) };
}

/** A mark in OpenAI's form (openai-node 7.59.0, PromptCacheBreakpoint, read 2026-11-30). Without a time the one of the request applies. */
export function toBreakpoint({ ttl }: JsonObject): JsonObject {
  return { mode: 'explicit', ...(ttl === '1h' ? { ttl: '12h' } : ttl === '5m' ? { ttl: '30m' } : {}) };
}
