/** Groq. */
import { error, event, type ErrorCase } from './error-case.ts';

const body = (message: string, type: string, code: string, more: object = {}) => ({ error: { message, type, code, ...more } });
const FAILED = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.";

export const GROQ: readonly ErrorCase[] = [
  error(
    'above-rate-limit',
    413,
    body(
      'Request too large for model `llama-3.3-70b-versatile` in organization `org_01jp` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 14810, please reduce your message size and try again. Visit https://console.groq.com/docs/rate-limits for more information.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'ITSpecialist111/ai_automation_suggester#61',
  ),
  error(
    'above-rate-limit',
    429,
    body(
      'Rate limit reached for model `mixtral-8x7b-32768` in organization `org_01j1` on tokens per minute (TPM): Limit 5000, Used 0, Requested 6053. Please try again in 12.636s. Visit https://console.groq.com/docs/rate-limits for more information.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'Aider-AI/aider#811: no waiting helps, since 6053 is above 5000',
    { headers: { 'retry-after': '13' } },
  ),
  error(
    'rate-limited',
    429,
    body(
      'Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_01kj` service tier `on_demand` on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing',
      'tokens',
      'rate_limit_exceeded',
    ),
    'continuedev/continue#10920',
    { told: { retryAfter: 579 } },
  ),
  error(
    'rate-limited',
    429,
    body(
      'Rate limit reached for model `llama3-70b-8192` on : Limit 500000, Used 500370, Requested 252. Please try again in 1m47.5854s.',
      'tokens',
      'rate_limit_exceeded',
    ),
    'bklieger-groq/stockbot-on-groq#46',
    { told: { retryAfter: 108 } },
  ),
  error(
    'not-permitted',
    400,
    body(
      'Organization has been restricted. Please reach out to support if you believe this was in error.',
      'invalid_request_error',
      'organization_restricted',
    ),
    'crewAIInc/crewAI#783',
  ),
  error(
    'no-such-model',
    400,
    body(
      'The model `llama-3.2-11b-vision-preview` has been decommissioned and is no longer supported. Please refer to https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.',
      'invalid_request_error',
      'model_decommissioned',
    ),
    'valentinfrlch/ha-llmvision#324',
  ),
  error(
    'no-such-model',
    404,
    body('The model `llama2-70b-4096` does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'),
    'Aider-AI/aider#811',
  ),
  error(
    'invalid-output',
    400,
    body(FAILED, 'invalid_request_error', 'tool_use_failed', {
      failed_generation: '<function=brave_search>{"query": "Hello!"}</function>',
    }),
    'langchain-ai/langchain#31440',
  ),
  error(
    'invalid-output',
    200,
    event(
      body(FAILED, 'invalid_request_error', 'tool_use_failed', {
        failed_generation: 'Tool use failed: JSON does not match the expected schema for tool calls',
        status_code: 400,
      }),
      'error',
    ),
    'anomalyco/opencode#1018: the first event of a stream',
    { as: 'stream' },
  ),
  error(
    'invalid-output',
    400,
    body(
      "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
      'invalid_request_error',
      'json_validate_failed',
      { failed_generation: '' },
    ),
    'thepersonalaicompany/amurex-backend#38',
  ),
  error(
    'prompt-too-long',
    400,
    body('Please reduce the length of the messages or completion.', 'invalid_request_error', 'context_length_exceeded'),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'not-permitted',
    403,
    '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked</body></html>',
    'lobehub/lobehub#2143',
  ),
  error('bad-key', 401, body('Invalid API Key', 'invalid_request_error', 'invalid_api_key'), 'stackblitz-labs/bolt.diy#176'),
  error(
    'overloaded',
    200,
    event({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      x_groq: { id: 'req_1', error: 'over capacity' },
    }),
    'groq SDK, x_groq.error, read 2026-08',
    {
      as: 'stream',
    },
  ),
  error(
    'wrong-address',
    404,
    {
      error: {
        message: 'Unknown request URL: POST /v1/chat/completions. Please check the URL for typos',
        type: 'invalid_request_error',
        code: 'unknown_url',
      },
    },
    'continuedev/continue#3697',
  ),
  error(
    'no-such-model',
    404,
    {
      error: {
        message: 'The model `llama3.1-405b` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        code: 'model_not_found',
      },
    },
    'continuedev/continue#10832',
  ),
];
