/** Fireworks. */
import { error, type ErrorCase } from './error-case.ts';

const body = (message: string, code: string, param: string | null = null) => ({
  error: { message, param, code, type: 'error' },
  request_id: '11650e2f',
});
const DOCS = 'docs.fireworks.ai error codes, read 2026-08';

export const FIREWORKS: readonly ErrorCase[] = [
  error(
    'no-money',
    412,
    body(
      'Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices. Please go to https://fireworks.ai/account/billing for more information.',
      'PRECONDITION_FAILED',
    ),
    'pollinations/pollinations#12136',
  ),
  error(
    'rate-limited',
    429,
    {
      error: 'Too Many Requests',
      message: 'You have exceeded your usage limits. Please try again later or contact Fireworks to explore dedicated capacity.',
    },
    'GordeyZuev/LEAP#6',
  ),
  error(
    'bad-key',
    401,
    { fault: { faultstring: 'Invalid ApiKey', detail: { errorcode: 'oauth.v2.InvalidApiKey' } } },
    'Portkey gateway, fireworks-ai, read 2026-08',
  ),
  error('bad-key', 401, { error: 'unauthorized' }, 'Portkey gateway, fireworks-ai, read 2026-08'),
  error(
    'prompt-too-long',
    400,
    {
      error: {
        object: 'error',
        type: 'invalid_request_error',
        code: 'invalid_request_error',
        message: 'The prompt is too long: 40177, model maximum context length: 32767',
      },
    },
    'fw-ai/cookbook#134',
  ),
  error('no-money', 402, body('Payment required', 'PAYMENT_REQUIRED'), DOCS),
  error('not-permitted', 403, body('Forbidden', 'FORBIDDEN'), DOCS),
  error('timeout', 408, body('Request timeout', 'TIMEOUT'), DOCS, { told: { status: 408 } }),
  error(
    'invalid-request',
    422,
    { detail: [{ loc: ['body', 'top_k'], msg: 'ensure this value is less than or equal to 100', type: 'value_error' }] },
    'openapi.json of Fireworks, HTTPValidationError, read 2026-08',
    {
      told: { status: 422, type: 'unprocessable' },
    },
  ),
  error('provider-fault', 500, body('Internal server error', 'INTERNAL'), DOCS),
  error('overloaded', 503, body('Service unavailable', 'UNAVAILABLE'), DOCS),
];
