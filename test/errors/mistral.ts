/** Mistral. */
import { error, type ErrorCase } from './error-case.ts';

const body = (message: unknown, type: string, code: string | null = null) => ({ object: 'error', message, type, param: null, code });
const GLOSSARY = 'docs.mistral.ai/resources/error-glossary';

export const MISTRAL: readonly ErrorCase[] = [
  error(
    'overloaded',
    429,
    body('Service tier capacity exceeded for this model.', 'invalid_request_error'),
    'continuedev/continue#6185; what it means: BerriAI/litellm#25078',
    { told: { status: 429 } },
  ),
  error(
    'overloaded',
    503,
    body('Service tier capacity exceeded for this model.', 'service_tier_capacity_exceeded'),
    'BerriAI/litellm#25078',
  ),
  error('rate-limited', 429, { ...body('Rate limit exceeded', 'rate_limited', '1300'), raw_status_code: 429 }, 'raycast/extensions#31107'),
  error(
    'no-such-model',
    400,
    body('Invalid model: mistral-medium', 'invalid_model', '1500'),
    'portkey.ai/error-library/invalid-model-error-14010000',
  ),
  error('no-such-model', 404, body('A human-readable description of the error.', 'invalid_request_error', 'unknown_model'), GLOSSARY),
  error('bad-key', 401, { detail: 'Unauthorized' }, 'cline/cline#6235'),
  error('not-permitted', 403, body('Forbidden', 'invalid_request_error'), GLOSSARY),
  error(
    'prompt-too-long',
    400,
    body('Prompt contains 40000 tokens, too large for model with 32768 maximum context length', 'invalid_request_error'),
    'earendil-works/pi overflow.ts',
  ),
  error(
    'invalid-request',
    400,
    body("Unexpected role 'user' after role 'tool'", 'invalid_request_message_order', '3230'),
    'docs.mistral.ai error glossary, read 2026-11-20',
  ),
  error('provider-fault', 500, body('Internal server error', 'server_error'), GLOSSARY),
  error('provider-fault', 502, '<html><body>502 Bad Gateway</body></html>', GLOSSARY),
  error('timeout', 504, body('Gateway timeout', 'server_error'), GLOSSARY),
];
