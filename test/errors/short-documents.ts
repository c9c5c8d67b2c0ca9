/** Errors of providers whose documents are short, from these documents or from measurements that were published. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const INCEPTION = 'docs.inceptionlabs.ai, API description';
const measured = (slug: string) => `juspay/neurolink, providers/catalog/${slug}.json`;

const inception = (message: string, type: string, code: string, param: string | null = null) => ({ error: { message, type, param, code } });

export const SHORT_DOCUMENTS: Readonly<Record<string, readonly ErrorCase[]>> = {
  ai21: [error('bad-key', 400, { detail: 'Bad request: bad or missing authentication.' }, measured('ai21'))],
  crusoe: [error('bad-key', 401, { errors: ['Authentication failed'] }, measured('crusoe'))],
  inception: [
    error('bad-key', 401, inception('Incorrect API key provided', 'authentication_error', 'invalid_api_key'), INCEPTION),
    error('no-money', 402, inception('Account is inactive', 'account_error', 'account_error'), INCEPTION),
    error('no-such-model', 404, inception('model `jupyter-2` not found', 'invalid_request_error', 'model_not_found', 'model'), INCEPTION),
    error(
      'rate-limited',
      429,
      inception('Rate limit exceeded. Please try again later.', 'rate_limit_error', 'rate_limit_reached'),
      INCEPTION,
    ),
    error(
      'prompt-too-long',
      400,
      inception(
        'You exceeded the maximum context length for this model of 128000. Please reduce the length of the messages or completion.',
        'invalid_request_error',
        'context_length_exceeded',
        'messages',
      ),
      INCEPTION,
    ),
  ],
  'io-net': [
    error('no-such-model', 400, { detail: 'requested model is not available for Chat Completions API' }, measured('io-intelligence')),
    statusOnly('not-permitted', 402, 'io.net/docs/guides/intelligence/reasoning-for-chat-completions'),
  ],
  morph: [
    error(
      'no-such-model',
      400,
      { error: { message: "Model 'x' is not served by this endpoint; accepted models: morph-v3-fast, morph-v3-large" } },
      measured('morph'),
    ),
    error('bad-key', 401, { error: { message: 'API key required', code: 'invalid_api_key' } }, measured('morph')),
  ],
  ovhcloud: [error('bad-key', 403, { message: 'Authentication Failed' }, measured('ovhcloud'))],
};
