/**
 * What errors mean in the words that several providers use. The first row that matches decides, so the narrow ones come first.
 */
import type { ErrorRow } from '../../unified/error-rows.ts';

export const SHARED_ROWS: readonly ErrorRow[] = [
  {
    means: 'prompt-too-long',
    codes: ['context_length_exceeded', 'exceed_context_size_error', 'model_max_prompt_tokens_exceeded', 'tokens_limit_reached'],
    words: [
      'maximum context length',
      'context length exceeded',
      'context_length',
      'context window',
      'prompt is too long',
      'input is too long',
      'exceed* context size',
      'exceed* context length',
      'exceed* context limit',
    ],
  },
  {
    means: 'content-refused',
    codes: ['content_policy_violation', 'content_filter', 'responsibleaipolicyviolation', 'bio_policy', 'image_content_policy_violation'],
    words: ['input was flagged', 'violates usage guidelines'],
  },
  { means: 'no-money', codes: ['insufficient_quota'], type: 'rate_limit_exceeded' },
  {
    means: 'no-money',
    codes: ['billing_hard_limit_reached', 'insufficient_balance', 'billing_error', 'payment_required'],
    words: ['insufficient balance', 'insufficient credits', 'credit balance is too low', 'billing hard limit'],
  },
  { means: 'bad-key', codes: ['invalid_api_key', 'authentication_error'], words: ['invalid api key', 'incorrect api key'] },
  { means: 'not-permitted', codes: ['permission_error', 'unsupported_country_region_territory'] },
  {
    means: 'missing-resource',
    codes: ['file_not_found', 'previous_response_not_found', 'item_not_found', 'container_not_found', 'vector_store_not_found'],
    words: ['no such file', 'file not found', 'previous response with id', 'cachedcontent not found', 'cached content * not found'],
  },
  {
    means: 'no-such-model',
    codes: ['model_not_found', 'model_decommissioned', 'invalid_model'],
    words: ['model not exist', 'is not a valid model id'],
  },
  { means: 'invalid-output', codes: ['tool_use_failed', 'json_validate_failed'] },
  {
    means: 'overloaded',
    codes: ['overloaded_error', 'provider_overloaded', 'engine_overloaded', 'engine_overloaded_error', 'unavailable_error'],
  },
  { means: 'rate-limited', codes: ['rate_limit_exceeded', 'rate_limit_error', 'rate_limited'] },
  { means: 'timeout', codes: ['timeout', 'timeout_error'] },
];

/** Words that say less than an HTTP status does: they count for an error inside an answer that names no status. */
export const UNCERTAIN_ROWS: readonly ErrorRow[] = [{ means: 'invalid-request', codes: ['invalid_request_error', 'invalid_request'] }];
