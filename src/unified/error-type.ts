/**
 * The closed list of error types, each with its HTTP status and whether a retry can help. The names are OpenRouter's `error_type` values
 * (https://openrouter.ai/docs/api-reference/errors, read 2026-08-22), so that its SDK, which validates them, accepts ours. The last ones are
 * additions.
 */

type Kind = { status: number; retryable: boolean };

/** `retryable`: the same request may succeed later without changes. */
export const ERROR_TYPES = {
  invalid_request: { status: 400, retryable: false },
  invalid_prompt: { status: 400, retryable: false },
  context_length_exceeded: { status: 400, retryable: false },
  max_tokens_exceeded: { status: 400, retryable: false },
  token_limit_exceeded: { status: 400, retryable: false },
  string_too_long: { status: 400, retryable: false },
  content_policy_violation: { status: 400, retryable: false },
  refusal: { status: 400, retryable: false },
  invalid_image: { status: 400, retryable: false },
  image_too_large: { status: 400, retryable: false },
  image_too_small: { status: 400, retryable: false },
  unsupported_image_format: { status: 400, retryable: false },
  image_download_failed: { status: 400, retryable: false },
  image_not_found: { status: 404, retryable: false },
  authentication: { status: 401, retryable: false },
  payment_required: { status: 402, retryable: false },
  permission_denied: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  precondition_failed: { status: 412, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unprocessable: { status: 422, retryable: false },
  rate_limit_exceeded: { status: 429, retryable: true },
  server: { status: 500, retryable: true },
  provider_unavailable: { status: 502, retryable: true },
  provider_overloaded: { status: 503, retryable: true },
  timeout: { status: 504, retryable: true },
  unmapped: { status: 500, retryable: true },
  /** Addition: the path exists, the method does not. */
  method_not_allowed: { status: 405, retryable: false },
  /** Addition: a base URL leads back to a router that the request has passed. */
  loop_detected: { status: 508, retryable: false },
} as const satisfies Record<string, Kind>;

/** One of the closed list {@link ERROR_TYPES}. */
export type ErrorType = keyof typeof ERROR_TYPES;
