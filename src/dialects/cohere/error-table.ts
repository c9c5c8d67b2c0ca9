/**
 * Maps errors of Cohere to meanings (https://docs.cohere.com/reference/errors, read 2026-11-20; its statuses:
 * cohere-ai/cohere-developer-experience#189, read 2026-11-30).
 */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'rate-limited', statuses: [429] }, // "... too many tokens per minute"
  // "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model"
  { means: 'invalid-request', words: ['max tokens must be less'], type: 'max_tokens_exceeded' },
  { means: 'prompt-too-long', words: ['too many tokens'] },
  { means: 'bad-key', statuses: [498], words: ['invalid token'] },
  { means: 'content-refused', statuses: [498] }, // "Unsafe Request"
  { means: 'provider-fault', statuses: [499] }, // "client closed request", which the router did not do
  { means: 'bad-key', words: ['invalid api token'] }, // cohere-ai/cohere-toolkit#857 and #67
  ...SHARED_ROWS,
];
