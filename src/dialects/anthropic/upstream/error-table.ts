/** Maps errors of the Messages API to meanings. Codes are the SDK's (@anthropic-ai/sdk 1.11.0, resources/shared.ts, read 2026-11-20). */
import type { ErrorRow } from '../../../unified/error-rows.ts';
import { SHARED_ROWS } from '../../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  // A missing balance is a 400 here (anthropics/claude-code#66314 and #38035, read 2026-11-30).
  { means: 'no-money', words: ['reached your specified * usage limits', 'spend limit', 'spending limit'] },
  // `max_tokens: 9000 > 4096, which is the maximum allowed number of output tokens` (anthropics/claude-code#24451): a value is refused, not a field.
  { means: 'invalid-request', words: ['maximum allowed number of output tokens'], type: 'max_tokens_exceeded' },
  ...SHARED_ROWS,
  { means: 'overloaded', statuses: [500], words: ['overloaded'] }, // with `api_error`, anthropics/claude-code#8109
  { means: 'provider-fault', codes: ['api_error'] },
];
