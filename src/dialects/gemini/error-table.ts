/**
 * Maps errors in Google's form to meanings (https://cloud.google.com/apis/design/errors, read 2026-11-20). Codes are Google's status and the
 * `reason` of an ErrorInfo.
 */
import type { ErrorRow } from '../../unified/error-rows.ts';
import { SHARED_ROWS } from '../openai-common/upstream/error-table.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  { means: 'bad-key', codes: ['api_key_invalid', 'api_key_expired'] },
  // "The input token count (1196265) exceeds the maximum number of tokens allowed (1048575)"; Vertex: "... model only supports up to ..."
  { means: 'prompt-too-long', words: ['token count * exceed', 'token count * only supports', 'token count * maximum'] },
  // "Your prepayment credits are depleted." (JeffOtano/roni#125, read 2026-11-30) comes with RESOURCE_EXHAUSTED.
  { means: 'no-money', codes: ['billing_disabled'], words: ['credits are depleted', 'requires billing to be enabled'] },
  { means: 'overloaded', codes: ['model_capacity_exhausted'] },
  // "Quota exceeded for metric: generate_content_free_tier_requests, limit: 0": waiting never helps, whatever RetryInfo contains.
  {
    means: 'not-permitted',
    words: ['enable billing', 'free tier is not available', 'free_tier_requests, limit: 0', 'free_tier_input_token_count, limit: 0'],
  },
  // "Image input modality is not enabled for models/x", google/generative-ai-docs#513; BerriAI/litellm#10313; Simpleyyt/ai-manus#101.
  { means: 'not-supported', statuses: [400], words: ['is not enabled for', 'function calling with a response mime type'] },
  // A quota, even when the text mentions billing: a later request can succeed.
  { means: 'rate-limited', codes: ['resource_exhausted'] },
  ...SHARED_ROWS,
  { means: 'not-permitted', codes: ['permission_denied'] },
  { means: 'no-such-model', codes: ['not_found'] },
  { means: 'overloaded', codes: ['unavailable'] },
  { means: 'timeout', codes: ['deadline_exceeded'] },
  { means: 'provider-fault', codes: ['internal', 'unknown'], type: 'server' },
  { means: 'provider-fault', codes: ['cancelled'] },
  { means: 'invalid-request', codes: ['failed_precondition'], type: 'precondition_failed' },
  { means: 'invalid-request', codes: ['invalid_argument', 'out_of_range'] },
];
