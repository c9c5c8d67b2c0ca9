/** Errors of the smaller clouds, in the words of their documents and SDKs. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const POE = 'creator.poe.com/docs/external-applications/openai-compatible-api';
const poe = (code: number, type: string, message: string) => ({ error: { code, type, message } });

const WANDB = 'docs.wandb.ai/inference/api-reference/errors';
const said = (message: string) => ({ error: { message } });

const SARVAM = 'npm sarvamai 1.1.10, ErrorCode';
const sarvam = (code: string) => ({ error: { message: 'The request failed.', code, request_id: 'r' } });

const ARK = 'volcengine.com/docs/82379/1299023';
const ark = (code: string, message: string) => ({ error: { code, message, param: '', type: '' } });

export const SMALLER_CLOUDS: Readonly<Record<string, readonly ErrorCase[]>> = {
  poe: [
    error('bad-key', 401, poe(401, 'authentication_error', 'Invalid API key'), POE),
    error('no-money', 402, poe(402, 'insufficient_credits', 'You have no points left.'), POE),
    error('prompt-too-long', 413, poe(413, 'request_too_large', 'The request is too large.'), POE),
    error('rate-limited', 429, poe(429, 'rate_limit_error', 'Slow down.'), POE),
    error('provider-fault', 502, poe(502, 'upstream_error', 'The model does not work.'), POE),
    error('overloaded', 529, poe(529, 'overloaded_error', 'Try again later.'), POE, { told: { status: 529 } }),
  ],
  wandb: [
    error('bad-key', 401, said('Authentication failed'), WANDB),
    error('no-money', 402, said('You exceeded your current quota, please check your plan and billing details'), WANDB),
    error('not-permitted', 403, said('Country, region, or territory not supported'), WANDB),
    error('rate-limited', 429, said('Concurrency limit reached for requests'), WANDB),
    error('overloaded', 503, said('The engine is currently overloaded, please try again later'), WANDB),
  ],
  sarvam: [
    error('bad-key', 403, sarvam('invalid_api_key_error'), SARVAM),
    error('no-money', 429, sarvam('insufficient_quota_error'), SARVAM),
    error('rate-limited', 429, sarvam('rate_limit_exceeded_error'), SARVAM),
    error('invalid-request', 422, sarvam('unprocessable_entity_error'), SARVAM, { told: { status: 422, type: 'unprocessable' } }),
    error('provider-fault', 500, sarvam('internal_server_error'), SARVAM),
  ],
  volcengine: [
    error('bad-key', 401, ark('AuthenticationError', 'The API key in the request is missing or invalid.'), ARK),
    error('no-money', 403, ark('AccountOverdueError', 'The request failed because your account has an overdue balance.'), ARK),
    error('not-permitted', 404, ark('ModelNotOpen', 'Your account has not activated the model.'), ARK),
    error('no-such-model', 404, ark('InvalidEndpointOrModel.NotFound', 'The model or endpoint does not exist.'), ARK),
    error('content-refused', 400, ark('InputTextSensitiveContentDetected', 'The input text may contain sensitive information.'), ARK),
    error('overloaded', 429, ark('ServerOverloaded', 'The service is currently unable to handle additional requests.'), ARK, {
      told: { status: 429 },
    }),
  ],
  stepfun: [
    error(
      'bad-key',
      401,
      { error: { message: 'Incorrect API key provided', type: 'invalid_api_key' } },
      'juspay/neurolink, stepfun.json, 2026-09-29',
    ),
    error(
      'content-refused',
      451,
      { error: { message: 'The content you provided or machine outputted is blocked.', type: 'censorship_blocked' } },
      'public clients, read 2026-11-30',
    ),
    statusOnly('no-money', 402, 'platform.stepfun.com/docs/zh/api-reference/error-codes'),
    statusOnly('overloaded', 503, 'platform.stepfun.com/docs/zh/api-reference/error-codes'),
  ],
  upstage: [
    error(
      'no-such-model',
      400,
      { error: { message: 'The requested model is invalid or no longer supported.', type: 'invalid_request_error' } },
      'juspay/neurolink, upstage.json, 2026-09-03',
    ),
    error(
      'prompt-too-long',
      400,
      { error: { message: 'Too many tokens.', type: 'invalid_request_error', param: null, code: 'context_length_exceeded' } },
      'console.upstage.ai/api/responses',
    ),
  ],
  zhipuai: [
    error('no-money', 429, { error: { code: '1113', message: 'Your account is in arrears.' } }, 'docs.z.ai/api-reference/api-code'),
  ],
  vercel: [
    error(
      'no-such-model',
      404,
      { error: { message: 'Model not found', type: 'model_not_found', param: null, code: 'model_not_found' } },
      'npm @ai-sdk/gateway 4.0.146',
    ),
    error('rate-limited', 429, { error: { message: 'Slow down', type: 'rate_limit_exceeded' } }, 'npm @ai-sdk/gateway 4.0.146'),
  ],
};
