/** Maps errors of Ollama to meanings (docs/api/errors.mdx and server/routes.go of github.com/ollama/ollama fb30760, read 2026-11-20). */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  // A value of the wrong type returns a 500.
  { means: 'invalid-request', words: ["option '' must be of type"] },
  { means: 'bad-key', words: ['unauthorized'] }, // of ollama.com, ollama/ollama#16065
  { means: 'provider-fault', statuses: [499] }, // "request canceled", which the router did not do
  ...SHARED_ROWS,
];
