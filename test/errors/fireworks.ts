/** Fireworks. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const body = (message: string, code: string, param: string | null = null) => ({
  error: { message, param, code, type: 'error' },
  request_id: '11650e2f',
});
const DOCS = 'docs.fireworks.ai/guides/inference-error-codes, read 2026-11-30';

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
  statusOnly('no-money', 402, DOCS),
  statusOnly('not-permitted', 403, DOCS),
  statusOnly('timeout', 408, DOCS, { told: { status: 408 } }),
  error(
    'invalid-request',
    422,
    { detail: [{ loc: ['body', 'top_k'], msg: 'ensure this value is less than or equal to 100', type: 'value_error' }] },
    'openapi.json of Fireworks, HTTPValidationError, read 2026-08',
    {
      told: { status: 422, type: 'unprocessable' },
    },
  ),
  statusOnly('provider-fault', 500, DOCS),
  statusOnly('overloaded', 503, DOCS),
];
