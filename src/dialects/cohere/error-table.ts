/** What errors of Cohere mean (https://docs.cohere.com/reference/errors, read 2026-11-20). */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'rate-limited', statuses: [429] },
  { means: 'prompt-too-long', words: ['too many tokens'] },
  // Of a token that is not valid, and of input or output that is blocked.
  { means: 'content-refused', words: ['blocked input', 'blocked output'] },
  { means: 'bad-key', statuses: [498], words: ['invalid token'] },
  { means: 'provider-fault', statuses: [499] }, // "client closed request", which we did not
  ...SHARED_ROWS,
];
