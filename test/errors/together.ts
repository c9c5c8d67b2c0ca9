/** Together. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const body = (message: string, type: string, code: string | null = null) => ({ id: 'o3LiX', error: { message, type, param: null, code } });
const DOCS = 'docs.together.ai/docs/error-codes, read 2026-11-30';

export const TOGETHER: readonly ErrorCase[] = [
  error(
    'no-money',
    402,
    body(
      'Credit limit exceeded. Please navigate to https://api.together.xyz/settings/billing to add credit or upgrade your plan.',
      'credit_limit',
    ),
    'expectedparrot/edsl#2098',
  ),
  error(
    'no-such-model',
    400,
    body('Unable to access model moonshotai/Kimi-K2.5.', 'invalid_request_error', 'model_not_available'),
    'can1357/oh-my-pi#8333: status and code',
  ),
  error(
    'prompt-too-long',
    400,
    body("The input (516368 tokens) is longer than the model's context length (262144 tokens).", 'invalid_request_error'),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    422,
    body(
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4000 `inputs` tokens and 512 `max_new_tokens`',
      'invalid_request_error',
    ),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'rate-limited',
    429,
    body(
      'You have reached the rate limit specific to this model black-forest-labs/FLUX.1-kontext-pro. The maximum rate limit for this model is 9.0 queries per minute.',
      'rate_limit',
      null,
    ),
    'xtekky/gpt4free#3032',
  ),
  error(
    'bad-key',
    401,
    body(
      'Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.',
      'invalid_request_error',
      'invalid_api_key',
    ),
    'harshitv804/LawGPT#4',
  ),
  error(
    'prompt-too-long',
    403,
    body(
      'Input token count + max_tokens parameter must be less than the context length of the model being queried.',
      'invalid_request_error',
    ),
    `${DOCS}: the status and the cause, in the words of the page`,
  ),
  statusOnly('invalid-request', 400, DOCS),
  statusOnly('provider-fault', 500, DOCS),
  statusOnly('overloaded', 503, DOCS),
];
