/** OpenAI. */
import { error, event, type ErrorCase } from './error-case.ts';

const body = (message: string, type: string, code: string | null = null, param: string | null = null) => ({
  error: { message, type, param, code },
});

export const OPENAI: readonly ErrorCase[] = [
  error(
    'no-money',
    429,
    body('You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota', 'insufficient_quota'),
    'ChatGPTNextWeb/NextChat#3123',
    { told: { status: 429, type: 'rate_limit_exceeded' } },
  ),
  error(
    'no-money',
    429,
    body('You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota'),
    'xtekky/gpt4free#80: the code is null',
    { told: { status: 429, type: 'rate_limit_exceeded' } },
  ),
  error(
    'no-money',
    429,
    body('Your account is not active, please check your billing details on our website.', 'billing_not_active', 'billing_not_active'),
    'RamiAwar/dataline#175',
  ),
  error(
    'no-money',
    400,
    body('Billing hard limit has been reached', 'invalid_request_error', 'billing_hard_limit_reached'),
    'bajrangCoder/acode-plugin-chatgpt#19',
  ),
  error(
    'not-permitted',
    403,
    body('Country, region, or territory not supported', 'request_forbidden', 'unsupported_country_region_territory'),
    'home-assistant/core#120072',
  ),
  error(
    'not-permitted',
    429,
    body('Your access was terminated due to violation of our policies, please check your email for more information.', 'access_terminated'),
    'acheong08/ChatGPT#533',
  ),
  error(
    'bad-key',
    401,
    body(
      'Incorrect API key provided: sk-no***one. You can find your API key at https://platform.openai.com/account/api-keys.',
      'invalid_request_error',
      'invalid_api_key',
    ),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'no-such-model',
    404,
    body('The model `gpt-9` does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'),
    'Aider-AI/aider#811 has the same words from Groq',
  ),
  error(
    'above-rate-limit',
    429,
    body(
      'Request too large for gpt-4o in organization org-V on tokens per min (TPM): Limit 30000, Requested 30601. The input or output tokens must be reduced in order to run successfully. Visit https://platform.openai.com/account/rate-limits to learn more.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'vanderschaarlab/climb#1',
    { headers: { 'x-ratelimit-reset-tokens': '1m1s' } },
  ),
  error(
    'rate-limited',
    429,
    body(
      'Rate limit reached for gpt-4o-mini in organization org-V on tokens per min (TPM): Limit 100000, Used 96749, Requested 19126. Please try again in 114h18m0s. Visit https://platform.openai.com/account/rate-limits to learn more. You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'openai/openai-dotnet#404',
    { told: { retryAfter: 86_400 } },
  ),
  error('rate-limited', 429, body('Rate limit reached', 'requests', 'rate_limit_exceeded'), 'header: community.openai.com/t/1268905', {
    headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m30s', 'x-ratelimit-reset-tokens': '6ms' },
    told: { retryAfter: 90 },
  }),
  error(
    'prompt-too-long',
    400,
    body(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens. Please reduce the length of the messages.",
      'invalid_request_error',
      'context_length_exceeded',
      'messages',
    ),
    'pkdone/paul-genai-test-tools-ts openai-error-patterns.ts',
  ),
  error(
    'prompt-too-long',
    400,
    body('Your input exceeds the context window of this model. Please adjust your input and try again.', 'invalid_request_error'),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    400,
    body(
      'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 509178 tokens. Please reduce the length of the messages.',
      'invalid_request_error',
      'context_length_exceeded',
    ),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'content-refused',
    400,
    body(
      'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.',
      'invalid_request_error',
      'invalid_prompt',
    ),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'content-refused',
    400,
    body('Your request was rejected as a result of our safety system.', 'invalid_request_error', 'content_policy_violation'),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'invalid-request',
    400,
    body("Unknown parameter: 'foo'.", 'invalid_request_error', 'unknown_parameter', 'foo'),
    'vercel/ai gpt-image-response-format-error.json',
  ),
  error('provider-fault', 500, body('The server had an error processing your request.', 'server_error'), 'BerriAI/litellm'),
  error(
    'no-money',
    200,
    event(body('You exceeded your current quota, please check your plan and billing details.', 'insufficient_quota', 'insufficient_quota')),
    'vercel/ai openai-error.1.chunks.txt: inside HTTP 200',
    { as: 'stream', told: { status: 429, type: 'rate_limit_exceeded' } },
  ),
];
