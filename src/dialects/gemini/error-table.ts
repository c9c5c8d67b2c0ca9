/** What errors in Google's form mean (https://cloud.google.com/apis/design/errors, read 2026-11-20). */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'bad-key', codes: ['api_key_invalid'], words: ['api key not valid', 'api key expired'] },
  { means: 'prompt-too-long', words: ['token count * exceed', 'token count * only supports', 'token count * maximum'] },
  // The account, not the request: "User location is not supported for the API use.", "... please enable billing".
  { means: 'not-permitted', words: ['user location', 'enable billing', 'free tier is not available'] },
  { means: 'rate-limited', codes: ['resource_exhausted'] },
  ...SHARED_ROWS,
  { means: 'bad-key', codes: ['unauthenticated'] },
  { means: 'not-permitted', codes: ['permission_denied'] },
  { means: 'no-such-model', codes: ['not_found'] },
  { means: 'overloaded', codes: ['unavailable'] },
  { means: 'timeout', codes: ['deadline_exceeded'] },
  { means: 'provider-fault', codes: ['internal', 'unknown'], type: 'server' },
  { means: 'provider-fault', codes: ['cancelled'] },
  { means: 'invalid-request', codes: ['failed_precondition'], type: 'precondition_failed' },
  { means: 'invalid-request', codes: ['invalid_argument', 'out_of_range'] },
];
