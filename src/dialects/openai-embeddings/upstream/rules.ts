/** What OpenAI's embeddings format accepts by itself (API reference, create embeddings; openai-openapi f85dbe2, 2026-08-21). */
import type { Rules } from '../../../unified/rule.ts';

/** The dialect's own rules. `dimensions` only where a file states it: most models have one size. */
export const OPENAI_EMBEDDINGS_RULES: Rules = {
  encoding_format: { type: 'string', enum: ['float', 'base64'] },
  user: { type: 'string' },
};
