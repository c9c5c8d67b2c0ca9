/** OpenRouter: its own errors, and those of the providers behind it. */
import { error, event, type ErrorCase } from './error-case.ts';

const DOCS = 'openrouter.ai/docs/api-reference/errors, read 2026-08-22';
const body = (code: number, message: string, metadata?: object) => ({
  error: { message, code, ...(metadata === undefined ? {} : { metadata }) },
  user_id: 'user_1',
});

export const OPENROUTER: readonly ErrorCase[] = [
  error(
    'above-rate-limit',
    402,
    body(
      402,
      'This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 10114. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account',
      { provider_name: null },
    ),
    'babikov/doka-site#7: a smaller request can pass',
  ),
  error(
    'no-money',
    402,
    body(
      402,
      'This request requires more credits, or fewer max_tokens. You requested up to 100 tokens, but can only afford 0. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account',
    ),
    'the same sentence, where nothing is left',
  ),
  error(
    'above-rate-limit',
    402,
    body(
      402,
      'Prompt tokens limit exceeded: 230799 > 91442. To increase, visit https://openrouter.ai/settings/keys and create a key with a higher monthly limit',
    ),
    'anomalyco/opencode#12219',
  ),
  error(
    'no-money',
    403,
    body(403, 'Key limit exceeded (monthly limit). Manage it using https://openrouter.ai/settings/keys'),
    'NousResearch/hermes-agent error_classifier.py',
  ),
  error('bad-key', 401, body(401, 'No auth credentials found'), 'musistudio/claude-code-router#227'),
  error(
    'content-refused',
    403,
    body(403, 'x-ai/grok-4 requires moderation on OpenInference. Your input was flagged for "violence". No credits were charged.', {
      reasons: ['violence'],
      flagged_input: 'a prompt ... fragment',
      provider_name: 'OpenInference',
      model_slug: 'x-ai/grok-4',
    }),
    DOCS,
  ),
  error(
    'not-permitted',
    404,
    body(
      404,
      'No endpoints available matching your guardrail restrictions and data policy. Configure: https://openrouter.ai/settings/privacy',
    ),
    'NousResearch/hermes-agent#14943',
  ),
  error('no-such-model', 400, body(400, 'nobody/nothing is not a valid model ID'), 'NousResearch/hermes-agent error_classifier.py'),
  error('no-such-model', 404, body(404, 'No endpoints found for nobody/nothing.'), DOCS),
  error(
    'not-permitted',
    403,
    body(403, 'Provider returned error', {
      raw: {
        __kind: 'OK',
        data: '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported","param":null,"type":"request_forbidden"}}',
      },
      provider_name: 'OpenAI',
    }),
    'OpenRouterTeam/openrouter-examples#18',
  ),
  error(
    'prompt-too-long',
    400,
    body(400, 'Provider returned error', {
      raw: '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 213462 tokens > 200000 maximum"}}',
      provider_name: 'Anthropic',
    }),
    'the form of OpenRouterTeam/openrouter-examples#18 with the words of Anthropic',
  ),
  error(
    'prompt-too-long',
    400,
    body(
      400,
      "This endpoint's maximum context length is 131072 tokens. However, you requested about 132463 tokens (1463 of text input, 131000 in the output). Please reduce the length of either one.",
    ),
    'GearUnclear/LibreChat TOKEN-LIMITS-ISSUE.md',
  ),
  error(
    'prompt-too-long',
    400,
    body(400, 'Provider returned error', {
      raw: 'Input length 131393 exceeds the maximum allowed input length of 131040 tokens.',
      provider_name: 'Poolside',
    }),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'rate-limited',
    429,
    body(429, 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day', {
      headers: { 'X-RateLimit-Limit': '50', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '4102444800000' },
      provider_name: null,
    }),
    'cline/cline#5301; the headers are in the body',
    { told: { retryAfter: 86_400 } },
  ),
  error('timeout', 408, body(408, 'Your request timed out'), DOCS, { told: { status: 408 } }),
  error('provider-fault', 502, body(502, 'Your chosen model is down or we received an invalid response from it'), DOCS),
  error('overloaded', 503, body(503, 'There is no available model provider that meets your routing requirements'), DOCS),
  error(
    'rate-limited',
    200,
    event({
      id: 'gen-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      provider: 'openai',
      error: { code: 429, message: 'Rate limit exceeded', metadata: { error_type: 'rate_limit_exceeded' } },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    }),
    DOCS,
    { as: 'stream' },
  ),
];
