/** Anthropic. */
import { error, event, type ErrorCase } from './error-case.ts';

const body = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_011C' });
const SDK = '@anthropic-ai/sdk 1.11.0, resources/shared.ts, read 2026-11-20';

export const ANTHROPIC: readonly ErrorCase[] = [
  error(
    'no-money',
    400,
    body(
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    ),
    'anthropics/claude-code#66314',
  ),
  error(
    'no-money',
    400,
    body('invalid_request_error', 'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.'),
    'anthropics/claude-code#38035',
  ),
  error('no-money', 402, body('billing_error', 'There is an issue with your billing information.'), SDK),
  error('bad-key', 401, body('authentication_error', 'invalid x-api-key'), SDK),
  error('not-permitted', 403, body('permission_error', 'Your API key does not have permission to use the specified resource.'), SDK),
  error('no-such-model', 404, body('not_found_error', 'model: claude-9'), SDK),
  error(
    'rate-limited',
    429,
    body('rate_limit_error', "This request would exceed your account's rate limit. Please try again later."),
    'anthropics/claude-code#55789',
    { headers: { 'retry-after': '35' }, told: { retryAfter: 35 } },
  ),
  error('overloaded', 529, body('overloaded_error', 'Overloaded'), SDK, { told: { status: 529 } }),
  error('overloaded', 200, event(body('overloaded_error', 'Overloaded'), 'error'), SDK, { as: 'stream' }),
  error(
    'prompt-too-long',
    400,
    body('invalid_request_error', 'prompt is too long: 213462 tokens > 200000 maximum'),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    400,
    body(
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 197199 + 21333 > 200000, decrease input length or `max_tokens` and try again',
    ),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error('content-refused', 400, body('invalid_request_error', 'Output blocked by content filtering policy'), 'anthropics/claude-code#6195'),
  error(
    'content-refused',
    200,
    event(body('invalid_request_error', 'Output blocked by content filtering policy'), 'error'),
    'anthropics/claude-code#55789: inside a stream',
    { as: 'stream' },
  ),
  error('invalid-request', 413, body('request_too_large', 'Request exceeds the maximum size'), 'earendil-works/pi overflow.ts', {
    told: { status: 413, type: 'payload_too_large' },
  }),
  error('invalid-request', 400, body('invalid_request_error', 'messages.0.content: Field required'), SDK),
  error('provider-fault', 500, body('api_error', 'Internal server error'), SDK),
  error('timeout', 504, body('timeout_error', 'The request timed out'), SDK),
];
