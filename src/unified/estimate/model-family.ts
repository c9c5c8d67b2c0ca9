/** Families of models that count tokens alike, as far as their vendors document it. */

/** `other`: as OpenAI's models count. */
export type ModelFamily = 'claude' | 'gemini' | 'other';

/** Returns the family of a model. @param model any name of it: `anthropic/claude-opus-5`, `@amazon-bedrock/us.anthropic.claude-…`. */
export function familyOf(model: string): ModelFamily {
  if (/claude|anthropic/i.test(model)) return 'claude';
  return /gemini/i.test(model) ? 'gemini' : 'other';
}

/**
 * Tokens of the family for one token of the general estimate. Claude's tokenizers make more of the same text: o200k times 1.15 was too low,
 * and some saw 40 % too little (copilot-api #210, copilot-sdk #975, read 2026-11-30).
 */
export const TEXT_FACTOR: Readonly<Record<ModelFamily, number>> = { claude: 1.35, gemini: 1.1, other: 1.1 };

/** Tokens of the instructions that Anthropic adds to a request with tools (platform.claude.com, Tool use: 346 for Claude 4, read 2026-11-30). */
export const TOOLS_PREAMBLE: Readonly<Record<ModelFamily, number>> = { claude: 346, gemini: 0, other: 0 };
